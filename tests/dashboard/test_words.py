"""What a reader sees is plain words with units; the code of a thing stays findable."""

from __future__ import annotations

import re
from html import escape

import pandas as pd

import comity
from comity.facts import load_facts
from comity.measures import MEASURES
from comity_dashboard.figures.scores import Scores
from comity_dashboard.figures.words import (
    factor_in_words,
    factor_meaning,
    in_words,
    part_in_words,
    unit_in_words,
    unit_of,
    value_in_words,
)
from comity_lab.scoring import Ensemble, score
from comity_lab.scoring.content import content_of


def test_every_part_of_a_shipped_fact_has_plain_words():
    for fact in load_facts():
        for target in fact.targets:
            words = part_in_words(target.part)
            assert "_" not in words
            if target.part and not target.part.isupper():
                assert words != target.part, target.key
            assert target.key in in_words(target.key)


def test_values_of_a_factor_are_called_as_on_the_other_pages():
    assert value_in_words("patch", "no_gfmd") == "no GFMD"
    assert value_in_words("patch", "none") == "none"
    assert value_in_words("parameters.persuasion_rate", 0.30) == "0.3"
    assert value_in_words("preset", "rationalist") == "rationalist"


def test_measures_and_factors_have_units():
    assert in_words("cooperation") == "disposition of states to cooperate at the end (share, 0 to 1)"
    assert unit_of("practices") == "number"
    assert in_words("something_else") == "something_else"
    assert factor_in_words("parameters.persuasion_rate") == "persuasion rate, per round"
    assert "listener" in factor_meaning("parameters.persuasion_rate")
    assert factor_in_words("preset") == "theory"
    assert {unit_in_words(item.unit) for item in MEASURES} == {"share, 0 to 1", "number", ""}


def test_the_scorecard_says_in_words_what_its_codes_are():
    facts = [fact for fact in load_facts() if fact.id in ("F11", "F48")]
    scenario = comity.load("teaching")
    observed = {target.key: [0.0, 1.0] for fact in facts for target in fact.targets}
    ensembles = [Ensemble(name=name, observations=pd.DataFrame(observed)) for name in ("socialisation", "rationalist")]
    scores = Scores(content_of(score(scenario, facts, ensembles), "t", scenario))
    table = scores.targets()
    assert table.columns[-1] == "code"
    assert [row[-1] for row in table.rows] == ["F11.2006", "F11.2013", "F11.destination", "F48"]
    assert [row[1] for row in table.rows] == ["in 2006", "in 2013", "destination states", ""]
    assert [bool(row[0]) for row in table.rows] == [True, False, False, True]  # a sentence is said once
    assert {row[2] for row in table.rows} == {"number", "difference"}
    marked = " ".join(scores.marked())
    assert f'<abbr title="{escape(facts[0].sentence)}">F11</abbr>' in marked
    scores.sentences = [
        "Theory 'rationalist' wins over 'socialisation' on F11.2013?, F48; it loses to it on F11.destination."
    ]
    said = re.sub("<[^>]*>", "", scores.marked()[0])
    assert said.startswith("Theory “rationalist” wins over “socialisation” on F11 (in 2013)?, F48; it loses")
    assert said.endswith("on F11 (destination states).")
