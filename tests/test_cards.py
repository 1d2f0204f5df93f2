"""How values show themselves: a line as text, a small piece of HTML in a notebook, and nothing in it that runs."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import comity
import comity_lab
from comity.cards import card, rows
from comity.facts import load_facts
from comity_lab.scoring import run_ensembles, score


class Tags(HTMLParser):
    """Checks that tags are closed in order, and gathers them and their attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], set(), set()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    scenario = comity.load("teaching")
    design = comity_lab.Design.of("teaching", {"parameters.persuasion_rate": [0.0, 0.06]}, replicates=2, seed=1)
    folder = tmp_path_factory.mktemp("sweep") / "sweep"
    comity_lab.sweep(design, folder, workers=1)
    record = comity.run(scenario, seed=7)
    facts = [fact for fact in load_facts() if fact.use != "retired"][:3]
    ensembles = run_ensembles(scenario, facts, seeds=[1, 2], workers=1, quiet=True)
    return {
        "scenario": scenario,
        "record": record,
        "saved": comity.read_record(record.save(folder.parent / "record")),
        "runs": comity.run_many(scenario, 2),
        "sweep": comity_lab.read_sweep(folder),
        "scorecard": score(None, facts, ensembles),
    }


LINES = {
    "scenario": "Scenario 'teaching': 3 meetings of 2 forums, 2006-2008, 3 issues, theory socialisation, hash ",
    "record": "Record of 'teaching', seed 7: 3 meetings, 12 actors, theory socialisation, keep 'all'",
    "saved": "SavedRecord of 'teaching', seed 7: 3 meetings, 12 actors, theory socialisation, keep 'all'",
    "runs": "Runs of 'teaching': 2 runs, seeds 0 to 1, theory socialisation, keep 'meetings'",
    "sweep": "SweepTables of 'teaching': 4 of 4 runs, 2 points (grid), 1 factor, seed 1, design ",
    "scorecard": "Scorecard of 'socialisation': 3 facts, 2 rivals, 0 baselines, n = 2 runs",
}


@pytest.mark.parametrize("name", LINES)
def test_a_value_says_in_a_line_what_it_is(shown, name):
    assert repr(shown[name]).startswith(LINES[name])
    assert "\n" not in str(shown[name])


@pytest.mark.parametrize("name", LINES)
def test_the_html_is_small_well_formed_and_needs_nothing(shown, name):
    html = shown[name]._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert not tags.open
    assert tags.seen <= {"div", "b", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
    assert tags.attributes <= {"style"}
    assert len(html) < 20_000
    assert "://" not in html
    assert "url(" not in html


def test_names_are_escaped():
    nasty = "<script>alert('x')</script>&"
    html = card(nasty, {nasty: nasty}, rows(nasty, [nasty], [[nasty]]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 6
    scenario = comity.load("teaching").model_copy(update={"title": nasty})
    assert "<script" not in scenario._repr_html_()
    assert "<script" not in comity.run(scenario, seed=1)._repr_html_()


def test_a_long_table_says_how_long_it_is():
    html = rows("meetings", ["n"], [[n] for n in range(40)])
    assert "meetings, the first 12 of 40" in html
    assert html.count("<tr>") == 13


def test_a_sweep_without_a_finished_run_shows_itself(tmp_path):
    design = comity_lab.Design.of("teaching", {"parameters.persuasion_rate": [0.0, 0.06]}, replicates=2, seed=1)
    comity_lab.sweep(design, tmp_path / "sweep", workers=1)
    for chunk in (tmp_path / "sweep" / "chunks").iterdir():
        chunk.unlink()
    found = comity_lab.read_sweep(tmp_path / "sweep")
    assert repr(found).startswith("SweepTables of 'teaching': 0 of 4 runs, 2 points")
    assert "0 of 4, 0 failed" in found._repr_html_()
