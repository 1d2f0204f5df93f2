"""Bounds on plain data, and values that are taken as they are written: dates, numbers, texts."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from comity import InputError
from comity.scenario.loading import load
from comity.scenario.plain import read_value


def patched(folder: Path, text: str | bytes) -> Path:
    file = folder / "p.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


DATES = [
    (20070709, r"must be a date, got the number 20070709\. Write 2007-07-09\."),
    (0, r"must be a date, got the number 0\. Write year, month and day, as in 2007-07-09\."),
    (1183939200, r"must be a date, got the number 1183939200\. Write year"),
    ("1183939200", r"must be a date, got '1183939200'\. Write year"),
    ("2007-7-9", r"must be a date, got '2007-7-9'\. Write 2007-07-09\."),
    ("2007/07/09", r"must be a date, got '2007/07/09'\. Write 2007-07-09\."),
    ("9.7.2007", r"must be a date, got '9\.7\.2007'\. Write year, month and day"),
    ("07/09/2007", r"must be a date, got '07/09/2007'\. Write year, month and day"),
    ("2007-02-30", r"must be a date, got '2007-02-30'\. Write year, month and day"),
    ("", r"must be a date, got ''\. Write year"),
    (True, r"must be a date, got True\. Write year"),
    (2007.5, r"must be a date, got 2007\.5\. Write year"),
    (datetime.datetime(2007, 7, 9, 10), r"must be a date without a time, got 2007-07-09T10:00:00\. Write 2007-07-09\."),
    (
        datetime.datetime(2007, 7, 9, tzinfo=datetime.UTC),
        r"must be a date without a time, got 2007-07-09T00:00:00\+00:00\. Write 2007-07-09\.",
    ),
    ("2007-07-09T00:00:00", r"must be a date without a time, got '2007-07-09T00:00:00'\. Write 2007-07-09\."),
]


@pytest.mark.parametrize(("given", "message"), DATES)
def test_a_date_that_is_none_is_answered_with_what_came_and_what_to_write(given, message):
    with pytest.raises(InputError, match=r"meetings\[1\]\.start " + message):
        load("teaching", settings={"meetings.FORUM1.start": given})


@pytest.mark.parametrize("given", [datetime.date(2007, 7, 9), datetime.datetime(2007, 7, 9), "2007-07-09"])
def test_a_date_is_taken_as_it_is(given):
    settings = {"meetings.FORUM1.start": given, "meetings.FORUM1.end": "2007-07-11"}
    assert load("teaching", settings=settings).meeting("FORUM1").start == datetime.date(2007, 7, 9)


@pytest.mark.parametrize("written", ["2007-02-30", "2007-7-9", "9.7.2007"])
def test_a_date_that_toml_does_not_know_is_answered_with_how_dates_are_written(tmp_path, written):
    file = patched(tmp_path, f'[[meetings]]\nid = "FORUM1"\nstart = {written}\n')
    with pytest.raises(InputError, match=r"at line 3.*Write a date that exists as year, month and day.*2007-07-09"):
        load("teaching", patches=[file])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parameters.persuasion_rate", True),
        ("meetings.FORUM1.openness", False),
        ("shocks.campaign.anchors", {"rights": True}),
        ("population.override", {"CORAL": {"capacity": True}}),
        ("population.actors.CORAL.capacity", True),
    ],
)
def test_a_boolean_is_no_number(path, value):
    with pytest.raises(InputError, match=r"must be a number, got a boolean"):
        load("teaching", settings={path: value})


DEEP = {
    "lists": "x = " + "[" * 2000 + "]" * 2000,
    "tables": "x = " + "{ a = " * 2000 + "1" + " }" * 2000,
    "dotted keys": ".".join("a" * 3000) + " = 1",
    "headings": "[" + ".".join("a" * 3000) + "]\nx = 1",
    "not that deep": "x = " + "[" * 60 + "]" * 60,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=list(DEEP))
def test_deep_toml_is_refused_without_a_traceback(tmp_path, text):
    with pytest.raises(InputError, match=r"p\.toml: .*must not be nested more than 40 levels deep"):
        load("teaching", patches=[patched(tmp_path, text)])
    with pytest.raises(InputError, match=r"40 levels deep"):
        load(patched(tmp_path, text))


@pytest.mark.parametrize("text", ["[" * 3000 + "]" * 3000, "9" * 5000])
def test_a_deep_or_huge_value_on_the_command_line_is_refused(text):
    with pytest.raises(InputError, match=r"--set: the value must be a number, a text"):
        read_value(text)


def test_a_value_on_the_command_line_is_one_value():
    assert read_value("1\ny = 2") == "1\ny = 2"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"title": "x" * 10**7}, r"title must have at most 300 characters, got 10,000,000\. Shorten it"),
        ({"meetings.FORUM1.name": "x" * 301}, r"meetings\[1\]\.name must have at most 300 characters, got 301"),
        ({"description": "x" * 10**6}, r"description must have at most 20,000 characters"),
        ({"references": {"x" * 500: "y"}}, r"a key of references must have at most 200 characters"),
        ({"title": "a\0b"}, r"title must be text, got the control character '\\x00' in it"),
        ({"title": "a\x1b[31mb"}, r"title must be text, got the control character '\\x1b'"),
        ({"parameters.persuasion_rate": 10**200}, r"must be a number below 1e100"),
        ({".".join("a" * 90): 1}, r"40 levels deep"),
    ],
)
def test_texts_numbers_and_paths_are_bounded(settings, message):
    with pytest.raises(InputError, match=message) as caught:
        load("teaching", settings=settings)
    assert len(str(caught.value)) < 500


def test_a_description_may_have_lines():
    assert load("teaching", settings={"description": "one\r\ntwo\n\tthree"}).description == "one\r\ntwo\n\tthree"


def test_files_are_bounded_and_their_encoding_is_named(tmp_path):
    with pytest.raises(InputError, match=r"p\.toml: must be at most 16 MB large, got 17 MB"):
        load("teaching", patches=[patched(tmp_path, b"#" * (17 * 2**20))])
    with pytest.raises(InputError, match=r"p\.toml: must be valid TOML in UTF-8, got: .*0xe9.*Save it as UTF-8"):
        load("teaching", patches=[patched(tmp_path, 'title = "Réseau"'.encode("latin-1"))])
    with pytest.raises(InputError, match=r"p\.toml: must be valid TOML, got: Exceeds the limit"):
        load("teaching", patches=[patched(tmp_path, "[parameters]\nturnover = 1" + "0" * 5000)])
