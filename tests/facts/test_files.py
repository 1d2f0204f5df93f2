"""Files of facts: what they mean, and one paragraph for everything that is wrong."""

from __future__ import annotations

import re
import tomllib

import numpy as np
import pytest

from comity.errors import InputError
from comity.facts import load_facts
from comity.scenario.locate import scenario_folder

FACT = """
[[facts]]
id = "G1"
sentence = "States come."
period = [2007, 2009]
kind = "series"
measure = "forum_states"
unit = "count"
observed = { 2007 = 100, 2009 = 120 }
tolerance = 10
tolerance_source = "assumption: ten states"
source = "test"
confidence = "A"
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        file = tmp_path / "mine.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_a_series_is_one_target_a_part(write):
    (fact,) = load_facts(write(FACT))
    first, last = fact.targets
    assert (first.key, first.low, first.high, first.observed) == ("G1.2007", 90.0, 110.0, 100.0)
    assert list(last.holds(np.array([109.9, 110.0, 130.0, 130.1, np.nan]))) == [False, True, True, False, False]
    assert last.misfit(125.0) == pytest.approx(0.5)
    assert fact.use == "calibrate"


def test_a_bound_is_excluded_and_missed_by_how_far_beyond(write):
    text = FACT.replace("observed = { 2007 = 100, 2009 = 120 }", "above = { 2007 = 100 }").replace(
        "series", "direction"
    )
    ((target,),) = (fact.targets for fact in load_facts(write(text)))
    assert list(target.holds(np.array([100.0, 100.1]))) == [False, True]
    assert list(target.misfit(np.array([80.0, 101.0]))) == [2.0, 0.0]
    assert str(target) == "> 100"


def test_an_ordering_is_its_smallest_step(write):
    text = FACT.replace('kind = "series"', 'kind = "ordering"').replace(
        "observed = { 2007 = 100, 2009 = 120 }", 'order = ["2007", "2009"]'
    )
    ((target,),) = (fact.targets for fact in load_facts(write(text)))
    assert (target.key, target.low) == ("G1.order", 0.0)


def test_a_fact_may_be_held_out_without_a_change_of_code(write):
    assert load_facts(write(FACT + 'use = "holdout"\n'))[0].use == "holdout"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('measure = "forum_states"', 'measure = "forum_state"', r"facts\[G1\]\.measure must be a known measure, got 'forum_state'\. Did you mean 'forum_states'\?"),
        ("2009 = 120", "2009 = -1", r"facts\[G1\]: observed\.2009 must be a count, from 0 to inf, got -1"),
        ('unit = "count"', 'unit = "share"', r"observed\.2007 must be a share, from 0 to 1, got 100"),
        ('unit = "count"', 'unit = "slope"', r"facts\[G1\]\.unit must be 'count', that of measure 'forum_states', got 'slope'"),
        ('unit = "count"', 'unit = "counts"', r"unit must be a known unit, got 'counts'\. Did you mean 'count'\?"),
        ("2009 = 120", "y2009 = 120", r"facts\[G1\]: y2009 is no part of measure 'forum_states'\. Did you mean '2009'\?"),
        ("tolerance = 10", "tolerance = 0", r"tolerance must be a number above 0, got 0"),
        ("tolerance = 10", "tolerance = { 2007 = 10 }", r"tolerance\.2009 must be a number above 0, got nan"),
        ("tolerance = 10", "tolerances = 10", r"facts\[G1\]\.tolerances is not a known key\. Did you mean 'tolerance'\?"),
        ('confidence = "A"', 'confidence = "Z"', r"facts\[G1\]\.confidence must be 'A', 'B', 'C' or 'J', got 'Z'"),
        ('id = "G1"', 'id = "G 1"', r"facts\[G 1\]\.id"),
        ("period = [2007, 2009]", "period = [2009, 2007]", r"period must be \[first year, last year\], got \[2009, 2007\]"),
        ("observed = { 2007 = 100, 2009 = 120 }", "observed = 100", r"at least two parts in a series"),
        ("observed = { 2007 = 100, 2009 = 120 }", "above = 1", r"observed must be given for a fact of kind 'series'"),
        ("tolerance = 10", "tolerance = 10\nabove = { 2007 = 1 }", r"2007 must have either observed or a bound, got both"),
        ('source = "test"\n', "", r"facts\[G1\]\.source is missing\. Add it\."),
        ("[[facts]]", "[[fact]]", r"mine\.toml: fact is not a known key\. Did you mean 'facts'\?"),
        ("[[facts]]", "[[facts]", r"mine\.toml: must be valid TOML"),
        (FACT, "", r"mine\.toml: facts must be a list of entries"),
        (FACT, FACT + FACT, r"facts\[G1\]\.id must be unique"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(write, old, new, expected):
    assert old in FACT
    with pytest.raises(InputError, match=expected) as caught:
        load_facts(write(FACT.replace(old, new)))
    assert str(caught.value).startswith("mine.toml: ")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        load_facts(tmp_path / "none.toml")


def test_a_retired_fact_says_why_and_no_other_does(write):
    why = 'retired = "A coin toss. G2 asks for the mean."\n'
    (found,) = load_facts(write(FACT + 'use = "retired"\n' + why))
    assert found.retired.startswith("A coin toss")
    for text in (why, 'use = "retired"\n', 'use = "holdout"\n' + why):
        with pytest.raises(InputError, match="retired must say why a fact is no longer asked"):
            load_facts(write(FACT + text))


def test_what_replaces_a_retired_fact_is_newer_and_the_facts_of_then_are_all_there():
    facts = {fact.id: fact for fact in load_facts()}
    retired = [fact for fact in facts.values() if fact.retired]
    assert [fact.id for fact in retired] == ["F1", "F28", "F33", "F34"]
    for fact in retired:
        assert not fact.since
        named = [word.rstrip(".") for word in fact.retired.split() if word.rstrip(".") in facts]
        assert all(facts[name].since == "0.3.0" for name in named)
        assert named
    assert len([fact for fact in facts.values() if not fact.since]) == 29


def test_votes_are_asked_as_they_were_recorded():
    for fact in load_facts():
        for target in fact.targets if fact.measure == "vote_answers" else ():
            vote, _, answer = target.part.rpartition("_")
            file = scenario_folder() / "data" / "votes" / f"{vote}.csv"
            lines = file.read_text(encoding="utf-8").splitlines()
            assert sum(line.endswith(f",{answer}") for line in lines) == target.observed


def test_every_source_of_the_shipped_facts_is_resolved():
    data = tomllib.loads((scenario_folder() / "facts.toml").read_text(encoding="utf-8"))
    used = set()
    for fact in data["facts"]:
        codes = {word for word in re.findall(r"[A-Za-z0-9]+", fact["source"]) if word in data["references"]}
        assert codes, fact["id"]
        used |= codes
    assert used == set(data["references"])


def test_shipped_facts_end_in_2013_and_none_is_held_out():
    facts = load_facts()
    assert max(fact.period[1] for fact in facts) == 2013
    assert {fact.use for fact in facts} == {"calibrate", "retired"}
    assert len({target.key for fact in facts for target in fact.targets}) == sum(len(fact.targets) for fact in facts)
