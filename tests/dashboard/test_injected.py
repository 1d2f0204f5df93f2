"""Names come from files of anybody: in a page they are text, and in a table no spreadsheet takes them for a formula."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest

from comity.scenario.locate import scenario_folder
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.scores import Scores

pytest.importorskip("playwright.sync_api")
CHART = ".comity-figure canvas"
EVIL = (
    "<img src=x onerror='window.pwned=1'><svg onload='window.pwned=1'>{{ constructor.constructor('window.pwned=1')() }}"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The scenario of teaching, with a script in every text that a file may hold."""
    text = (scenario_folder() / "teaching.toml").read_text(encoding="utf-8")
    text = re.sub(r'^(name|title|text|description|city) = "', rf'\1 = "{EVIL}', text, flags=re.M)
    text = re.sub(r'\b(title|text) = "', rf'\1 = "{EVIL}', text)
    file = tmp_path_factory.mktemp("hostile") / "hostile<b>.toml"
    file.write_text(text, encoding="utf-8")
    return file


def open_file(page, path):
    """Type the path of a scenario into the page."""
    page.select_option("select[aria-label=Scenario]", "")
    page.fill("input[aria-label='Path of a scenario or a record']", str(path))
    page.keyboard.press("Enter")


TIPS = """() => {
  let shown = 0;
  for (const { __vue__: part } of document.querySelectorAll('.comity-figure')) {
    if (!part || !part.figure || part.figure.svg || part.figure.columns.length || part.figure.empty) continue;
    part.seen = true;
    part.refresh();
    if (!part.chart) continue;
    (part.figure.option.series || []).forEach((_, seriesIndex) => [0, 1, 2].forEach((dataIndex) => {
      part.chart.dispatchAction({ type: 'showTip', seriesIndex, dataIndex });
      shown += 1;
    }));
  }
  return shown;
}"""


@pytest.mark.browser
def test_a_name_is_text_on_every_page_and_in_every_tip(visit, hostile):
    page = visit("/?scenario=teaching&charts=all", CHART)
    open_file(page, hostile)
    page.wait_for_function("document.querySelector('.comity-chooser').innerText.includes('hostile')")
    for tab, wait in (
        ("Watch", CHART), ("Change", CHART), ("Compare", CHART), ("Actor", CHART), ("History", ".comity-drawing svg"),
    ):  # fmt: skip
        page.click(f".comity-tab:text-is('{tab}')")
        page.wait_for_selector(wait)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        if tab == "Change":
            page.click("text=show command")
            page.wait_for_selector("pre.comity-text:has-text('<b>')")
        if tab == "Watch":
            page.keyboard.press("End")
            page.locator("[data-actor=NORTHLAND]").first.dispatch_event("pointerenter")
        for button in page.locator("text=how to read this").all()[:2]:
            button.click()
        assert page.evaluate(TIPS) or tab == "History"
        page.wait_for_timeout(300)
        assert page.evaluate("window.pwned") is None, tab
        assert not page.evaluate("document.querySelectorAll('img[src=x], b img, svg[onload]').length"), tab
        assert not page.locator(".comity-error").count(), tab


@pytest.mark.browser
def test_what_an_address_says_is_text(visit):
    page = visit(f"/change?scenario=teaching&set=title%3D{EVIL.replace(' ', '%20')}&{'%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'}=1", ".comity-error")  # fmt: skip
    page.wait_for_selector("text=show command")
    page.click("text=show command")
    page.wait_for_selector("pre.comity-text")
    assert "is not a known name" in page.inner_text("body")
    assert page.evaluate("window.pwned") is None
    assert not page.evaluate("document.querySelectorAll('img[src=x]').length")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "\uff1d1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_table_taken_home_holds_no_formula(text):
    table = pd.DataFrame(
        {"name": [text, "Fine"], text: [-1.5, 2.0], "day": pd.to_datetime(["2006-01-01", "2007-01-01"])}
    )
    rows = list(csv.reader(io.StringIO(Figure(key="k", title="t", unit="", how="", table=table).csv(), newline="")))
    cells = [cell for row in rows for cell in row]
    assert f"'{text}" in cells
    assert text not in cells
    assert "-1.5" in cells
    assert "Fine" in cells


def test_a_semicolon_does_not_begin_another_cell():
    table = pd.DataFrame({"name": ["A;=1+1"], "value": [1.0]})
    assert '"A;=1+1"' in Figure(key="k", title="t", unit="", how="", table=table).csv()


def test_sentences_of_a_scorecard_are_text():
    target = {"source": "s", "key": "F1.a", "fact": "F1", "part": '<img src=x onerror="1">', "sentence": '"><img src=x>',
              "observed": 3.0, "tolerance": 1.0, "accepted_low": None, "accepted_high": None, "median": 2.5,
              "low": 2.0, "high": 3.0, "verdict": "reproduced"}  # fmt: skip
    total = {"source": "s", "facts": 1, "reproduced": 0, "share_low": 0.0, "share_high": 0.5}
    content = {"title": "t", "rule": "r", "sentences": ["F1.a <img src=x> F1"], "totals": [total], "targets": [target]}
    assert "<img" not in "".join(Scores(content).marked())
