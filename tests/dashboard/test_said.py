"""Nothing on a page happens, or does not happen, without a word."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest

import comity
import comity_lab
from comity.errors import InputError
from comity_dashboard.captions import captions
from comity_dashboard.desk import Desk
from comity_dashboard.differences import differences, names_of
from comity_dashboard.runs import record_note, run_once, scenario_of
from comity_dashboard.setup import Setup
from comity_dashboard.story import Story
from comity_lab.design import design_from

playwright = pytest.importorskip("playwright.sync_api")
CHART = ".comity-figure canvas"
ALERT = ".comity-refused[role=alert]"


def open_file(page, path):
    """Type the path of a scenario into the page."""
    page.select_option("select[aria-label=Scenario]", "")
    page.fill("input[aria-label='Path of a scenario or a record']", str(path))
    page.keyboard.press("Enter")


@pytest.mark.browser
@pytest.mark.parametrize("tab", ["", "change", "compare", "actor", "history"])
def test_a_seed_that_is_refused_is_said_and_does_not_stay_in_the_field(visit, tab):
    page = visit(f"/{tab}?scenario=teaching&seed=3&charts=trust", CHART if tab != "history" else ".comity-drawing svg")
    for typed in ("abc", "", "-1", "1e9", "1.5", "9" * 5000, str(2**63)):
        page.fill("input[aria-label=Seed]", typed)
        page.keyboard.press("Enter")
        page.wait_for_selector(ALERT)
        playwright.expect(page.locator("input[aria-label=Seed]")).to_have_value("3")
        assert "must be a whole number" in page.inner_text(ALERT)
        assert not page.locator(".comity-error").count()
    page.fill("input[aria-label=Seed]", "4")
    page.keyboard.press("Enter")
    page.wait_for_url("**seed=4*")
    page.wait_for_selector(ALERT, state="detached")


@pytest.mark.browser
def test_the_next_seed_is_the_next_whole_number_also_of_a_large_one(visit):
    page = visit("/?scenario=teaching&seed=9007199254740993&charts=trust", CHART)
    page.click("button[aria-label='+1: next seed']")
    page.wait_for_url("**seed=9007199254740994*")
    page.fill("input[aria-label=Seed]", str(2**63 - 1))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**seed={2**63 - 1}*")
    page.click("button[aria-label='+1: next seed']")
    page.wait_for_selector(ALERT)
    playwright.expect(page.locator("input[aria-label=Seed]")).to_have_value(str(2**63 - 1))


@pytest.mark.browser
def test_what_is_kept_for_compare_is_said_and_compare_says_what_differs(visit):
    page = visit("/change?scenario=teaching&set=parameters.mimicry_rate%3D0.4&seed=3", CHART)
    page.click("text=Keep this run for Compare")
    page.wait_for_selector(".comity-kept")
    assert "teaching + mimicry_rate=0.4, seed 3" in page.inner_text(".comity-kept")
    page.click("button[aria-label='Remove parameters.mimicry_rate=0.4']")
    page.wait_for_selector(".comity-kept:has-text('changed since')")
    page.click(".comity-tab:text-is('Compare')")
    page.wait_for_selector(".comity-between:has-text('mimicry rate is 0.4 instead of as in the scenario')")
    between = page.inner_text(".comity-between")
    assert "The run kept at" in between
    assert "is the second" in between
    page.click("button[aria-label='+1: next seed']")
    page.wait_for_selector(".comity-between:has-text('Both runs now have seed 4')")
    page.click("button[aria-label='Remove parameters.mimicry_rate=0.4']")
    page.wait_for_selector(".comity-between:has-text('Both runs are the same')")
    page.click("text=Use it as the second run again")
    page.wait_for_selector(".comity-between:has-text('mimicry rate is 0.4 instead of')")


@pytest.mark.browser
def test_two_runs_that_are_the_same_are_set_apart_by_a_button(visit):
    page = visit("/change?scenario=teaching&set=parameters.mimicry_rate%3D0.4", CHART)
    page.click("text=Keep this run for Compare")
    page.wait_for_selector(".comity-kept")
    page.click(".comity-tab:text-is('Compare')")
    page.click("text=Reset the first run")
    page.wait_for_selector(".comity-between:has-text('mimicry rate is 0.4 instead of')")


def test_every_difference_of_two_setups_is_named():
    first = Setup(scenario="teaching", settings=("parameters.turnover=0.1",))
    assert differences(first, first.following("MAR").with_seed("9")) == []
    second = Setup(
        scenario="synthetic", theory="rationalist", patches=("online_only",), settings=("choices.host=endogenous",)
    )
    assert differences(first, second) == [
        "the scenario is synthetic instead of teaching",
        "the theory is rationalist instead of that of the scenario",
        "the what-if “online only” is added",
        "turnover is as in the scenario instead of 0.1",
        "choices.host is endogenous instead of as in the scenario",
    ]
    one, two = Setup(patches=("a", "b")), Setup(patches=("b", "a"))
    assert differences(one, two) == ["the what-ifs are applied in another order"]


def test_compared_runs_are_named_by_what_is_changed_and_differ():
    plain, changed = Setup(), Setup().toggled("no_gfmd").setting("parameters.trust_learning", "0.2")
    assert names_of(plain, changed) == ("unchanged", "no GFMD + trust learning = 0.2")
    assert names_of(plain, plain) == ("unchanged (first)", "unchanged (second)")
    assert names_of(Setup(scenario="teaching"), plain.under("rationalist")) == ("teaching", "hld_gfmd + rationalist")


@pytest.mark.browser
def test_a_path_that_is_typed_is_shown_or_refused_with_words(visit, tmp_path):
    mine, other = tmp_path / "mine.toml", tmp_path / "other.toml"
    for file in (mine, other):
        file.write_text('extends = "teaching"\n', encoding="utf-8")
    page = visit("/?scenario=teaching&set=parameters.turnover%3D0.5&charts=trust", CHART)
    chosen = page.locator("select[aria-label=Scenario]")
    open_file(page, mine)
    playwright.expect(chosen).to_have_value(str(mine))
    assert "These changes were dropped: turnover=0.5." in page.inner_text(ALERT)
    open_file(page, other)
    playwright.expect(chosen).to_have_value(str(other))
    for wrong in (tmp_path / "none.toml", "/etc/passwd", "x" * 5000, "a\x00b", tmp_path, "/dev/zero"):
        open_file(page, wrong)
        page.wait_for_selector(f"{ALERT}:has-text('The page still shows the previous run.')")
        playwright.expect(chosen).to_have_value(str(other))
        assert "root:" not in page.inner_text("body")
    page.reload()
    page.wait_for_selector(CHART)
    playwright.expect(chosen).to_have_value(str(other))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/?scenario=teaching&foo=1", "foo is not a known name"),
        ("/?scenario=teaching&seed=1&seed=2", "must be given once"),
        ("/?scenario=teaching&actor=XYZ", "No actor of this run has the id “XYZ”"),
        ("/actor?scenario=teaching&actor=XYZ", "No actor of this run has the id “XYZ”. The page shows Westmark"),
        ("/?scenario=teaching&at=NOPE.3", "“NOPE.3”, which is not a meeting of this run"),
        ("/history?scenario=teaching&vote=NOPE", "No vote of this run has the id “NOPE”"),
        ("/actor?scenario=teaching&quantity=love", "quantity must be one of"),
        ("/sweep?sweep=/etc", "must be a folder or file that was opened here before"),
        ("/change?scenario=teaching&set=parameters.persuasion_rate%3Dtrue", "must be a number, got a boolean"),
        ("/change?scenario=teaching&set=parameters.persuasion_rate%3Dnan", "must be a finite number"),
        ("/?scenario=/etc/passwd", "opened here before"),
        ("/?scenario=teaching&set=population.pairs%3D/etc/passwd", "set must name a parameter or a choice"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said_in_the_page(visit, path, words):
    page = visit(path, ".comity-error, .comity-refused")
    said = page.locator(".comity-error, .comity-refused").all_inner_texts()
    assert any(words in text for text in said), said
    assert "root:" not in page.inner_text("body")


@pytest.mark.browser
def test_a_search_without_a_find_and_a_switch_that_a_theory_holds(visit):
    page = visit("/change?scenario=teaching&theory=rationalist", ".comity-levers")
    page.fill("input[aria-label='Find a parameter']", "zzz")
    page.wait_for_selector("text=No parameter matches “zzz”")
    page.fill("input[aria-label='Find a parameter']", "trust learning")
    row = page.locator("[data-parameter=trust_learning]")
    assert not row.locator("button").count()
    assert page.locator("text=Reset all").is_disabled() is False


def test_an_error_of_an_own_table_shows_nothing_of_what_is_in_it(tmp_path):
    (tmp_path / "pairs.csv").write_text("SECRETa,SECRETb\nSECRETc,SECRETd\n")
    (tmp_path / "mine.toml").write_text('extends = "hld_gfmd"\n[population]\npairs = "pairs.csv"\n')
    with pytest.raises(InputError, match="Pages do not show its content") as caught:
        run_once(scenario_of(Setup(scenario=str(tmp_path / "mine.toml"))), 0, "meetings")
    assert "SECRET" not in str(caught.value)
    assert "pairs.csv" in str(caught.value)


@pytest.fixture(scope="module")
def record_folder(tmp_path_factory):
    return comity.run("teaching", seed=5).save(tmp_path_factory.mktemp("records") / "run")


def test_a_record_that_other_rules_made_is_said_to_be_computed_again(record_folder, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(record_folder, folder)
    setup = Setup(scenario=str(folder), seed="5")
    assert record_note(setup) == ""
    assert record_note(setup.with_seed("6")) == ""
    table = pd.read_parquet(folder / "meetings.parquet")
    table["states"] += 1
    table.to_parquet(folder / "meetings.parquet")
    assert "departs from the tables of the record: see comity rerun" in record_note(setup)
    provenance = json.loads((folder / "provenance.json").read_text())
    (folder / "provenance.json").write_text(json.dumps({**provenance, "rules_version": "0ld"}))
    assert "it was made with rules 0ld" in record_note(setup)
    (folder / "meetings.parquet").write_bytes(b"PAR1")
    assert "meetings.parquet cannot be read" in record_note(setup)


def test_a_record_is_opened_with_its_seed_and_a_damaged_one_says_so(record_folder, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(record_folder, folder)
    (folder / "scenario.json").write_text("{")
    (folder / "provenance.json").write_text('{"seed": null}')
    for make in (lambda: Desk(None, default=str(folder)).run.value.number, lambda: scenario_of(Setup(scenario=str(folder)))):  # fmt: skip
        with pytest.raises(InputError, match=r"whole number|must be JSON"):
            make()


DEGENERATE = {
    "no_networks": '[remove]\nactors = ["BRIDGE", "OUTSIDE"]',
    "no_votes": '[[each]]\nof = "meetings"\nset = { votes = [] }',
    "one_meeting": '[remove]\nmeetings = ["FORUM1", "DIALOGUE2"]',
    "two_states": "[remove]\nactors = " + json.dumps(
        ["OILPORT", "CROSSLAND", "HIGHVALE", "SAVANNA", "CORAL", "SERVICE", "RIGHTS", "BRIDGE", "OUTSIDE", "PALMERA"]
    ) + '\n[institutions]\nagency = ""\n[[meetings]]\nid = "FORUM1"\n'
    'sessions = [{ code = "1", category = "remittances/development", title = "Cheaper remittances" }]',
    "one_state": "[remove]\nactors = " + json.dumps(
        ["NORTHLAND", "OILPORT", "CROSSLAND", "HIGHVALE", "SAVANNA", "CORAL", "SERVICE", "RIGHTS", "BRIDGE", "OUTSIDE",
         "PALMERA"]
    ) + '\n[institutions]\nagency = ""',
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("name", DEGENERATE)
def test_a_small_world_has_no_nan_and_no_traceback_on_any_page(visit, tmp_path, name):
    file = tmp_path / f"{name}.toml"
    file.write_text(f'extends = "teaching"\n{DEGENERATE[name]}\n', encoding="utf-8")
    page = visit("/?scenario=teaching&charts=all", CHART)
    open_file(page, file)
    page.wait_for_function("document.querySelector('select[aria-label=Scenario]').value.includes('.toml')")
    for tab in ("Change", "Compare", "Actor", "History", "Watch"):
        page.click(f".comity-tab:text-is('{tab}')")
        page.wait_for_selector("h2:has-text('Scorecard')" if tab == "History" else f"{CHART}, .comity-error")
        page.wait_for_load_state("networkidle")
        text = page.inner_text("body")
        for wrong in ("nan", "NaN", "undefined", "Traceback", "unexpected error", "Infinity", "0 of 0"):
            assert not re.search(rf"\b{wrong}\b", text), (tab, wrong)
        said = page.locator(".comity-error").all_inner_texts()
        assert bool(said) == (name == "one_state"), said
        assert all("at least two states are needed" in error for error in said)


def test_a_caption_says_nothing_of_nobody():
    record = comity.run("teaching", seed=0)
    for caption in captions(record, Story(record).moments):
        for wrong in ("0 of", "no agreement", "nan"):
            assert f"no pairs talk, with {wrong}" not in caption["text"]
            assert f", {wrong} " not in caption["text"], caption


@pytest.mark.browser
def test_a_sweep_without_anything_to_draw_says_why(visit, tmp_path, monkeypatch):
    (tmp_path / "broken_functions.py").write_text(
        "def fails(values, seed): raise ValueError('SECRET')\ndef nothing(values, seed): return {'y': float('nan')}\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    page = visit("/sweep", "input[aria-label='folder of a sweep']")
    for name, words in (
        ("fails", "4 runs failed and are not in the charts. The first error is ValueError."),
        ("nothing", "No run so far has a value of y"),
    ):
        factors = [{"name": "x", "values": [0.0, 1.0]}]
        design = {"name": name, "function": f"broken_functions:{name}", "factors": factors, "replicates": 2, "seed": 1}
        comity_lab.sweep(design_from(design, "design"), tmp_path / name, workers=1)
        page.fill("input[aria-label='folder of a sweep']", str(tmp_path / name))
        page.keyboard.press("Enter")
        page.wait_for_selector(f".comity-error:has-text('{words}')")
        assert "SECRET" not in page.inner_text("body")
        assert not page.locator("[data-figure=means]").count()


@pytest.mark.browser
@pytest.mark.parametrize(
    "content",
    ['{"title": 3, "rule": [], "sentences": "a", "totals": {}, "targets": [1]}', "[1]", "{", "{}",
     '{"title":"t","rule":"r","sentences":[],"totals":[],"targets":[]}'],
)  # fmt: skip
def test_a_damaged_scorecard_says_so_and_the_page_stays(visit, tmp_path, content):
    (tmp_path / "scorecard.json").write_text(content)
    page = visit("/history?scenario=teaching", "input[aria-label='folder of scores']")
    page.fill("input[aria-label='folder of scores']", str(tmp_path))
    page.keyboard.press("Enter")
    page.wait_for_selector(".comity-error:has-text('scorecard.json')")
    assert "unexpected error" not in page.inner_text("body")
    assert page.locator("input[aria-label='folder of scores']").count()


def test_a_page_that_fails_as_nobody_foresaw_shows_one_line_and_no_content(capfd):
    reacton, solara = pytest.importorskip("reacton"), pytest.importorskip("solara")
    from comity_dashboard.app import Shielded

    @solara.component
    def Broken() -> None:
        raise KeyError("SECRET")

    @solara.component
    def Page() -> None:
        solara.Text("above")
        Broken()

    box, context = reacton.render(Shielded(page=Page), handle_error=False)
    try:
        assert "unexpected error (KeyError)" in str(box)
        assert "SECRET" not in str(box)
        assert "SECRET" in capfd.readouterr().err
    finally:
        context.close()
