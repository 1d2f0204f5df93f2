"""The plan of a class: by rule and from a file, printed and played; team seats; and the names in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.classroom.conftest import ACTORS, Served

import comity
from comity.errors import InputError
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.export import export
from comity_classroom.core.lesson import Lesson
from comity_classroom.core.refusal import Refused
from comity_classroom.core.seats import default_seats, next_to_deal
from comity_classroom.core.state import Place, state_of
from comity_classroom.pack.plan import LENGTHS
from comity_classroom.pack.plan_file import find_plan, plan_text
from comity_classroom.phrases import Phrases
from comity_classroom.server.opening import Wanted, open_classroom


def places(plan):
    return [(step.meeting, step.sitting) for step in plan.sittings]


def planned(folder: Path, minutes: str = "45", team: int = 1, seats: tuple[str, ...] = ACTORS) -> Classroom:
    return open_classroom(
        "teaching", Wanted(seed=3, folder=folder, seats=",".join(seats), plan=minutes, team=team), grace=60
    )


@pytest.mark.parametrize("name", ["teaching", "hld_gfmd", "seminar/1_silent_delegates/dialogue_2006"])
@pytest.mark.parametrize("minutes", sorted(LENGTHS))
def test_a_plan_fills_its_minutes_and_ends_in_a_long_debrief(name, minutes):
    plan = find_plan(str(minutes), comity.load(name))
    assert sum(step.minutes for step in plan.steps) == minutes
    assert [step.start for step in plan.steps] == [
        sum(s.minutes for s in plan.steps[:n]) for n in range(len(plan.steps))
    ]
    assert plan.steps[-1].key == "debrief"
    assert plan.steps[-1].minutes >= 0.2 * minutes
    assert 1 <= len(plan.sittings) <= 12
    assert all(step.minutes >= 3 for step in plan.sittings)


def test_the_decisive_sittings_of_the_history():
    scenario = comity.load("hld_gfmd")
    assert places(find_plan("45", scenario)) == [
        ("HLD2006", 5), ("HLD2006", 7), ("HLD2006", 8), ("GFMD2007", 0), ("GFMD2007", 7), ("UNGA2018", 2),
    ]  # fmt: skip
    assert len(find_plan("90", scenario).sittings) == 8
    last = find_plan("180", scenario)
    assert [step.key for step in last.steps].count("pause") == 1
    assert last.sittings[-1].phase == "vote"


def test_a_plan_file_reads_as_the_plan_that_wrote_it(tmp_path):
    scenario = comity.load("teaching")
    plan = find_plan("90", scenario)
    file = tmp_path / "plan.toml"
    file.write_text(plan_text(plan))
    again = find_plan(str(file), scenario)
    assert (again.steps, again.minutes) == (plan.steps, plan.minutes)
    assert plan.is_shipped
    assert not again.is_shipped


STEP = '[[steps]]\nmeeting = "DIALOGUE1"\nsitting = 2\nminutes = 5\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (STEP.replace("DIALOGUE1", "DIALOG1"), "'meeting' must be a meeting of teaching, got 'DIALOG1'.*DIALOGUE1"),
        (STEP.replace("sitting = 2", "sitting = 9"), "'sitting' must be from 0 .the doors. to 5 in 'DIALOGUE1', got 9"),
        (STEP.replace("sitting = 2", "sitting = true"), "'sitting' must be from 0"),
        (STEP + STEP, "must follow in the order of the calendar"),
        (STEP.replace("minutes = 5", "minutes = 0"), "'minutes' must be a whole number from 1"),
        ('[[steps]]\nactivity = "nap"\nminutes = 5\n', "'activity' must be one of"),
        ('[[steps]]\nactivity = "debrief"\nminutes = 5\n', "must include a sitting to play"),
        (STEP + 'activity = "pause"\n', "must have either 'activity', or"),
        ("minutes = 9\n" + STEP, "'minutes' must be 5, the sum"),
        ("steps = 3", "'steps' must be 1 to 100 tables"),
        ("step = 3", "'step' is not a field of a plan.*steps"),
        ("= 3", "must be TOML in UTF-8"),
    ],
)
def test_a_plan_that_cannot_be_held_is_refused(tmp_path, text, says):
    file = tmp_path / "plan.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=says):
        find_plan(str(file), comity.load("teaching"))


def test_a_length_that_is_not_there_names_those_that_are(tmp_path):
    with pytest.raises(InputError, match=r"--plan must be one of 45, 90, 180 .minutes., or a plan file, got '60'"):
        planned(tmp_path / "class", "60")
    with pytest.raises(InputError, match=r"--team must be from 1 to 4"):
        planned(tmp_path / "class", team=5)


def test_a_class_plays_the_plan_and_only_that(tmp_path):
    classroom = planned(tmp_path / "class")
    try:
        person, _ = classroom.join("Ana")
        classroom.take(person, "NORTHLAND")
        stops = []
        while (ahead := classroom.scene.stop.next) is not None:
            stops.append((ahead.place.meeting, ahead.place.sitting))
            classroom.advance("next")
        plan = places(find_plan("45", comity.load("teaching"), 3))
        assert stops == plan, "NORTHLAND may choose at each of them"
        assert state_of(classroom.ledger.entries) == classroom.state
        written = export(classroom)
        comity.run(comity.load(written.scenario), seed=3, keep="all").save(tmp_path / "again")
        for table in sorted(written.record.glob("*.parquet")):
            assert (tmp_path / "again" / table.name).read_bytes() == table.read_bytes(), table.name
    finally:
        classroom.close_files()


def test_sittings_in_which_nobody_may_choose_are_passed_over(tmp_path):
    """SERVICE, an organisation, has no question at a vote, nor on the arena."""
    classroom = planned(tmp_path / "class", seats=("SERVICE",))
    try:
        person, _ = classroom.join("Ana")
        classroom.take(person, "SERVICE")
        from comity_classroom.core.choices import questions

        while classroom.scene.stop.next is not None:
            if classroom.state.held is not None and len(classroom.ledger.entries) > 4:
                assert questions(classroom.scene.stop, "SERVICE")
            classroom.advance("next")
    finally:
        classroom.close_files()


def test_the_paragraph_between_is_on_every_page(tmp_path):
    classroom = planned(tmp_path / "class")
    served = Served(classroom)
    try:
        student, teacher = served.student("Ana", "NORTHLAND"), served.teacher()
        while classroom.scene.stop.next.place != Place(meeting="DIALOGUE2", sitting=6):
            assert teacher.post("/teacher/act", {"do": "advance", "how": "next"})[0] == 200
        for page in (student.get("/seat")[1], teacher.get("/teacher")[1], teacher.get("/projector")[1]):
            assert "The model played" in page
            assert "actors on average" in page
        assert "<svg" in student.get("/seat")[1], "and a chart"
    finally:
        served.end()
        classroom.close_files()


def test_forty_students_share_twelve_seats_and_camps_are_balanced(tmp_path):
    classroom = planned(tmp_path / "class", team=4)
    try:
        for number in range(40):
            person, _ = classroom.join(f"Student {number}")
            classroom.take(person, None)
        sizes = [len(classroom.state.team_of(seat)) for seat in ACTORS]
        assert sum(sizes) == 40
        assert set(sizes) == {3, 4}
        assert state_of(classroom.ledger.entries) == classroom.state
        for number in range(8):
            person, _ = classroom.join(f"Late {number}")
            classroom.take(person, None)
        person, _ = classroom.join("Too late")
        with pytest.raises(Refused, match="All seats are taken"):
            classroom.take(person, None)
    finally:
        classroom.close_files()


def test_a_deal_alternates_between_camps():
    scenario = comity.load("hld_gfmd")
    from comity_classroom.briefs.writing import actors_of

    actors = actors_of(scenario).actors
    people = dict.fromkeys(default_seats(scenario, actors), 0)
    roles = actors.set_index("id")["role"]
    dealt = []
    for _ in range(12):
        seat = next_to_deal(people, actors, 1)
        people[seat] += 1
        dealt.append(roles[seat])
    assert abs(dealt.count("origin") - dealt.count("destination")) <= 1


def test_a_team_mate_changes_a_choice_only_knowingly(tmp_path):
    classroom = planned(tmp_path / "class", team=2)
    try:
        (ana, _), (ben, _) = classroom.join("Ana"), classroom.join("Ben")
        classroom.take(ana, "NORTHLAND")
        classroom.take(ben, "NORTHLAND")
        assert classroom.choose(ana, "NORTHLAND", {"act": "cooperation"})
        with pytest.raises(Refused, match="Ana has already chosen for your seat"):
            classroom.choose(ben, "NORTHLAND", {"act": "silence"})
        with pytest.raises(Refused, match="Ana has already chosen"):
            classroom.choose(ben, "NORTHLAND", {"act": None})
        assert not classroom.choose(ben, "NORTHLAND", {"act": "cooperation"}), "the same choice needs no change"
        assert classroom.choose(ben, "NORTHLAND", {"act": "silence"}, over={"act": "cooperation"})
        with pytest.raises(Refused, match="Ben has already chosen"):
            classroom.choose(ana, "NORTHLAND", {"act": "statement"}, over={"act": "cooperation"})
        classroom.leave(ana)
        assert classroom.state.team_of("NORTHLAND") == [ben], "the seat stays with the team"
        assert classroom.choose(ben, "NORTHLAND", {"act": "statement"})
        assert state_of(classroom.ledger.entries) == classroom.state
    finally:
        classroom.close_files()


def test_names_follow_the_order_of_the_language(tmp_path):
    english = Phrases(folder=tmp_path, language="en", table={})
    spanish = Phrases(folder=tmp_path, language="es", table={"own_letters": {"ñ": "n"}})
    names = ["Zoe", "Núñez", "Nuza", "Émile", "eva", "Ángel"]
    assert sorted(names, key=english.sorting) == ["Ángel", "Émile", "eva", "Núñez", "Nuza", "Zoe"]
    assert sorted(["Nuñez", "Nunzio", "Nuoro"], key=spanish.sorting) == ["Nunzio", "Nuñez", "Nuoro"]


def test_a_lesson_in_the_ledger_is_what_differs_from_the_default():
    assert Lesson().to_json() == {}
    assert Lesson(team=3).to_json() == {"team": 3}


def test_the_rule_stands_under_a_change_of_trust_and_a_red_line_warns_before_the_choice(tmp_path):
    classroom = planned(tmp_path / "class")
    served = Served(classroom)
    try:
        student = served.student("Ana", "NORTHLAND")
        while classroom.scene.stop.next.place != Place(meeting="DIALOGUE2", sitting=6):
            classroom.advance("next")
        page = student.get("/seat")[1]
        assert "Rule: " in page
        from comity_classroom.briefs import brief_of

        asked = ("arena", "vote")
        lines = [line for line in brief_of(classroom.scene.stop.scenario, "NORTHLAND").red_lines if line.key in asked]
        assert [line.key for line in lines] == ["arena", "vote"], "the sitting asks about both"
        assert page.count("This crosses your red line") == len(lines)
        assert all(line.sentence in page for line in lines)
    finally:
        served.end()
        classroom.close_files()
