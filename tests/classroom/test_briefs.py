"""Role sheets follow from the data by the rule, and fidelity is what the rule says: computed by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
from comity.briefs.rule import aim_on, named_arena, ruled_out_arenas
from comity.briefs.thresholds import CREDIT, RICH, THRESHOLDS, as_markdown
from comity.errors import InputError
from comity_classroom.briefs import Brief, brief_of, conduct_of, fidelity
from comity_classroom.briefs.conduct import COLUMNS
from comity_classroom.pack import role_sheet_css, role_sheet_html


@pytest.fixture(scope="module")
def teaching():
    return comity.load("teaching")


@pytest.fixture(scope="module")
def northland(teaching) -> Brief:
    return brief_of(teaching, "NORTHLAND")


@pytest.fixture(scope="module")
def palmera(teaching) -> Brief:
    return brief_of(teaching, "PALMERA")


def act(issue: str, act: str, meeting: str = "DIALOGUE1", exposure: float = 0.66, forum: str = "DIALOGUE") -> dict:
    return {
        "kind": "act", "meeting": meeting, "forum": forum, "sitting": 1, "round": 1, "phase": "round_tables",
        "subject": "", "issue": issue, "act": act, "bindingness": 0.6, "exposure": exposure,
    }  # fmt: skip


def choice(kind: str, subject: str, answer: str, meeting: str = "DIALOGUE2") -> dict:
    row = dict.fromkeys(COLUMNS, "") | {"kind": kind, "meeting": meeting, "subject": subject, "act": answer}
    return row | {"sitting": None, "round": None, "bindingness": np.nan, "exposure": np.nan}


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def test_the_three_issues_of_most_attention_become_aims_by_position(northland, palmera):
    # Northland: labour .45 at position .25, rights .35 at .15, remittances .20 at .60.
    issues = [(aim.key, aim.subject, aim.weight) for aim in northland.aims[:3]]
    assert [row[:2] for row in issues] == [("guard", "labour"), ("guard", "rights"), ("advance", "remittances")]
    assert [row[2] for row in issues] == pytest.approx([0.45, 0.35, 0.20])
    assert {aim.key for aim in palmera.aims} == {"advance", "arena"}, "joint on all three, and too poor to be asked"


def test_only_the_rich_are_called_rich():
    synthetic = comity.load("synthetic")
    brief = brief_of(synthetic, "S0001")
    income = next(number.value for number in brief.numbers if number.key == "income")
    assert (brief.role, income < RICH.default) == ("destination", True)
    assert "rich" not in brief.portrait


def test_who_has_no_home_has_no_cost_at_home(northland):
    agency = brief_of(comity.load("hld_gfmd"), "IOM")
    reasons = [line.reason for line in agency.red_lines if line.key == "offer"]
    assert reasons
    assert not [reason for reason in reasons if "at home" in reason or "sovereignty" in reason]
    assert all("deference" in reason for reason in reasons)
    assert any("at home (sovereignty times exposure)" in line.reason for line in northland.red_lines)


@pytest.mark.parametrize(
    ("position", "expected"), [(0.0, "guard"), (0.4, "guard"), (0.41, "weigh"), (0.59, "weigh"), (0.6, "advance")]
)
def test_the_aim_on_an_issue_follows_from_the_position(position, expected):
    assert aim_on(position) == expected


@pytest.mark.parametrize(
    ("un", "informal", "named", "ruled_out"),
    [
        (-0.12, -0.04, "informal", ["un"]),  # nothing is lost that counts: the compromise
        (-0.20, -0.07, "nowhere", ["un", "informal"]),
        (0.43, 0.27, "un", ["nowhere"]),
        (0.06, 0.05, "informal", []),
    ],
)
def test_arenas(un, informal, named, ruled_out):
    gains = {"un": un, "informal": informal, "nowhere": 0.0}
    assert named_arena(gains) == named
    assert ruled_out_arenas(gains) == ruled_out


def test_red_lines_follow_sovereignty_times_exposure(northland):
    offers = [line for line in northland.red_lines if line.key == "offer"]
    # Rights in the dialogue: .95 (1 - .60 * .30) (.25 + .60) = .662, times .75 = .497, above .4. Labour: .222.
    assert [line.subject for line in offers] == ["rights"]
    assert offers[0].exposure == pytest.approx(0.4 / 0.75)
    assert "0.50" in offers[0].reason
    votes = [(line.subject, line.answer) for line in northland.red_lines if line.key == "vote"]
    # .20 * .60 + .45 * .25 + .35 * .15 = .285, minus .75 * .35 = .0225: below .15, so never yes.
    assert votes == [("COMPACT", "yes")]


def test_who_stands_outside_makes_no_offer_in_the_forum_that_states_lead(teaching):
    outside = brief_of(teaching, "OUTSIDE")
    assert [(line.key, line.subject) for line in outside.red_lines] == [("offer_in_forum", "FORUM")]
    offered = table(act("labour", "cooperation", "FORUM1", 0.1, "FORUM"), act("rights", "cooperation"))
    assert fidelity(outside, offered).parts[-1].score == 0.0
    elsewhere = table(act("labour", "cooperation", "PGA", 0.1, "OWN"))
    assert fidelity(outside, elsewhere).parts[-1].score is None


def test_aims_are_scored_by_meeting(northland):
    conduct = table(
        act("labour", "silence"),
        act("labour", "cooperation"),  # half of the rounds of this meeting without an offer: 1/2
        act("labour", "absent", "FORUM1"),  # in no room on it: 1/2
        act("rights;labour", "absent"),  # in another room: does not count, for it sat in rooms on labour that day
        act("remittances", "silence", "FORUM1"),
        act("remittances", "statement", "FORUM1"),  # the best of the meeting: 0.7
    )
    found = {part.subject: part for part in fidelity(northland, conduct).parts if part.of == "aim"}
    assert found["labour"].score == pytest.approx(0.5)
    assert found["labour"].occasions == 2
    assert found["rights"].score == pytest.approx(0.5)
    assert found["remittances"].score == pytest.approx(0.7)
    assert found["informal"].score is None, "nobody has asked yet"


def test_one_crossing_costs_at_least_half(northland):
    kept = [act("rights", "silence") for _ in range(3)]
    once = fidelity(northland, table(*kept, act("rights", "cooperation")))
    line = next(part for part in once.parts if part.key == "offer")
    assert line.score == pytest.approx(0.5 * 3 / 4)
    assert "1 of 4" in line.finding
    elsewhere = fidelity(northland, table(*kept, act("rights", "cooperation", exposure=0.25)))
    assert next(part for part in elsewhere.parts if part.key == "offer").score == 1.0, "there words do not bind"


def test_the_score_is_the_mean_of_aims_and_red_lines(northland):
    conduct = table(act("labour", "silence"), act("rights", "cooperation"), choice("vote", "COMPACT", "no"))
    # Aims: labour .45 * 1, rights .35 * 0: .5625. Red lines: offer 0, vote 1: .5.
    assert fidelity(northland, conduct).score == pytest.approx((0.45 / 0.80 + 0.5) / 2)


def faithful(guards: bool) -> pd.DataFrame:
    """Return the conduct of a seat that guards all issues, or that works for joint rules on all."""
    said = "silence" if guards else "cooperation"
    acts = [act(issue, said) for issue in ("remittances", "labour", "rights")]
    if guards:
        acts.append(act("remittances", "cooperation", exposure=0.1))
    arena = choice("arena", "DIALOGUE", "informal" if guards else "un")
    return table(
        *acts, arena, choice("vote", "COMPACT", "no" if guards else "yes"), choice("pledge", "FORUM", "yes", "FORUM1")
    )


def test_opposed_briefs_can_both_be_kept_and_both_be_betrayed(northland, palmera):
    assert fidelity(northland, faithful(guards=True)).score == 1.0
    assert fidelity(palmera, faithful(guards=False)).score == 1.0
    assert fidelity(northland, faithful(guards=False)).score < 0.3
    betrayal = [act(issue, "silence") for issue in ("remittances", "labour", "rights")]
    betrayal += [choice("arena", "DIALOGUE", "nowhere"), choice("vote", "COMPACT", "no")]
    assert fidelity(palmera, table(*betrayal)).score == 0.0


def test_nothing_done_is_no_score(northland):
    empty = fidelity(northland, table())
    assert empty.score is None
    assert all(part.score is None for part in empty.parts)
    assert "no occasion yet" in empty.sentence


def test_a_table_without_a_column_is_refused(northland):
    with pytest.raises(InputError, match="'exposure'"):
        fidelity(northland, table().drop(columns="exposure"))


def test_the_model_in_the_seats_is_middling_to_faithful(teaching):
    briefs = {actor: brief_of(teaching, actor) for actor in ("NORTHLAND", "OILPORT", "CROSSLAND", "PALMERA", "SAVANNA")}
    scores = []
    for seed in range(4):
        record = comity.run(teaching, seed=seed)
        scores += [fidelity(brief, conduct_of(record, actor)).score for actor, brief in briefs.items()]
    # 0.72 over 20 seats, standard deviation 0.13, so the mean is within 0.09 (3 standard errors) on other seeds.
    assert 0.55 < float(np.mean(scores)) < 0.9


def test_conduct_agree_with_the_record(teaching):
    record = comity.run(teaching, seed=1)
    for actor in ("WESTMARK", "RIGHTS", "BRIDGE"):
        conduct = conduct_of(record, actor)
        seated = conduct[(conduct["kind"] == "act") & (conduct["act"] != "absent")]
        rows = record.sittings.query("actor == @actor and phase not in ('corridor', 'vote')").merge(
            record.sessions[["meeting", "sitting", "room", "issue"]], on=["meeting", "sitting", "room"]
        )
        keys = ["meeting", "sitting", "round", "phase", "issue", "act"]
        assert seated[keys].astype(str).to_numpy().tolist() == rows[keys].astype(str).to_numpy().tolist(), actor
    westmark = conduct_of(record, "WESTMARK")
    tables = westmark.query("phase == 'round_tables' and act != 'absent' and forum == 'DIALOGUE'")
    # Politicisation (1 - .60 framing) (.25 + .60), by hand.
    exposures = {"remittances": 0.20 * 0.43 * 0.85, "labour": 0.60 * 0.58 * 0.85, "rights": 0.95 * 0.82 * 0.85}
    assert len(tables)
    assert tables["exposure"].tolist() == pytest.approx([exposures[issue] for issue in tables["issue"]])
    assert westmark.query("kind == 'host'")["act"].tolist() == ["yes"]
    assert not len(westmark.query("kind == 'pledge'")), "a host pays anyway"
    vote = record.votes.query("actor == 'WESTMARK'")["answer"].tolist()
    assert westmark.query("kind == 'vote'")["act"].tolist() == vote


@pytest.mark.parametrize(("name", "step"), [("hld_gfmd", 20), ("synthetic", 12), ("teaching", 1)])
def test_every_kind_of_seat_of_every_scenario_has_a_brief(name, step):
    scenario = comity.load(name)
    record = comity.run(scenario, seed=0)
    for actor in record.population.ids[::step]:
        brief = brief_of(scenario, actor)
        assert brief.numbers
        assert all(number.unit and number.source for number in brief.numbers)
        assert len(brief.issues) == len(scenario.issues)
        assert sum(aim.weight for aim in brief.aims[:3]) == pytest.approx(1)
        assert fidelity(brief, conduct_of(record, actor)).sentence
        assert role_sheet_html(brief).count("<tr>") >= len(brief.numbers) + len(brief.issues)


def test_numbers_name_the_source_of_their_population():
    germany = brief_of(comity.load("hld_gfmd"), "DEU")
    share = next(number for number in germany.numbers if number.key == "immigrant_share")
    assert (share.shown, share.value) == ("11.5 %", pytest.approx(0.1152, abs=1e-4))
    assert "UN DESA" in share.source
    changed = comity.load("hld_gfmd", settings={"population.override.DEU.income": 0.5})
    numbers = {number.key: number for number in brief_of(changed, "DEU").numbers}
    assert numbers["income"].shown == "0.50"
    assert "this scenario" in numbers["income"].source
    drawn = brief_of(comity.load("synthetic"), "S0001")
    assert all("drawn" in number.source for number in drawn.numbers)


def test_an_unknown_actor_or_language_is_refused(teaching):
    with pytest.raises(InputError, match="Did you mean 'NORTHLAND'"):
        brief_of(teaching, "NORTHLAN")
    with pytest.raises(InputError, match="language 'xx' is not one of the shipped languages"):
        brief_of(teaching, "NORTHLAND", "xx")


def test_a_name_with_markup_is_shown_and_not_obeyed(teaching):
    settings = teaching.to_json()
    settings["population"]["actors"][0] |= {"name": "<script>alert(1)</script>", "text": "<b>bold</b>"}
    from comity.scenario.loading import from_data

    page = role_sheet_html(brief_of(from_data(settings), "NORTHLAND"))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_the_style_stays_inside_the_sheet():
    rules = [line.partition("{")[0].strip() for line in role_sheet_css().splitlines() if "{" in line]
    assert rules
    assert all(rule.startswith((".role-sheet", "@media")) for rule in rules)


def test_the_page_on_briefs_lists_all_thresholds():
    page = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "briefs.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n{as_markdown()}"), "python -m comity.briefs.thresholds prints the tables"
    names = [item.name for item in THRESHOLDS]
    assert len(names) == len(set(names))
    assert all(item.low <= item.default <= item.high and item.source for item in THRESHOLDS)
    assert all(0 <= credit <= 1 for credits_of in CREDIT.values() for credit in credits_of.values())
