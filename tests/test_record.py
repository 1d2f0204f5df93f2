"""What a record offers: tables, their columns, levels of detail, and errors where something was not kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import comity
from comity import ForumModel, InputError, Record
from comity.measures import MEASURES, measure
from comity.record import DETAILED_TABLES, TABLES


@pytest.fixture(scope="module")
def record() -> Record:
    return comity.run("teaching", seed=7, keep="trust")


def test_all_tables_are_there_by_level_of_detail(record):
    assert set(record.tables()) == {*TABLES, *DETAILED_TABLES}
    assert set(comity.run("teaching", seed=7, keep="meetings").tables()) == set(TABLES)
    assert all(isinstance(table, pd.DataFrame) for table in record.tables().values())


def test_tables_have_their_columns_where_no_meeting_is_held(record, tmp_path):
    nobody_hosts = {"choices.host": "endogenous", "parameters.chair_selectivity": 50.0, "forums.FORUM.attachment": 0.0}
    one_meeting = tmp_path / "one_meeting.toml"
    one_meeting.write_text('[remove]\nmeetings = ["DIALOGUE1", "DIALOGUE2"]\n', encoding="utf-8")
    empty = comity.run(comity.load("teaching", patches=[one_meeting], settings=nobody_hosts), seed=1)
    assert empty.chairs["event"].to_list() == ["cancelled", "vacancy"]
    for name, table in empty.tables().items():
        assert list(table.columns) == list(getattr(record, name).columns), name


def test_counts_are_whole_numbers(record):
    counts = {
        "meetings": ["states", "networks", "spoke", "statements", "donors", "contacts"],
        "interventions": ["seats", "silence"],
        "sessions": ["sitting", "room", "seats", "speakers"],
        "sittings": ["sitting", "round", "room"],
        "actors": ["seats", "interventions"],
    }
    for name, columns in counts.items():
        assert {str(dtype) for dtype in getattr(record, name)[columns].dtypes} == {"int64"}, name


def test_tables_are_tidy(record):
    keys = {
        "meetings": ["meeting"],
        "interventions": ["meeting", "phase", "group"],
        "trust": ["meeting", "holder", "partner"],
        "sessions": ["meeting", "sitting", "room"],
        "support": ["meeting", "organisation"],
        "memberships": ["year", "treaty", "group"],
        "arenas": ["meeting", "actor"],
        "votes": ["vote", "actor"],
        "actors": ["meeting", "actor"],
        "positions": ["meeting", "actor", "issue"],
        "trust_by_group": ["meeting", "actor", "partner"],
        "sittings": ["meeting", "sitting", "round", "actor"],
        "cooperation_by_pair": ["meeting", "speaker", "listener"],
    }
    for name, columns in keys.items():
        assert not getattr(record, name).duplicated(columns).any(), name
    assert len(record.actors) == 12 * 4
    assert len(record.positions) == 12 * 4 * 3
    assert len(record.votes) == 8


@pytest.mark.parametrize("name", [*TABLES, *DETAILED_TABLES])
def test_every_table_says_what_its_columns_are(name):
    assert len(getattr(Record, name).func.__doc__) > 40


def test_what_was_not_kept_is_an_error():
    short = comity.run("teaching", seed=7, keep="meetings")
    for name in DETAILED_TABLES[:3]:
        with pytest.raises(InputError, match=r"must be kept, got keep='meetings'\. Run again with keep='all'"):
            getattr(short, name)
    with pytest.raises(InputError, match=r"no trust matrix of 'start' was kept"):
        comity.run("teaching", seed=7).trust_matrix("start")


def test_a_trust_matrix_of_no_meeting_is_an_error(record):
    assert record.trust_matrix("FORUM1").shape == (12, 12)
    with pytest.raises(InputError, match=r"no trust matrix of 'FORUM2' was kept"):
        record.trust_matrix("FORUM2")


def test_a_record_of_an_unfinished_model_holds_what_has_happened():
    model = ForumModel("teaching", seed=7)
    for _ in range(6):
        model.step()
    record = Record.of(model)
    assert record.meetings["meeting"].tolist() == ["DIALOGUE1"]
    assert set(record.actors["meeting"]) == {"start", "DIALOGUE1"}
    assert len(record.votes) == 0


def test_a_record_before_the_first_meeting_has_its_tables_without_rows():
    record = Record.of(ForumModel("teaching", seed=7))
    for name in TABLES:
        assert len(getattr(record, name)) == 0, name
    assert set(record.actors["meeting"]) == {"start"}


def test_cooperation_by_pair_by_hand():
    record = comity.run("teaching", seed=7)
    rows = record.population.rows
    group = dict(zip(record.actors_by_id["id"], record.actors_by_id["group"], strict=True))
    origin = [name for name in rows if group[name] == "origin"][:2]
    destination = [name for name in rows if group[name] == "destination"][:2]
    acts, tables = np.full((3, len(rows)), -1), np.full((2, len(rows)), -1)
    # First sitting, two rooms, two rounds: (room, first round, second round); second sitting, one room, one round.
    for name, room, first, second in (
        (origin[0], 0, 2, 1), (origin[1], 1, 2, 0), (destination[0], 0, 3, 2), (destination[1], 0, 0, 1),
    ):  # fmt: skip
        tables[0, rows[name]], acts[:2, rows[name]] = room, (first, second)
    for name, act in ((origin[0], 2), (origin[1], 1)):
        tables[1, rows[name]], acts[2, rows[name]] = 0, act
    meeting = record.trace.meetings[0]._replace(
        phases=np.array([5, 5]), rounds=np.array([2, 1]), acts=acts, tables=tables
    )
    record.trace.meetings[:] = [meeting]
    found = record.cooperation_by_pair.set_index(["speaker", "listener"])
    # Origin before destination: room 1 of the first sitting only, one offer and one statement. Origin before another
    # origin: the second sitting only, one offer and one statement; the one alone in its room is heard by nobody.
    # Destination: an objection, an offer and a statement, before the origin and before each other.
    assert found[["interventions", "cooperative"]].to_dict("index") == {
        ("origin", "origin"): {"interventions": 2, "cooperative": 1},
        ("origin", "destination"): {"interventions": 2, "cooperative": 1},
        ("destination", "origin"): {"interventions": 3, "cooperative": 1},
        ("destination", "destination"): {"interventions": 3, "cooperative": 1},
    }
    assert found.loc[("destination", "origin"), "share"] == pytest.approx(1 / 3)


def test_cooperation_by_pair_is_that_of_the_sittings(record):
    group = record.actors_by_id.set_index("id")["group"]
    room = ["meeting", "sitting", "room"]
    seats = record.sittings[record.sittings["phase"] != "corridor"].assign(group=record.sittings["actor"].map(group))
    told = {}
    for _, part in seats.groupby([*room]):
        spoke = part[part["act"].isin(["statement", "cooperation", "contestation"])]
        for name, act, speaker, meeting in spoke[["actor", "act", "group", "meeting"]].itertuples(index=False):
            for listener in set(part.loc[part["actor"] != name, "group"]):
                told.setdefault((meeting, speaker, listener), []).append(act == "cooperation")
    found = record.cooperation_by_pair.set_index(["meeting", "speaker", "listener"])
    assert set(found.index) == set(told)
    for pair, acts in told.items():
        assert tuple(found.loc[pair, ["interventions", "cooperative"]]) == (len(acts), sum(acts))
        assert found.loc[pair, "share"] == pytest.approx(np.mean(acts))


def test_memberships_never_fall(record):
    table = record.memberships.groupby(["treaty", "year"])["members"].sum().unstack("year")
    assert (table.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert table.columns.tolist() == [2006, 2007, 2008]


def test_joiners_are_the_difference_of_memberships(record):
    grown = record.memberships.groupby("treaty")["members"].apply(lambda m: m.iloc[-3:].sum())
    before = record.actors_by_id[record.actors_by_id["kind"] == "state"][["crmw_party_2006", "iom_member_2006"]].sum()
    joined = record.joiners["treaty"].value_counts()
    assert grown["crmw"] - before["crmw_party_2006"] == joined.get("crmw", 0)
    assert grown["iom"] - before["iom_member_2006"] == joined.get("iom", 0)


@pytest.mark.parametrize("item", MEASURES, ids=lambda item: item.name)
def test_every_measure_is_a_number_read_off_the_smallest_record(item):
    value = item.compute(comity.run("teaching", seed=7, keep="meetings"))
    assert isinstance(value, float)
    assert np.isfinite(value)
    assert item.unit in ("share", "count", "1")
    if item.unit == "share":
        assert 0 <= value <= 1


def test_measures_by_hand(record):
    values = measure(record)
    assert list(values) == [item.name for item in MEASURES]
    meetings = record.meetings.set_index("meeting")
    assert values["attendance"] == meetings.loc["FORUM1", "states"] / 8
    assert values["practices"] == meetings.loc["DIALOGUE2", "practices"]
    assert values["agreements"] == meetings["agreements"].sum()
    assert values["expected_yes"] == pytest.approx(record.votes["p_yes"].mean())
    states = record.actors_by_id[record.actors_by_id["kind"] == "state"]["id"]
    last = record.actors.query("meeting == 'DIALOGUE2'").set_index("actor").loc[states]
    assert values["cooperation"] == pytest.approx(last["cooperation"].mean())
    assert values["sovereignty"] == pytest.approx(last["sovereignty"].mean())
    tables = record.interventions.query("phase == 'round_tables' and group == 'destination'")
    assert values["destination_voice"] == pytest.approx(1 - tables["silence"].sum() / tables["seats"].sum())


def test_a_state_that_does_not_exist_at_the_end_is_in_no_mean():
    scenario = comity.load("teaching", settings={"population.actors.NORTHLAND.active_from": "2010-01-01"})
    record = comity.run(scenario, seed=7)
    last = record.actors.query("meeting == 'DIALOGUE2'").set_index("actor")
    here = record.actors_by_id.query("kind == 'state' and id != 'NORTHLAND'")["id"]
    for name in ("cooperation", "sovereignty"):
        assert measure(record)[name] == pytest.approx(last.loc[here, name].mean()), name


def test_attendance_is_as_frequent_as_its_probability():
    # Northland at the first dialogue: -0.6 + 1.6 x 0.95 + 3 x 0.45 + 0.35 - 3 x 0.75 x 0.6 = 1.27, L = 0.7807;
    # all issues are on the agenda: its salience is 1. Coral: -0.6 + 0.24 + 1.35 + 0.5 - 0.54 = 0.95, L = 0.7211.
    # In 400 runs the standard errors are sqrt(0.7807 x 0.2193 / 400) = 0.0207 and 0.0224.
    settings = {
        f"parameters.attendance_{name}": value
        for name, value in {
            "intercept": -0.6,
            "capacity": 1.6,
            "attachment": 3.0,
            "cooperation": 1.0,
            "sovereignty": 3.0,
            "salience": 0.5,
        }.items()
    }
    scenario = comity.load("teaching", settings=settings)
    came = []
    for seed in range(400):
        model = ForumModel(scenario, seed=seed, keep="meetings", agents=False)
        model.step()
        came.append(model.gathering.present[[model.population.rows[name] for name in ("NORTHLAND", "CORAL")]])
    shares = np.mean(came, axis=0)
    assert shares[0] == pytest.approx(0.7807, abs=4 * 0.0207)
    assert shares[1] == pytest.approx(0.7211, abs=4 * 0.0224)
