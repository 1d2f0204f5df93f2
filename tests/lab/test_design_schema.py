"""The schema of design files holds for the shipped designs, and for nothing with a misspelt key."""

from __future__ import annotations

import json
import tomllib

import pytest

from comity_lab.design import Design
from comity_lab.design_schema import design_schema
from comity_lab.factor import Factor
from comity_lab.shipped import find_design, shipped_designs

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with the extra dashboard")


def test_every_key_has_its_description():
    schema = design_schema()
    assert set(schema["properties"]) == set(Design.model_fields) - {"folder"}
    assert set(schema["$defs"]["Factor"]["properties"]) == set(Factor.model_fields)
    for key, value in (*schema["properties"].items(), *schema["$defs"]["Factor"]["properties"].items()):
        assert value.get("description"), key
    assert schema["properties"]["trajectories"]["description"].startswith("For Morris: number of trajectories")


@pytest.mark.parametrize("name", shipped_designs())
def test_the_shipped_designs_are_valid(name):
    from pathlib import Path

    data = tomllib.loads(find_design(Path(name)).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(design_schema()).validate(data)


@pytest.mark.parametrize(
    "data",
    [
        {"scenario": "teaching", "sampler": "lists"},
        {"scenario": "teaching", "replicate": 3},
        {"scenario": "teaching", "keep": ["everything"]},
        {"scenario": "teaching", "factors": [{"name": "patch", "value": ["none"]}]},
    ],
)
def test_a_misspelt_key_or_word_is_not_valid(data):
    assert list(jsonschema.Draft202012Validator(design_schema()).iter_errors(data))


def test_the_command_prints_and_writes_it(comity_command, tmp_path):
    status, text, _ = comity_command("schema", "design")
    assert (status, json.loads(text)) == (0, design_schema())
    status, said, _ = comity_command("schema", "design", "--out", tmp_path / "d.json")
    assert said == f"JSON Schema of design files written to {tmp_path / 'd.json'}\n"
    assert (tmp_path / "d.json").read_text(encoding="utf-8") == text
    status, _, errors = comity_command("schema", "sweep")
    assert (status, errors) == (2, "comity: schema: must be scenario or design, got 'sweep'. Name one of them.\n")
