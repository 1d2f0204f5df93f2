"""The description keeps up with the code: generated tables, mechanisms, phases, draws, and references both ways."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from comity.errors import InputError
from comity.forum.moments import Moment
from comity.mechanism import Fixed
from comity.phases import Phase
from comity.randomness import Decision, address, decision_keys, uniform
from comity.rules import MECHANISMS, RULES
from comity.scenario.parameters import Parameters, parameter_table
from comity.words.odd import BLOCKS, fixed_numbers, with_generated_blocks

MODEL = Path(__file__).resolve().parents[1] / "model"
ODD = (MODEL / "ODD.md").read_text(encoding="utf-8")
REFERENCES = (MODEL / "references.md").read_text(encoding="utf-8")
CODE = sorted((MODEL / "comity").rglob("*.py"))

_AUTHORS_AND_YEAR = re.compile(
    r"\b([A-Z][A-Za-zé]*[a-zé])(?:(?:, [A-Z][A-Za-zé]+)*,? and [A-Z][A-Za-zé]+| et al\.)?"
    r"(?: \(((?:19|20)\d\d)\)|,? ((?:19|20)\d\d)(?=[;,)]))"
)
"""Matches "Axelrod (1984)", "(Checkel 2005; …", "Deffuant et al. (2000)" and "Salmon, Moraes, Dror and Shaw (2011)"."""


GUARD = 1e-6
"""Numbers up to this only keep rounding and division by zero out."""
STRUCTURAL = {365, 1000, 0xFFFFFFFF}
"""Days of a year, steps after which an iteration gives up, and the mask of an address."""


def undeclared(source: str) -> list[float]:
    """Return the numbers of a module that no ``Parameter`` and no ``Fixed`` declares, but 0, 1/2, 1 and small counts."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    declared = {id(part) for call in calls if call.func.id in ("Parameter", "Fixed") for part in ast.walk(call)}
    numbers = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in declared]
    floats = [number for number in numbers if isinstance(number, float) and number > GUARD and number not in (0.5, 1.0)]
    return floats + [number for number in numbers if type(number) is int and number > 4 and number not in STRUCTURAL]


@pytest.mark.parametrize(
    "file",
    sorted(
        [
            *(MODEL / "comity" / "rules").glob("*.py"),
            *(MODEL / "comity" / "population" / f"{name}.py" for name in ("synthetic", "prior_trust")),
        ]
    ),
    ids=lambda file: file.stem,
)
def test_every_number_that_moves_a_result_is_declared(file):
    assert undeclared(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", sorted((MODEL / "comity" / "forum").glob("*.py")), ids=lambda file: file.stem)
def test_the_order_of_events_has_no_share_or_rate_of_its_own(file):
    assert [number for number in undeclared(file.read_text(encoding="utf-8")) if isinstance(number, float)] == []


def test_a_number_that_is_not_declared_is_seen():
    assert undeclared("RATE = Fixed(0.3, 0, 1, 'a rate')\nshare = 0.5 + 0.7 * rate + 1e-9\nn = 12") == [0.7, 12]


def test_fixed_numbers_have_a_meaning_a_unit_and_a_source():
    found = list(fixed_numbers())
    assert {"ADMISSION_LUCK", "N_MIRRORED", "STAKE"} <= {name for _, name, _ in found}
    assert len({id(item) for *_, item in found}) == len(found)
    for *_, item in found:
        assert item.meaning
        assert item.unit
        assert item.source


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_fixed_number_outside_of_its_range_is_refused(value):
    with pytest.raises(ValueError, match="must be in 0 to 1"):
        Fixed(value, 0, 1, "a share")


def section(number: int) -> str:
    """Return a section of the description without its generated blocks."""
    found = re.search(rf"^## {number} .*?(?=^## |\Z)", ODD, re.DOTALL | re.MULTILINE)
    assert found, f"model/ODD.md has no section {number}"
    return re.sub(r"<!-- generated.*?<!-- end -->", "", found[0], flags=re.DOTALL)


def first_cells(text: str) -> list[str]:
    """Return the first cells of table rows that hold code, without the backticks."""
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


def keys_listed() -> list[str]:
    return re.findall(r"^- \*\*(\w+)\*\*", REFERENCES, re.MULTILINE)


def keys_in_description() -> set[str]:
    groups = re.findall(r"\[((?:[A-Z][A-Za-z]+\d{4}(?:, )?)+)\]", " ".join(ODD.split()))
    return {key for group in groups for key in group.split(", ")}


def citations(text: str) -> set[str]:
    """Return the keys of the works that a text cites by author and year.

    >>> sorted(citations("Josang and Ismail (2002): 2; scope conditions (Checkel 2005, page 1)"))
    ['Checkel2005', 'Josang2002']
    """
    flat = " ".join(text.replace('"', " ").split())
    return {match[1] + (match[2] or match[3]) for match in _AUTHORS_AND_YEAR.finditer(flat)}


def sources() -> list[str]:
    """Return what parameters and mechanisms say about where they come from."""
    return [row["source"] for row in parameter_table()] + [item.source for item in MECHANISMS]


def test_generated_tables_are_those_of_the_code():
    assert with_generated_blocks(ODD) == ODD, "run python -m comity.words.odd"


def test_a_missing_block_is_an_error_that_names_it():
    with pytest.raises(InputError, match="mechanisms must stand there once each"):
        with_generated_blocks(ODD.replace("<!-- generated: mechanisms -->", ""))


def test_tables_have_a_row_for_every_parameter_and_mechanism():
    for name in Parameters.model_fields:
        assert f"| `{name}` |" in BLOCKS["parameters"]()
    for mechanism in MECHANISMS:
        assert f"| {mechanism.name} |" in BLOCKS["mechanisms"]()


def test_sections_of_the_submodels_are_the_files_of_the_rules():
    headings = re.findall(r"^### 7\.(\d+) (.*) \(`comity\.rules\.(\w+)`\)$", section(7), re.MULTILINE)
    assert [int(number) for number, _, _ in headings] == list(range(1, len(RULES) + 1))
    assert [f"comity.rules.{file}" for _, _, file in headings] == [rule.__name__ for rule in RULES]
    assert [title.lower().replace(" ", "_") for _, title, _ in headings] == [file for _, _, file in headings]
    assert len(re.findall(r"^### ", section(7), re.MULTILINE)) == len(headings)


def test_every_parameter_symbol_stands_in_a_submodel():
    text = section(7)
    for row in parameter_table():
        pattern = rf"(?<![A-Za-z_]){re.escape(row['symbol'])}(?![A-Za-z_])"
        assert re.search(pattern, text + section(2)), f"{row['symbol']} ({row['name']}) is in no equation"


def test_schedule_names_the_phases_in_order():
    named = [cell for cell in first_cells(section(3)) if cell in set(Phase)]
    assert named == [phase.value for phase in Phase]


def test_schedule_gives_the_address_of_every_draw():
    named = [cell for cell in first_cells(section(3)) if cell.isupper()]
    assert named == [decision.name for decision in Decision]


def test_the_worked_address_is_right():
    key = decision_keys(7)[Decision.ENGAGEMENT]
    meeting, sitting, actor = address("HLD2006"), address("round_tables:1"), address("FRA")
    draw = uniform(key, meeting, sitting, actor, np.uint64(0))
    for value in (hex(int(key)), meeting, sitting, actor, draw):
        assert str(value) in section(3)


def test_references_have_unique_keys_in_order():
    keys = keys_listed()
    assert len(set(keys)) == len(keys)
    theory, method = REFERENCES.split("## Method")
    for part in (theory, method):
        listed = re.findall(r"^- \*\*(\w+)\*\*", part, re.MULTILINE)
        assert listed == sorted(listed)


def test_every_doi_is_one():
    links = re.findall(r"https://doi\.org/\S*", REFERENCES)
    assert len(links) > 10
    assert not [link for link in links if not re.fullmatch(r"https://doi\.org/10\.\d{4,9}/[\w./;()-]*\w", link)]
    assert len(set(links)) == len(links)


def test_every_citation_resolves():
    assert keys_in_description() <= set(keys_listed())
    for path in CODE:
        unknown = citations(path.read_text(encoding="utf-8")) - set(keys_listed())
        assert not unknown, f"{path.relative_to(MODEL)} cites {sorted(unknown)}: add them to model/references.md"


def test_every_reference_is_cited():
    cited = keys_in_description().union(*(citations(path.read_text(encoding="utf-8")) for path in CODE))
    assert set(keys_listed()) - cited == set()


def test_sections_of_the_chapter_and_coded_facts_resolve():
    listed = set(re.findall(r"^\| '([^']+)' \|", REFERENCES, re.MULTILINE))
    facts = set(re.findall(r"^\| ([FR]\d+) \|", REFERENCES, re.MULTILINE))
    for text in [*sources(), ODD]:
        flat = " ".join(text.split())
        for quoted in re.findall(r"[Cc]hapter, ((?:'[^']+'(?:,? and |, )?)+)", flat):
            assert set(re.findall(r"'([^']+)'", quoted)) <= listed, text
        assert set(re.findall(r"[Ff]acts ([FR]\d+)", flat)) <= facts, text
    for name in re.findall(r"\| ((?:'[^']+'(?:, )?)+) \|$", section(1), re.MULTILINE):
        assert set(re.findall(r"'([^']+)'", name)) <= listed


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Axelrod (1984), Kydd (2005); strength: assumption", {"Axelrod1984", "Kydd2005"}),
        ("Salmon, Moraes, Dror and Shaw (2011)", {"Salmon2011"}),
        (
            "bounded confidence: Deffuant et al. (2000), Hegselmann\n    and Krause (2002)",
            {"Deffuant2000", "Hegselmann2002"},
        ),
        ("McKelvey and Zavoina (1975)", {"McKelvey1975"}),
        ("nothing is switched off (Checkel 2005; Rother 2019)", {"Checkel2005", "Rother2019"}),
        ("HLD 2013, trust before 2006 and the year 2006", set()),
    ],
)
def test_citations_are_recognised(text, keys):
    assert citations(text) == keys


ELEMENTS = (
    "Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling", "Design concepts",
    "Initialisation", "Input data", "Submodels",
)  # fmt: skip
"""The seven elements of the ODD protocol. Source: Grimm et al. (2020), Table 1."""

CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip
"""The eleven design concepts in their order. Source: Grimm et al. (2020)."""


def test_the_seven_elements_stand_in_the_order_of_the_protocol():
    headings = re.findall(r"^## (\d) (.*)$", ODD, re.MULTILINE)
    assert [title for _, title in headings[:7]] == list(ELEMENTS)
    assert [int(number) for number, _ in headings[:7]] == list(range(1, 8))


def test_every_design_concept_is_treated_in_order():
    named = re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", section(4), re.MULTILINE)
    assert [name for name in named if name in CONCEPTS] == list(CONCEPTS)


def test_every_question_on_decisions_has_an_answer():
    rows = re.findall(r"^\| (I{1,3}\.[ivx]+)\.[^|]*\| ([^|]+) \|$", section(4), re.MULTILINE)
    decisions = [f"II.{number}" for number in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")]
    expected = {*(f"I.{n}" for n in ("i", "ii", "iii")), *decisions, *(f"III.{n}" for n in ("i", "ii", "iii", "iv"))}
    assert {key for key, _ in rows} == expected
    assert all(len(answer) >= 10 for _, answer in rows)


def function_tree(place: str) -> ast.AST:
    """Return the syntax of a function or method by its dotted place."""
    parts = place.split(".")
    for n in range(len(parts) - 1, 0, -1):
        file = MODEL.joinpath(*parts[:n]).with_suffix(".py")
        if file.is_file():
            node: ast.AST = ast.parse(file.read_text(encoding="utf-8"))
            for name in parts[n:]:
                named = (ast.FunctionDef, ast.ClassDef)
                node = next(item for item in node.body if isinstance(item, named) and item.name == name)  # type: ignore[attr-defined]
            return node
    raise AssertionError(f"{place} is not in the code")


def called(place: str) -> list[str]:
    """Return the names of what a function calls, in the order in which the text of the code calls them first."""
    calls = [node for node in ast.walk(function_tree(place)) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.func.end_lineno, call.func.end_col_offset))
    names = [call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "") for call in calls]
    return list(dict.fromkeys(names))


ORDER = re.findall(r"^\| `(comity\.[\w.]+)` \| (.+) \|$", section(3), re.MULTILINE)


def test_the_order_of_events_has_a_row_for_every_moment():
    held = {place.rpartition(".")[2] for place, _ in ORDER}
    assert held >= {"hold", "prepare_meeting", "open_meeting", "hold_sittings", "decide", "listen", "close_meeting"}
    assert {moment.name for moment in Moment} == set(re.findall(r"`([A-Z_]+)`", section(3).partition("### 3.10")[2]))


@pytest.mark.parametrize(("place", "text"), ORDER, ids=[place.rpartition(".")[2] for place, _ in ORDER])
def test_the_order_of_events_is_that_of_the_code(place, text):
    listed = re.findall(r"`(\w+)` ([\dA]\.\d+)", text)
    in_code = called(place)
    missing = [name for name, _ in listed if name not in in_code]
    assert not missing, f"{place} does not call {missing}"
    assert [name for name in in_code if name in dict(listed)] == [name for name, _ in listed]
    for name, number in listed:
        assert re.search(rf"^### {re.escape(number)} ", ODD, re.MULTILINE), f"{name}: no section {number}"


def test_every_rule_that_a_moment_calls_is_listed():
    """What is imported from the families of rules and called at a moment must be in the row of that moment."""
    helpers = {"trust_in_networks", "accredited_share", "make_corridor", "arrival"}
    for place, text in ORDER:
        module = import_module(place.rpartition(".")[0].removesuffix(".Telling"))
        rules = {
            name for name, value in vars(module).items()
            if getattr(value, "__module__", "").split(".")[:2] == ["comity", "rules"]
            and callable(value)
        }  # fmt: skip
        unlisted = (set(called(place)) & rules) - set(re.findall(r"`(\w+)`", text)) - helpers
        assert not {name for name in unlisted if name.islower()}, f"{place} also calls {unlisted}"


def test_the_check_of_the_order_can_fail():
    year = ["pull_home", "forget", "replace_delegations", "recover", "update_authority", "ratify", "accede"]
    assert [name for name in called("comity.forum.year.pass_year") if name in year] == year
    with pytest.raises((AssertionError, StopIteration)):
        function_tree("comity.forum.year.no_such_function")
