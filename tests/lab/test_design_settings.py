"""Settings and factors of a design: laid over the scenario by the rule of patches, each place once."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import InputError
from comity.scenario.loading import load
from comity_lab.design import load_design
from comity_lab.recipe import Recipe
from comity_lab.resolving import recipe_of


@pytest.fixture
def recipe(tmp_path: Path):
    """Return a function that writes a design and returns its recipe."""

    def make(text: str, scenario: str = "teaching") -> Recipe:
        file = tmp_path / "design.toml"
        file.write_text(f'scenario = "{scenario}"\n{text}', encoding="utf-8")
        return recipe_of(load_design(file))

    return make


WRITTEN = {
    "in quotes": '[settings]\n"parameters.persuasion_rate" = 0.2\n"choices.host" = "endogenous"\n',
    "without quotes": '[settings]\nparameters.persuasion_rate = 0.2\nchoices.host = "endogenous"\n',
    "as tables": '[settings.parameters]\npersuasion_rate = 0.2\n[settings.choices]\nhost = "endogenous"\n',
    "as tables on one line": '[settings]\nparameters = { persuasion_rate = 0.2 }\nchoices = { host = "endogenous" }\n',
    "mixed": '[settings]\n"choices.host" = "endogenous"\nparameters.persuasion_rate = 0.2\n',
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=list(WRITTEN))
def test_a_setting_changes_what_it_names_and_nothing_else_however_it_is_written(recipe, text):
    base = load("hld_gfmd")
    expected = base.to_json()
    expected["parameters"]["persuasion_rate"] = 0.2
    expected["choices"]["host"] = "endogenous"
    assert recipe(text, "hld_gfmd").base == expected


def test_a_setting_of_an_item_may_be_written_without_quotes(recipe):
    made = recipe("[settings]\nmeetings.FORUM1.openness = 0.9\n").base
    assert [item["openness"] for item in made["meetings"] if item["id"] == "FORUM1"] == [0.9]
    assert len(made["meetings"]) == 3


def test_a_factor_that_is_a_table_changes_what_it_names_and_nothing_else(recipe):
    made = recipe('[[factors]]\nname = "meetings.FORUM1"\nvalues = [{ openness = 0.1 }, { openness = 0.9 }]\n')
    meeting = made.scenario({"meetings.FORUM1": {"openness": 0.9}}).meeting("FORUM1")
    assert meeting == load("teaching").meeting("FORUM1").model_copy(update={"openness": 0.9})


REFUSED = {
    "two forms": (
        '[settings]\nparameters.turnover = 0.2\n"parameters.turnover" = 0.3\n',
        r"design\.toml: settings: every value must be set once, got 'parameters\.turnover' twice",
    ),
    "setting and factor": (
        '[settings]\nparameters.turnover = 0.2\n[[factors]]\nname = "parameters.turnover"\nvalues = [0.1, 0.2]\n',
        r"given once, got a setting and a factor, 'parameters\.turnover' and 'parameters\.turnover'",
    ),
    "a factor within another": (
        '[[factors]]\nname = "meetings.FORUM1"\nvalues = [{ city = "X" }]\n'
        '[[factors]]\nname = "meetings.FORUM1.openness"\nvalues = [0.1]\n',
        r"got two factors, 'meetings\.FORUM1' and 'meetings\.FORUM1\.openness'",
    ),
    "a setting within a factor": (
        '[settings]\nmeetings.FORUM1.openness = 0.1\n[[factors]]\nname = "meetings.FORUM1"\nvalues = [{ city = "X" }]\n',
        r"got a setting and a factor, 'meetings\.FORUM1' and 'meetings\.FORUM1\.openness'",
    ),
    "theory and preset": (
        '[settings]\ntheory = "rationalist"\n[[factors]]\nname = "preset"\nvalues = ["socialisation"]\n',
        r"theory must be a setting or the factor preset, got both",
    ),
    "an id twice": (
        '[settings]\nmeetings = [{ id = "FORUM1", openness = 1.0 }, { id = "FORUM1", city = "X" }]\n',
        r"meetings: every id must occur only once, got 'FORUM1' twice",
    ),
    "an item that is not there": ("[settings]\nmeetings.FORUM2.openness = 0.1\n", r"meetings has no item 'FORUM2'"),
    "a year after the end": ("until = 2050\n", r"until must not be after the end of the scenario, 2008, got 2050"),
    "deep": ("x = " + "[" * 2000 + "]" * 2000 + "\n", r"design\.toml: must not be nested more than 40 levels deep"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=list(REFUSED))
def test_a_design_in_which_something_would_be_lost_is_refused(recipe, text, message):
    with pytest.raises(InputError, match=message):
        recipe(text)
