"""A measure of one's own in a file: a column of a sweep, and what a fact names."""

from __future__ import annotations

import pytest

import comity
from comity.errors import InputError
from comity.facts import load_facts, observe
from comity_lab.design import Design
from comity_lab.plan import plan_of
from comity_lab.reading import read_sweep
from comity_lab.sweeping import sweep

MEASURE = '''
from comity.facts.measure import measured
from comity.measures import Measure

def silent(record):
    """Share of states that never spoke."""
    states = record.actors_by_id.query("kind == 'state'")
    return {value}

SILENT = Measure(name="{name}", unit="{unit}", text="an invented number", compute=silent)

@measured("count", "YEAR")
def meetings_by_year(record, period, other):
    """Meetings in each year."""
    years = record.meetings["date"].dt.year
    return {{str(year): float((years == year).sum()) for year in range(period[0], period[1] + 1)}}
'''
FACTS = """
measures = ["mine.py"]

[[facts]]
id = "M1"
sentence = "Half of it."
period = [2006, 2008]
kind = "value"
measure = "own_number"
unit = "share"
observed = 0.5
tolerance = 0.01
tolerance_source = "assumption: exact"
source = "test"
confidence = "J"

[[facts]]
id = "M2"
sentence = "A meeting a year."
period = [2006, 2007]
kind = "series"
measure = "meetings_by_year"
unit = "count"
observed = { 2006 = 1, 2007 = 1 }
tolerance = 0.5
tolerance_source = "assumption: exact"
source = "test"
confidence = "J"
"""


@pytest.fixture
def write(tmp_path):
    def write(value="0.5 + 0 * len(states)", name="own_number", unit="share", facts=FACTS):
        (tmp_path / "mine.py").write_text(MEASURE.format(value=value, name=name, unit=unit), encoding="utf-8")
        (tmp_path / "facts.toml").write_text(facts, encoding="utf-8")
        return tmp_path / "facts.toml"

    return write


def test_a_fact_asks_a_measure_of_ones_own(write):
    facts = load_facts(write())
    record = comity.run("teaching", seed=1, keep="meetings")
    assert observe(record, facts) == {"M1": 0.5, "M2.2006": 1.0, "M2.2007": 1.0}


def test_a_sweep_has_it_as_a_column_and_needs_the_files_no_more(write, tmp_path):
    facts = write()
    design = Design.of(
        "teaching", {"parameters.persuasion_rate": [0.0, 0.1]}, measures=[str(tmp_path / "mine.py")],
        keep=["measures", "facts"], facts=str(facts), replicates=2,
    )  # fmt: skip
    plan = plan_of(design)
    facts.unlink()
    (tmp_path / "mine.py").unlink()
    assert sweep(plan, tmp_path / "sweep", workers=2, quiet=True).failed == 0
    runs = read_sweep(tmp_path / "sweep").runs
    assert (runs["own_number"] == 0.5).all()
    assert (runs["M1"] == 0.5).all()
    assert (runs["M2.2007"] == 1.0).all()
    assert read_sweep(tmp_path / "sweep").plan.hash == plan.hash


def test_a_sweep_goes_on_where_a_measure_raises(write, tmp_path):
    write(value="1 / (record.scenario.parameters.persuasion_rate - 0.1) * 0 + 0.5")
    design = Design.of("teaching", {"parameters.persuasion_rate": [0.0, 0.1]}, measures=[str(tmp_path / "mine.py")])
    assert sweep(plan_of(design), tmp_path / "sweep", workers=1, quiet=True).failed == 1
    (error,) = read_sweep(tmp_path / "sweep").failures["error"]
    assert "mine.py: measure 'own_number', line 8: raised ZeroDivisionError" in error


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"name": "cooperation"}, "measure 'cooperation' must have a name of its own, but comity has one"),
        ({"name": "Own number"}, "every measure must have a name of its own in small letters"),
        ({"unit": "metres"}, "unit must be one of share, .* or 1, got 'metres'"),
        ({"facts": FACTS.replace('"mine.py"', '"none.py"')}, r"none.py: must be a Python file \(.py\) with a measure"),
        ({"facts": FACTS.replace('["mine.py"]', '"mine.py"')}, "measures must be a list of Python files"),
        ({"facts": FACTS.replace('"own_number"', '"own_numbr"')}, "got 'own_numbr'. Did you mean 'own_number'"),
        ({"facts": FACTS.replace('unit = "share"', 'unit = "count"')}, "must be 'share', that of measure"),
        ({"facts": FACTS.replace('id = "M1"', 'id = "M1"\npython = "x"')}, "python is not a known key"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(write, parts, message):
    with pytest.raises(InputError, match=message) as caught:
        load_facts(write(**parts))
    assert "\n" not in str(caught.value)


def test_a_measure_that_gives_no_number_is_an_error_of_the_run(write):
    facts = load_facts(write(value="float('inf')"))
    with pytest.raises(InputError, match=r"mine.py: measure 'own_number' must be a number up to 1e\+150, or nan"):
        observe(comity.run("teaching", seed=1, keep="meetings"), facts)


def test_a_file_without_a_measure_of_a_record_adds_no_column(write, tmp_path):
    write()
    file = tmp_path / "mine.py"
    file.write_text(file.read_text().replace("SILENT = Measure", "_ = dict"), encoding="utf-8")
    with pytest.raises(InputError, match=r"must declare a comity.measures.Measure for the runs of a sweep"):
        plan_of(Design.of("teaching", measures=[str(file)]))
