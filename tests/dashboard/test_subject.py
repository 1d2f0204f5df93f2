"""The application calls groups what the subject of a scenario calls them."""

from __future__ import annotations

import json

import pytest

import comity
from comity.errors import InputError
from comity_classroom.bounds import check_texts
from comity_dashboard.captions import captions
from comity_dashboard.figures.preferences import preference_space
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.palette import colours_of, legend_of, names_of


def test_charts_and_captions_of_another_forum_have_its_words():
    record = comity.run("climate_conferences", seed=1, keep="all")
    charts = lines_of(record)
    named = {name for chart in charts for name in chart.names}
    assert {"developing in industrialised states", "developing states", "states between the camps"} <= named
    said = json.dumps([[chart.title, chart.how, *chart.names] for chart in charts])
    moments = [[m, s] for m, trace in enumerate(record.trace.meetings) for s in range(len(trace.phases))]
    said += json.dumps(captions(record, moments))
    assert "industrialised states" in said
    for word in ("origin", "destination", "migra"):
        assert word not in said
    space = preference_space(record)
    assert space is not None
    assert "developing states" in space.option["legend"]["data"]


def test_groups_of_migration_keep_names_and_colours():
    subject = comity.load("teaching").subject
    assert (
        list(names_of(subject))
        == list(colours_of(subject))
        == ["origin", "destination", "both", "organisation", "network"]
    )
    assert legend_of(subject)[0] == {"name": "origin states", "colour": "#d98200"}


def test_a_class_is_refused_for_another_forum():
    scenario = comity.load("climate_conferences")
    with pytest.raises(InputError, match="subject must be migration for a class, got 'climate change': role sheets"):
        check_texts(scenario, comity.run(scenario, keep="meetings").actors_by_id)
