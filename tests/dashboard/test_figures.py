"""Figures and captions are functions of tables: their numbers are those of the record."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import comity
from comity.errors import InputError
from comity.measures import measure
from comity.scenario.loading import from_data
from comity.words.explain import explain
from comity_dashboard.captions import captions
from comity_dashboard.figures import watch
from comity_dashboard.figures.actor import (
    acts_by_meeting,
    interventions,
    partners,
    parts_by_meeting,
    state_over_time,
    total_parts,
)
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.measures import changed_measures, number, signed
from comity_dashboard.figures.preferences import preference_space
from comity_dashboard.figures.world_map import vote_map
from comity_dashboard.levers import parameter_groups
from comity_dashboard.pages.watch import chain_of_chairs
from comity_dashboard.palette import GROUP_COLOURS, MANY, ON_BLACK
from comity_dashboard.side_by_side import SideBySide
from comity_dashboard.story import Story, lane_of


@pytest.fixture(scope="module")
def record():
    return comity.run("teaching", seed=7)


@pytest.fixture(scope="module")
def history():
    return comity.run("hld_gfmd", seed=7)


def series(figure: Figure, name: str) -> list[list[object]]:
    return next(item["data"] for item in figure.option["series"] if item["name"] == name)


def test_every_chart_over_time_is_plain_data_with_title_unit_and_reading_aid(history):
    charts = watch.lines_of(history)
    assert [chart.key for chart in charts] == [
        "trust", "cooperation_by_pair", "cooperation", "sovereignty", "silence", "openness", "practices", "agenda", "spaces",
        "support", "donors",
    ]  # fmt: skip
    for chart in charts:
        figure = chart.figure()
        json.dumps(figure.props(), allow_nan=False)
        assert figure.title
        assert figure.unit
        assert len(figure.how) > 40
        assert figure.csv().startswith("meeting,date,")


def contrast(colour: str, ground: str) -> float:
    """Contrast of the Web Content Accessibility Guidelines 2.1: from 1 to 21; graphics should have 3."""

    def light(text: str) -> float:
        shares = np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        return float(
            [0.2126, 0.7152, 0.0722] @ np.where(shares <= 0.03928, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
        )

    dark, bright = sorted((light(colour), light(ground)))
    return (bright + 0.05) / (dark + 0.05)


def test_every_colour_of_a_line_is_seen_on_white_and_in_the_dark_theme(history):
    lines = [colour for chart in watch.lines_of(history) for colour in chart.colours.values()]
    for colour in {*GROUP_COLOURS.values(), *MANY, *lines}:
        assert contrast(colour, "#ffffff") > 2.3, colour
        assert contrast(ON_BLACK.get(colour, colour), "#1e2126") > 3, colour


def test_trust_silence_and_money_are_those_of_the_record(record):
    trust = watch.trust(record).figure()
    drawn = [value for _, value in series(trust, "origin in destination states")]
    assert drawn == pytest.approx(record.meetings["trust_origin_destination"], abs=5e-5)
    for what, chart in (("cooperation", watch.cooperation), ("sovereignty", watch.sovereignty)):
        expected = record.meetings[f"{what}_destination"]
        assert list(chart(record).table["destination states"]) == pytest.approx(list(expected), abs=1e-12)
    silence = watch.silence(record).figure()
    expected = record.meetings["silent_destination"].dropna()
    assert [value for _, value in series(silence, "destination states")] == pytest.approx(expected, abs=5e-5)
    assert list(watch.money(record).table["donor governments"]) == list(
        record.meetings.loc[record.meetings["forum"] == "FORUM", "donors"]
    )


def test_cooperative_speech_by_pair_is_that_of_the_record(history):
    drawn = watch.cooperation_by_pair(history).table.set_index("meeting")
    table = (
        history.cooperation_by_pair.query("interventions >= @watch.ENOUGH")
        .set_index(["speaker", "listener", "meeting"])["share"]
        .sort_index()
    )
    for name, speaker, listener in (
        ("origin states before destination states", "origin", "destination"),
        ("origin states before civil society", "origin", "network"),
    ):
        expected = table.xs((speaker, listener))
        pd.testing.assert_series_equal(drawn[name].dropna().sort_index(), expected, check_names=False)


def test_support_is_that_of_the_table(history):
    table = watch.support(history).table
    names = dict(zip(history.actors_by_id["name"], history.actors_by_id["id"], strict=True))
    expected = history.support.set_index(["meeting", "organisation"])["support"]
    lines = [name for name in table.columns if name not in ("meeting", "date")]
    assert len(lines) == 6
    for row in table.to_dict("records"):
        for name in lines:
            assert row[name] == pytest.approx(expected[row["meeting"], names[name]], abs=1e-12)
    best = history.support[history.support["rank"] == 1]["organisation"].unique()
    assert set(best) <= {names[name] for name in lines}
    assert max(map(len, lines)) > 22  # whole, and cut only where a chart has no room


def test_openness_and_agenda_are_those_of_the_tables(history):
    states = history.meetings[history.meetings["states"] > 0]
    drawn = watch.openness(history).table
    assert list(drawn["meeting"]) == list(states["meeting"])
    assert list(drawn.iloc[:, 2:].sum(axis=1)) == pytest.approx(list(states["openness"]))
    tables = history.sessions[history.sessions["phase"] == "round_tables"]
    names = {issue.id: issue.name for issue in history.scenario.issues}
    expected = pd.crosstab(tables["meeting"], tables["issue"].map(names), normalize="index")
    agenda = watch.agenda(history).table.set_index("meeting").drop(columns="date")
    pd.testing.assert_frame_equal(
        agenda.sort_index()[sorted(agenda)], expected.sort_index()[sorted(expected)], check_names=False
    )


def test_shares_of_the_agenda_add_up_to_one(history):
    table = watch.agenda(history).table
    assert np.allclose(table.drop(columns=["meeting", "date"]).sum(axis=1), 1)


def test_two_runs_are_laid_over_each_other_and_subtracted():
    days = pd.to_datetime(["2006-01-01", "2007-01-01", "2008-01-01"])
    one = Lines(
        key="k",
        title="T",
        unit="u",
        how="h",
        table=pd.DataFrame({"meeting": list("abc"), "date": days, "x": [1.0, 2.0, np.nan]}),
    )
    two = Lines(
        key="k",
        title="T",
        unit="u",
        how="h",
        table=pd.DataFrame({"meeting": list("ac"), "date": days[[0, 2]], "x": [4.0, 5.0]}),
    )
    over = two.over(one, "now", "then")
    assert series(over, "x") == [["2006-01-01", 4.0], ["2008-01-01", 5.0]]
    assert series(over, "x (then)") == [["2006-01-01", 1.0], ["2007-01-01", 2.0]]
    assert over.note == "Solid: now. Dashed: then."
    assert len(over.csv().splitlines()) == 1 + 5
    minus = two.minus(one, "D")
    assert series(minus, "x") == [["2006-01-01", 3.0]]  # b is held in one run only, c has no value in the other
    assert minus.note == "2 meetings held in both runs. 1 held in one run only, without a difference."
    share = replace(two, unit="share, 0 to 1").minus(one, "D")
    assert share.unit == share.option["yAxis"]["name"] == "difference, share"  # a difference may be negative
    assert share.how.startswith("Above zero, the value is larger in the second run; below zero, in the first.")
    same = one.minus(one, "D")
    assert (same.note, same.empty) == ("3 meetings held in both runs.", "No difference between the runs.")
    assert replace(two, table=two.table.assign(meeting=list("de"))).minus(one, "D").empty.startswith("No meeting was")


def test_where_there_is_nothing_to_draw_a_sentence_says_why(record):
    poor = comity.run("teaching", seed=0)
    assert not poor.meetings["donors"].any()
    charts = {chart.key: chart.figure() for chart in watch.lines_of(poor)}
    assert charts.pop("donors").empty == "No government pledged money in this run."
    assert not any(chart.empty for chart in charts.values())
    learned = comity.run(comity.load("teaching", theory="rationalist"), seed=7)
    found = explain(learned, "NORTHLAND", "trust")
    moved = parts_by_meeting(learned, "NORTHLAND", "trust")
    assert total_parts(found).empty == moved.empty == "Nothing changed it in this run."
    assert not total_parts(explain(record, "NORTHLAND", "trust")).empty


def test_axes_of_counts_have_no_parts_of_one(record):
    charts = [*(chart.figure() for chart in watch.lines_of(record)), acts_by_meeting(record, "NORTHLAND")]
    whole = {chart.key for chart in charts if chart.option["yAxis"].get("minInterval") == 1}
    assert whole == {"spaces", "donors", "acts"}


def test_stacked_shares_stand_side_by_side_and_are_subtracted_over_all_that_either_has():
    days = pd.to_datetime(["2006-01-01", "2007-01-01"])
    frame = {"meeting": list("ab"), "date": days}
    said = {"key": "k", "title": "T", "unit": "u", "how": "h", "form": "stack"}
    one = Lines(table=pd.DataFrame({**frame, "x": [1.0, 0.25], "y": [0.0, 0.75]}), **said)
    two = Lines(table=pd.DataFrame({**frame, "x": [0.5, 0.25], "z": [0.5, 0.75]}), **said)
    over = two.over(one, "now", "then")
    stacks = {item["name"]: item["stack"] for item in over.option["series"]}
    assert len({stacks["x"], stacks["x (then)"]}) == 2
    assert stacks["x"] == stacks["z"]
    colours = {item["name"]: item["itemStyle"]["color"] for item in over.option["series"]}
    assert colours["x"] == colours["x (then)"]
    assert colours["y (then)"] != colours["z"]
    assert over.note == "Full colour: now. Pale: then."
    minus = two.minus(one, "D")
    assert series(minus, "x") == [["2006-01-01", -0.5], ["2007-01-01", 0.0]]
    assert series(minus, "y") == [["2006-01-01", 0.0], ["2007-01-01", -0.75]]
    assert series(minus, "z") == [["2006-01-01", 0.5], ["2007-01-01", 0.75]]


def test_bars_of_a_stack_have_the_same_dates_for_they_are_stacked_by_position(history):
    for lines in (watch.agenda(history), watch.money(history)):
        for figure in (lines.figure(), lines.over(lines, "now", "then"), lines.minus(lines, "D")):
            dates = {}
            for item in figure.option["series"]:
                dates.setdefault(item["stack"], set()).add(tuple(day for day, _ in item["data"]))
            assert all(len(found) == 1 for found in dates.values())


def test_bars_start_at_nought_so_that_their_length_is_their_value(record):
    charts = [acts_by_meeting(record, "NORTHLAND")]
    charts += [lines.figure() for lines in watch.lines_of(record) if lines.form != "lines"]
    charts += [lines.minus(lines, "D") for lines in watch.lines_of(record) if lines.form != "lines"]
    assert len(charts) > 3
    for figure in charts:
        axis = figure.option["yAxis"]
        assert not axis["scale"] or axis.get("min") == 0, figure.key


def test_two_runs_on_one_timeline_hold_the_meetings_of_both_and_say_whose(record, tmp_path):
    patch = tmp_path / "shorter.toml"
    patch.write_text('[remove]\nmeetings = ["FORUM1"]\n', encoding="utf-8")
    longer, shorter = Story(record), Story(comity.run(comity.load("teaching", patches=[patch]), seed=7))
    both, turned = SideBySide(longer, shorter), SideBySide(shorter, longer)
    for pair, only in ((both, 1), (turned, 2)):
        held = {item["id"]: item["only"] for item in pair.timeline.data["meetings"]}
        assert held == {"DIALOGUE1": 0, "FORUM1": only, "DIALOGUE2": 0}
    full, gaps = (both.places[number].data for number in (0, 1))
    assert full["own"] == list(range(len(longer.moments)))
    forum = [k for k, (m, _) in enumerate(both.timeline.data["moments"]) if m == 1]
    assert all(gaps["own"][k] == -1 and gaps["last"][k] == 0 for k in forum)
    assert [moment for moment in gaps["own"] if moment >= 0] == list(range(len(shorter.moments)))
    assert both.phases.data == longer.phases.data


def test_the_preference_space_has_a_frame_for_the_start_and_every_meeting(record):
    figure = preference_space(record, "NORTHLAND")
    assert [frame["meeting"] for frame in figure.frames] == ["start", "DIALOGUE1", "FORUM1", "DIALOGUE2"]
    dots = [name for item in figure.option["series"] for name in item.get("names", [])]
    assert sorted(dots) == sorted(record.actors_by_id["name"])  # of who a dot is, no code
    own = figure.frames[-1]["option"]["series"][-1]["data"]
    history = record.actors[record.actors["actor"] == "NORTHLAND"]
    assert [x for x, _ in own] == pytest.approx(list(history["sovereignty"]), abs=5e-4)
    json.dumps(figure.props(), allow_nan=False)


def test_the_rooms_say_what_the_table_of_sittings_says(record):
    story = Story(record)
    rooms = story.rooms.data
    signs = {"silence": "s", "statement": "t", "cooperation": "c", "contestation": "x", "talk": "k"}
    where = {name: i for i, name in enumerate(rooms["ids"])}
    moments = {(record.trace.meetings[m].id, s + 1): k for k, (m, s) in enumerate(story.moments) if m >= 0}
    for row in record.sittings.to_dict("records"):
        sitting = rooms["sittings"][moments[row["meeting"], row["sitting"]]]
        assert ord(sitting["seats"][where[row["actor"]]]) - 48 == row["room"] - 1
        assert sitting["acts"][where[row["actor"]]] == signs[row["act"]]
        assert len(sitting["rooms"]) >= row["room"]


def test_a_vote_seats_every_state_by_its_answer(record):
    story = Story(record)
    vote = story.rooms.data["sittings"][-1]
    assert vote["phase"] == "vote"
    counts = record.votes["answer"].value_counts()
    for sign, answer in zip("yanm", ("yes", "abstain", "no", "absent"), strict=True):
        assert vote["acts"].count(sign) == counts.get(answer, 0)


def test_captions_count_what_the_record_counts(record):
    story = Story(record)
    told = captions(record, story.moments)
    assert len(told) == len(story.moments)
    assert all(item["text"] and item["section"] for item in told)
    opening = told[1]["text"]
    first = record.meetings.iloc[0]
    assert f"{first['states']} of " in opening
    sessions = record.sessions[
        (record.sessions["meeting"] == "DIALOGUE1") & (record.sessions["phase"] == "round_tables")
    ]
    sitting = int(sessions["sitting"].min())
    here = sessions[sessions["sitting"] == sitting]
    text = told[story.moments.index([0, sitting - 1])]["text"]
    assert f"{here['speakers'].sum()} of {here['seats'].sum()} take" in text
    assert "States vote" in told[-1]["text"]


def test_captions_of_one_are_in_the_singular(record, history):
    told = []
    for run in (record, history, *(comity.run("teaching", seed=seed) for seed in range(8))):
        told += [f"{item['text']} {item['more']}" for item in captions(run, Story(run).moments)]
    text = " ".join(told)
    singular = r"\b1 (of \d+ (states |destination states )?(comes|takes|stays)|pair talks|delegation is)\b"
    plural = r"\b1 (of \d+ (states |destination states )?(come|take|stay)|pair talk|networks? meet|delegations)\b"
    assert re.search(singular, text)
    assert not re.search(plural, text)


def test_the_type_of_a_meeting_follows_from_the_rules_of_its_forum(history):
    lanes = {forum.id: lane_of(history.scenario, forum) for forum in history.scenario.forums}
    assert lanes["HLD"] == "dialogue"
    assert lanes["GFMD"] == "forum"
    assert lanes["PGA"] == lanes["COUNTER"] == "civil"
    assert lanes["ASSEMBLY"] == "compact"
    assert lanes["HEARING"] == "hearing"


def test_parts_of_an_actor_add_up_to_its_change(record):
    for what in ("cooperation", "sovereignty", "trust"):
        figure = parts_by_meeting(record, "NORTHLAND", what)
        state = state_over_time(record, "NORTHLAND").table
        column = {"cooperation": 2, "sovereignty": 3, "trust": 4}[what]
        parts = figure.table.drop(columns=["meeting", "date"]).to_numpy().sum()
        assert parts == pytest.approx(state.iloc[-1, column] - state.iloc[0, column], abs=1e-9)


def test_what_an_actor_said_is_what_the_sittings_say(record):
    spoken = record.sittings[
        (record.sittings["actor"] == "NORTHLAND")
        & record.sittings["act"].isin(["statement", "cooperation", "contestation"])
    ]
    assert len(interventions(record, "NORTHLAND").table) == len(spoken)
    called = {meeting.id: meeting.name for meeting in record.scenario.meetings}
    told = interventions(record, "NORTHLAND")
    assert [row[0] for row in told.rows] == [called[name] for name in told.table["meeting"]]  # codes in the CSV only
    acts = acts_by_meeting(record, "NORTHLAND").table
    assert acts["silent"].sum() == (record.sittings["act"][record.sittings["actor"] == "NORTHLAND"] == "silence").sum()


def test_the_chain_of_chairs_calls_meetings_by_their_names(history):
    told = {entry["meeting"] for entry in chain_of_chairs(Story(history))}
    assert told - {""} <= {meeting.name for meeting in history.scenario.meetings}
    assert "1st GFMD" in told


def test_partners_are_those_whose_trust_changed_most():
    before = pd.Series({"a": 0.5, "b": 0.5, "c": 0.5})
    after = pd.Series({"a": 0.7, "b": 0.5, "c": 0.2})
    names, groups = {k: k.upper() for k in "abc"}, dict.fromkeys("abc", "origin")
    figure = partners(before, after, names, groups)
    assert figure.option["yAxis"]["data"] == ["C (0.20)", "A (0.70)"]
    assert list(figure.table["change"].round(6)) == [-0.3, 0.0, 0.2]


def test_every_state_of_the_history_has_a_place_on_the_map(history):
    vote = history.votes["vote"].iloc[-1]
    figure = vote_map(history, vote)
    states = set(history.votes.loc[history.votes["vote"] == vote, "actor"])
    assert all(f'data-state="{state}"><title>' in figure.svg for state in states)
    assert "<rect x=" in figure.svg
    assert vote_map(history, vote, "probability").svg != figure.svg


def test_invented_states_stand_in_boxes_without_an_empty_map(record):
    figure = vote_map(record, record.votes["vote"].iloc[0])
    assert 'data-state="NORTHLAND"><title>Northland' in figure.svg
    assert ">Northland</text>" in figure.svg
    assert "<path" not in figure.svg
    assert "Outlines" not in figure.note


@pytest.mark.parametrize(
    ("rule", "words"), [("majority", "is adopted by majority."), ("consensus", "is not adopted: no consensus.")]
)
def test_a_map_says_what_came_of_the_vote_and_by_which_rule(rule, words):
    data = comity.load("teaching").to_json()
    data["meetings"][-1]["votes"][0]["decision"] = rule
    data["moves"] = [{"actor": "NORTHLAND", "meeting": "DIALOGUE2", "vote": "no"}]  # one no prevents a consensus
    record = comity.run(from_data(data), seed=7)
    assert record.votes["answer"].tolist().count("no") < record.votes["answer"].tolist().count("yes")
    assert words in vote_map(record, "COMPACT").note


def test_measures_are_compared_and_unknown_ones_are_a_dash(record):
    found = measure(record)
    other = {**found, "donors": found["donors"] + 2, "practices": float("nan")}
    figure = changed_measures(found, other, ("a", "b"))
    cells = {row[0]: row[4] for row in figure.rows}
    assert cells["donor governments for each chair, mean"] == "+2"
    assert cells["practices copied by the end"] == "–"
    assert cells["disposition of states to cooperate at the end"] == "same"


@pytest.mark.parametrize(
    ("value", "text"), [(0.12345, "0.123"), (3.0, "3"), (12.34, "12.3"), (float("nan"), "–"), (0.0, "0.000")]
)
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text


def test_a_count_of_nothing_is_no_fraction_and_a_minus_is_one():
    assert number(0.0, "count") == "0"
    assert number(-0.25) == "−0.250"


@pytest.mark.parametrize(("value", "text"), [(0.01, "+0.010"), (-0.5, "−0.500"), (1e-6, "same"), (2e-4, "+0.0002")])
def test_differences_have_a_sign(value, text):
    assert signed(value) == text


def test_numbers_for_json_know_no_nan():
    assert plain(float("nan")) is None
    assert plain(0.123456) == 0.1235


def test_every_parameter_has_a_lever_with_unit_range_and_source():
    groups = parameter_groups(comity.load("teaching"))
    items = [item for group in groups for item in group["items"]]
    assert {item["name"] for item in items} == set(comity.load("teaching").parameters.model_dump())
    assert all(item["low"] <= item["base"] <= item["high"] and item["source"] and item["meaning"] for item in items)


def test_a_detail_that_was_not_kept_is_an_error():
    record = comity.run("teaching", seed=7, keep="meetings")
    with pytest.raises(InputError, match="must be kept"):
        parts_by_meeting(record, "NORTHLAND", "cooperation")
    assert preference_space(record) is None
