"""Explanations: parts that add up, sentences that say the right direction, errors that help."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import comity
from comity.cli import main
from comity.errors import InputError
from comity.words.explain import explain, find_actor
from comity.words.explanation import QUANTITIES
from comity.world.world import ANCHOR_PARTS, COOPERATION_PARTS, POSITION_PARTS, SOVEREIGNTY_PARTS, TRUST_PARTS


@pytest.fixture(scope="module")
def record() -> comity.Record:
    return comity.run("teaching", seed=7)


@pytest.fixture(scope="module")
def drawn() -> comity.Record:
    return comity.run("synthetic", seed=1)


@pytest.mark.parametrize("what", QUANTITIES)
def test_parts_add_up_to_the_change_of_every_actor(record, what):
    for actor in record.actors_by_id["id"]:
        found = explain(record, actor, what)
        assert found.parts["part"].sum() == pytest.approx(found.change, abs=1e-12)
        assert found.meetings[["before_it", "in_it"]].to_numpy().sum() == pytest.approx(found.change, abs=1e-12)
        assert abs(found.residual) < 1e-12


@pytest.mark.parametrize("what", QUANTITIES)
@pytest.mark.parametrize("until", [2006, "2008", "INFORMAL2009", None])
def test_parts_add_up_over_any_time_in_a_drawn_population(drawn, what, until):
    for actor in ("S0001", "S0060", "S0100", "O0002", "N0003"):
        found = explain(drawn, actor, what, until)
        assert abs(found.residual) < 1e-12
        if len(found.details):
            parts = found.details.iloc[:, 4:].sum(axis=1)
            assert parts.to_numpy() == pytest.approx(found.details["change"].to_numpy(), abs=1e-12)


@pytest.mark.parametrize("what", QUANTITIES)
def test_the_sentence_says_the_direction_and_the_numbers(drawn, what):
    said = set()
    for actor in drawn.actors_by_id["id"][::6]:
        found = explain(drawn, actor, what)
        verb = re.search(r"\b(rose|fell|the same|hardly changed)\b", found.sentences[0]).group()
        said.add(verb)
        direction = "rose" if found.change > 0 else "fell"
        assert verb == (direction if abs(found.change) >= 1e-3 else "hardly changed" if found.change else "the same")
        assert f"{found.before:.3f}" in found.sentences[0]
        told = re.search(r"from (\d\.\d+) at .* to (\d\.\d+) at", found.sentences[0])
        assert (told is None) == (verb in ("the same", "hardly changed"))
        assert told is None or told[1] != told[2]  # fell from 0.505 to 0.505 is no sentence
    assert said & {"rose", "fell"}


def test_a_change_too_small_to_matter_is_told_so(record):
    # 0.5051 at the start and 0.5049 at the end is no fall; what moved it both ways is told, and that it cancelled out.
    first, last = record.actors["meeting"] == "start", record.actors["meeting"] == "DIALOGUE2"
    tables = {**record.tables(), "actors_by_id": record.actors_by_id}
    parts = [name for name in record.actors.columns if name.startswith("cooperation_by_")]
    actors = record.actors.assign(cooperation=0.5051, **dict.fromkeys(parts, 0.0))
    actors.loc[last, ["cooperation", "cooperation_by_mimicry", "cooperation_by_turnover"]] = [0.5049, 0.02, -0.0202]
    found = explain({**tables, "actors": actors}, "NORTHLAND")
    assert first.any()
    assert "hardly changed: it was 0.505 at the start" in found.sentences[0]
    assert "less than 0.001 away from that (−0.0002 on a scale from 0 to 1)" in found.sentences[0]
    assert (
        "copied from speakers (+0.0200) and lowered by new delegates who had not been there (−0.0202), which nearly"
        in (found.sentences[1])
    )
    actors.loc[last, ["cooperation", "cooperation_by_mimicry", "cooperation_by_turnover"]] = [0.50511, 0.00001, 0.0]
    found = explain({**tables, "actors": actors}, "NORTHLAND")
    assert "(less than 0.0001 on a scale" in found.sentences[0]
    assert found.sentences[1] == "Nothing moved it by as much as 0.0001."
    assert "0.0000" not in str(found)


def test_raised_and_lowered_name_the_parts_of_their_sign(record):
    text = str(explain(record, "NORTHLAND", "sovereignty"))
    assert "raised by events outside the forums (+0.0500)" in text
    assert "lowered by cooperative rooms that bound nobody (−" in text


@pytest.mark.parametrize("what", QUANTITIES)
def test_sentences_call_meetings_by_their_names_and_write_a_minus(record, what):
    text = str(explain(record, "NORTHLAND", what))
    assert "at the close of “Second dialogue, with a vote” (October 2008)" in text
    assert not any(meeting.id in text for meeting in record.scenario.meetings)
    assert not re.search(r"-\d", text)


def test_before_and_after_are_those_of_the_tables(record):
    rows = record.actors[record.actors["actor"] == "PALMERA"]
    found = explain(record, "PALMERA", "cooperation")
    assert (found.before, found.after) == (rows["cooperation"].iloc[0], rows["cooperation"].iloc[-1])
    person = record.actors_by_id.set_index("id").loc["PALMERA"]
    start = record.positions.query("actor == 'PALMERA' and meeting == 'start'")
    weighted = sum(p * person[f"salience_{i}"] for i, p in zip(start["issue"], start["position"], strict=True))
    assert explain(record, "PALMERA", "position").before == pytest.approx(weighted, abs=1e-12)


def test_every_part_of_the_world_has_words_of_its_own(record):
    for what, parts in (
        ("cooperation", COOPERATION_PARTS),
        ("sovereignty", SOVEREIGNTY_PARTS),
        ("position", POSITION_PARTS),
        ("anchor", ANCHOR_PARTS),
        ("trust", TRUST_PARTS),
    ):
        found = explain(record, "CORAL", what).parts
        assert list(found["mechanism"]) == [name.replace("_", " ") for name in parts]
        assert not set(found["meaning"]) & set(parts)


def test_deeds_count_the_sittings(record):
    acts = record.sittings.query("actor == 'WESTMARK'")["act"].value_counts()
    text = explain(record, "WESTMARK").sentences[-1]
    turns = int(acts.drop("talk", errors="ignore").sum())
    assert f"Of {turns} turns to speak" in text
    words = {"statement": "statement", "cooperation": "cooperative", "contestation": "contesting"}
    spoken = [act for act in words if act in acts]
    assert spoken
    for act in spoken:
        assert f"{acts[act]} {words[act]}" in text


def test_until_a_year_or_a_meeting(record):
    assert list(explain(record, "CORAL", until=2007).meetings["meeting"]) == ["DIALOGUE1", "FORUM1"]
    assert list(explain(record, "CORAL", until="forum1").meetings["meeting"]) == ["DIALOGUE1", "FORUM1"]
    assert list(explain(record, "CORAL", until=2030).meetings["meeting"]) == ["DIALOGUE1", "FORUM1", "DIALOGUE2"]


def test_a_saved_record_is_explained_alike(record, tmp_path):
    saved = comity.read_record(record.save(tmp_path / "saved"))
    for what in QUANTITIES:
        assert explain(saved, "OILPORT", what).sentences == explain(record, "OILPORT", what).sentences


def test_issues_are_called_by_their_names_where_these_are_given(record, capsys):
    called = {issue.id: issue.name for issue in record.scenario.issues}
    named, plain = (str(explain(record, "NORTHLAND", "position", called=names)) for names in (called, None))
    assert any(f"osition on “{name}”" in named for name in called.values())
    assert any(f"osition on {issue} " in plain for issue in called)
    main(["explain", "teaching", "--actor", "NORTHLAND", "--what", "position"])
    assert "osition on “Labour migration”" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("text", ["NORTHLAND", "northland", "Northland (large destination)", "northl"])
def test_actors_are_found_by_id_and_name(record, text):
    assert find_actor(record.actors_by_id, text) == "NORTHLAND"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"actor": "NORTLAND"}, r"actor 'NORTLAND' is not in this record\. Did you mean 'NORTHLAND'"),
        ({"actor": "Migration Servise Agency"}, "Did you mean 'SERVICE'"),
        ({"actor": "xyzzy"}, "is not in this record. Known: "),
        ({"actor": ""}, "is not in this record"),
        ({"actor": "m"}, "must be one actor, but 2 names begin so: SERVICE"),
        ({"what": "trusst"}, "Did you mean 'trust'"),
        ({"until": 2001}, "until must not be before the first meeting, DIALOGUE1 in 2006, got 2001"),
        ({"until": "FORUM2"}, "Did you mean 'FORUM1'"),
    ],
)
def test_wrong_questions_are_answered_with_what_to_do(record, change, message):
    with pytest.raises(InputError, match=message):
        explain(record, **{"actor": "NORTHLAND", **change})


def test_a_record_without_actors_says_how_to_keep_them():
    with pytest.raises(InputError, match="comity run --keep all"):
        explain(comity.run("teaching", seed=7, keep="meetings"), "NORTHLAND")


def test_a_record_of_rules_that_kept_no_anchors_says_so(record):
    tables = {**record.tables(), "actors_by_id": record.actors_by_id}
    tables["positions"] = tables["positions"].drop(columns=["anchor", *(f"anchor_by_{part}" for part in ANCHOR_PARTS)])
    with pytest.raises(
        InputError, match=r"record: table .positions. must have a column .anchor.* Run the scenario again"
    ):
        explain(tables, "NORTHLAND", "anchor")
    assert explain(tables, "NORTHLAND", "position").parts["part"].any()


def test_nothing_moves_where_everything_is_switched_off():
    off = {f"parameters.{name}": 0.0 for name in ("turnover", "trust_learning", "evidence_decay", "domestic_pull")}
    scenario = comity.load("teaching", settings=off | {"shocks.campaign.sovereignty": 0.0}, theory="rationalist")
    record = comity.run(scenario, seed=7)
    for what in QUANTITIES:
        found = explain(record, "NORTHLAND", what)
        assert found.change == 0
        assert "Nothing moved it." in found.sentences
        assert isinstance(found.parts, pd.DataFrame)
