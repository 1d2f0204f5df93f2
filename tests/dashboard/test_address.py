"""An address names and sets what leads to no file; what is not taken is said."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlencode

import pytest

import comity
from comity_dashboard import access
from comity_dashboard.address import read_address
from comity_dashboard.desk import Desk


@pytest.fixture(autouse=True)
def _nothing_typed(monkeypatch):
    monkeypatch.setattr(access, "_typed", {})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("scenario", "/etc/passwd", "opened here before"),
        ("scenario", "../secret", "opened here before"),
        ("scenario", "a\x00b", "opened here before"),
        ("scenario", "file:///etc/passwd", "opened here before"),
        ("scenario", "teachin", "Did you mean 'teaching'?"),
        ("b.scenario", "C:\\secret.toml", "opened here before"),
        ("patch", "/etc/passwd", "opened here before"),
        ("patch", "nothing", "nothing: no such patch"),
        ("b.patch", "../x", "opened here before"),
        ("set", "population.pairs=/etc/passwd", "a parameter or a choice"),
        ("set", "population.states=/etc/passwd", "a parameter or a choice"),
        ("set", "population={pairs='/etc/passwd'}", "a parameter or a choice"),
        ("set", '"population"."pairs"=/etc/passwd', "a parameter or a choice"),
        ("set", "extends=/etc/passwd", "a parameter or a choice"),
        ("set", "population.synthetic.states=20000", "a parameter or a choice"),
        ("set", "end=9999-12-31", "a parameter or a choice"),
        ("set", "title=<img src=x onerror=alert(1)>", "a parameter or a choice"),
        ("set", "parameters.turnover=[1,2]", "a parameter or a choice"),
        ("set", "parameters={turnover=1}", "a parameter or a choice"),
        ("b.set", "population.networks=/etc/passwd", "a parameter or a choice"),
        ("sweep", "/etc", "must be a folder or file that was opened here before"),
        ("votes", "/etc/passwd", "must be a folder or file that was opened here before"),
        ("scores", "/etc", "must be a folder or file that was opened here before"),
        ("theory", "realist", "theory must be one of"),
        ("seed", "abc", "must be a whole number"),
        ("seed", "9" * 5000, "must be a whole number"),
        ("seed", "-1", "must be a whole number"),
        ("quantity", "love", "quantity must be one of"),
        ("actor", "A" * 500, "at most 400 characters"),
        ("sead", "8", "Did you mean 'seed'?"),
        ("b.vote", "X", "is not a known name"),
        ("b.seed", "8", "must equal the seed of the first run"),
    ],
)
def test_what_an_address_may_not_ask_for_is_refused_with_words(name, value, words):
    found = read_address(urlencode([("scenario", "teaching"), ("seed", "7"), (name, value)]))
    assert any(words in sentence for sentence in found.refused), found
    assert all(len(sentence) < 400 for sentence in found.refused)
    if name not in ("b.seed",):
        assert value not in [item for items in parse_qs(found.query).values() for item in items]


def test_what_ships_is_named_and_parameters_and_choices_are_set():
    query = urlencode(
        [
            ("scenario", "hld_gfmd"), ("theory", "rationalist"), ("seed", "7"), ("patch", "no_gfmd"),
            ("set", "parameters.turnover=1e-05"), ("set", "choices.host=endogenous"), ("actor", "MAR"),
            ("b.scenario", "teaching"), ("b.seed", "7"), ("quantity", "trust"), ("vote", "GFMD2008VOTE"),
        ]
    )  # fmt: skip
    assert read_address(query) == read_address(f"?{query}&at=GFMD2008.0")
    assert read_address(query).query == query
    assert not read_address(query).refused


def test_what_is_given_twice_is_said():
    assert "must be given once, got it 2 times" in read_address("seed=1&seed=2").refused[0]
    assert not read_address("patch=no_gfmd&patch=rights_first").refused
    found = read_address("set=parameters.turnover%3D0.2&set=parameters.turnover%3D0.3&patch=no_gfmd&patch=no_gfmd")
    assert parse_qs(found.query) == {"set": ["parameters.turnover=0.3"], "patch": ["no_gfmd"]}
    assert len(found.refused) == 2


def test_what_was_typed_may_be_named_again_and_no_more_than_a_thousand_are_remembered(tmp_path):
    file = tmp_path / "mine.toml"
    assert read_address(urlencode({"scenario": str(file)})).refused
    access.allow("scenario", str(file))
    assert not read_address(urlencode({"scenario": str(file)})).refused
    assert read_address(urlencode({"sweep": str(file)})).refused
    for number in range(1000):
        access.allow("folder", str(number))
    assert read_address(urlencode({"scenario": str(file)})).refused


def test_what_the_command_line_named_may_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv(access.VARIABLE, f'["{tmp_path}"]')
    assert not read_address(urlencode({"scenario": str(tmp_path)})).refused


def test_no_file_is_looked_for_because_an_address_names_it(monkeypatch, tmp_path):
    (tmp_path / "secret.toml").write_text('extends = "teaching"\ntitle = "SECRET"\n')
    monkeypatch.chdir(tmp_path)
    desk = Desk(urlencode({"scenario": "secret", "b.scenario": str(tmp_path / "secret.toml")}))
    assert desk.run.value.scenario == desk.other.value.scenario == "hld_gfmd"
    assert len(desk.refused.value) == 2
    assert not any("SECRET" in sentence for sentence in desk.refused.value)


def test_a_long_address_is_read_quickly_and_refused():
    before = time.perf_counter()
    for query in ("a=1&" * 100_000, "set=" + "9" * 1_000_000, "&".join(f"n{i}=1" for i in range(1500))):
        assert read_address(query).refused
    assert time.perf_counter() - before < 3


def test_a_damaged_record_is_said_instead_of_a_traceback(tmp_path, monkeypatch):
    folder = comity.run("teaching", seed=5).save(tmp_path / "run")
    (folder / "provenance.json").write_text("{")
    monkeypatch.setenv(access.VARIABLE, f'["{folder}"]')
    desk = Desk(None, default=str(folder))
    assert "must be JSON" in desk.refused.value[0]
