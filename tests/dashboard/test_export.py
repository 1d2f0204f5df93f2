"""The page that plays from a disk: the command, what is in it, and a browser without any network."""

from __future__ import annotations

import base64
import gzip
import json
import re

import pytest
from typer.testing import CliRunner

import comity
from comity.cli import app, main
from comity_dashboard.exporting import beside_of, file_name, page_of
from comity_dashboard.figures.watch import trust
from comity_dashboard.phrases import phrases
from comity_dashboard.setup import Setup

MOST_BYTES = 5_000_000


def data_of(page: str) -> dict:
    packed = re.search(r'id="data">([A-Za-z0-9+/=]+)<', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def test_the_command_writes_the_page_once_and_says_what_is_in_it(tmp_path, capsys):
    file = tmp_path / "run.html"
    words = ["export", "teaching", "--html", "--out", str(file), "--seed", "3", "--beside", "no_socialisation"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "teaching, seed 3, beside: teaching + no_socialisation" in said
    before = file.read_bytes()
    assert main(words) == 2
    assert "must not exist yet" in capsys.readouterr().err
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["teaching"], "--html must be given"),
        (["teachin", "--html"], "no such scenario"),
        (["teaching", "--html", "--seed", "x"], "--seed must be a whole number"),
        (["teaching", "--html", "--beside", "nothing"], "no such patch"),
        (["teaching", "--html", "--out", "no/such/folder.html"], "the folder must exist"),
    ],
)
def test_what_is_wrong_is_one_line(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["export", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not list(tmp_path.iterdir())


def test_a_record_is_exported_with_its_seed_and_beside_another_record(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    comity.run("teaching", seed=4).save(tmp_path / "one")
    comity.run("teaching", seed=4).save(tmp_path / "two")
    result = CliRunner().invoke(app, ["export", "one", "--html", "--beside", "two"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "comity_one_seed_4.html").is_file()
    assert main(["export", "one", "--html", "--out", "x.html", "--beside", "no_gfmd"]) == 2


def test_the_charts_of_the_page_are_those_of_the_runs():
    setup = Setup(scenario="teaching", seed="2")
    other = beside_of(setup, "no_trust_learning")
    data = data_of(page_of(setup, other))
    chart = next(chart for chart in data["charts"] if chart["key"] == "trust")
    for number, patches in enumerate([(), ("no_trust_learning",)]):
        table = trust(comity.run(comity.load("teaching", patches=patches), seed=2)).table
        for line in chart["lines"]:
            values = [value for _, value in line["runs"][number]]
            assert values == pytest.approx(table[line["name"]].dropna().to_list(), abs=1e-4)
    first, second = (run["network"] for run in data["runs"])
    assert [first[name] for name in ("ids", "x", "y")] == [second[name] for name in ("ids", "x", "y")]


def test_the_what_if_beside_is_one_that_fits_and_a_changed_run_stands_beside_the_unchanged_one():
    assert beside_of(Setup()).patches == ("no_gfmd",)
    assert beside_of(Setup(scenario="teaching")).patches == ("no_trust_learning",)
    assert beside_of(Setup(patches=("no_pga",), seed="5")) == Setup(seed="5")
    assert beside_of(Setup(), "none") is None
    assert file_name(Setup(patches=("no_pga",))) == "comity_hld_gfmd_no_pga_seed_0.html"


def test_names_from_a_scenario_cannot_become_code(tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text('extends = "teaching"\ntitle = "</script><script>alert(1)</script>"\n', encoding="utf-8")
    page = page_of(Setup(scenario=str(file)), None)
    assert "<script>alert" not in page
    assert page.count("<script") == 3


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    file = tmp_path_factory.mktemp("export") / "page.html"
    assert main(["export", "hld_gfmd", "--html", "--out", str(file)]) == 0
    return file


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_plays_without_a_network(exported, browser, width):
    from playwright.sync_api import expect

    assert exported.stat().st_size < MOST_BYTES
    context = browser.new_context(viewport={"width": width, "height": 844}, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(("file:", "data:", "blob:")) or wrong.append(asked.url))
    page.goto(exported.as_uri())
    page.wait_for_selector("#net circle")
    words = phrases().table["export"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#net circle[data-actor]").count() == 266
    start = page.inner_text("#caption")
    place = page.locator("#net [data-actor=MAR]").get_attribute("cx")
    page.select_option("#speed", "20")
    page.get_by_role("button", name=words["play"], exact=True).click()
    expect(page.locator("#where")).to_contain_text("2008", timeout=60_000)
    page.get_by_role("button", name=words["pause"]).click()
    assert page.inner_text("#caption") != start
    page.evaluate("() => { const time = document.querySelector('#time'); time.value = time.max; time.oninput(); }")
    ties = page.inner_text("#ties")
    page.get_by_label(words["whatif"]).check()
    assert page.inner_text("#ties") != ties
    assert page.locator("#net [data-actor=MAR]").get_attribute("cx") == place
    page.select_option("#whose", "MAR")
    assert page.inner_text("#ties").startswith("Morocco has")
    assert page.locator("#charts svg").count() == 8
    assert not page.inner_text("#ends").count("NaN")
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, select, input')].map((one) => one.getBoundingClientRect()"
        ").filter((box) => box.width).map((box) => Math.min(box.width, box.height))"
    )
    assert min(sizes) >= 20
    context.close()
    assert not wrong, wrong
