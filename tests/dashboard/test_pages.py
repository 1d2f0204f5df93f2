"""The pages beside Watch, in a real browser."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest

import comity_lab
from comity.cli import main

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytestmark = pytest.mark.browser
CHART = ".comity-figure canvas"


@pytest.fixture(scope="module")
def sweep_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps") / "persuasion"
    factors = {"parameters.persuasion_rate": [0.0, 0.3], "parameters.trust_learning": [0.0, 2.0]}
    design = comity_lab.Design.of("teaching", factors, replicates=4, seed=1)
    comity_lab.sweep(design, folder, workers=1)
    return folder


def type_folder(page, label, folder):
    """Type a folder into the field of a page."""
    page.fill(f"input[aria-label='{label}']", str(folder))
    page.keyboard.press("Enter")


def open_sweep(visit, folder, wait):
    """Open the page of a sweep, type its folder, and return the page."""
    page = visit("/sweep", "input[aria-label='folder of a sweep']")
    type_folder(page, "folder of a sweep", folder)
    page.wait_for_selector(wait)
    return page


def test_every_page_opens_quietly_in_one_visit_and_asks_nobody_but_the_server(visit):
    page = visit("/?scenario=synthetic&seed=4&charts=trust", CHART)
    for name, wait in (
        ("Change", ".comity-levers"),
        ("Compare", ".comity-pair .comity-room"),
        ("Actor", "input[aria-label=Actor]"),
        ("History", "h2:has-text('Scorecard')"),
        ("Sweep", "input[aria-label='folder of a sweep']"),
        ("Watch", ".comity-stage .comity-room"),
    ):
        page.click(f".comity-tab:text-is('{name}')")
        assert page.locator(".comity-tab-on").all_inner_texts() == [name]  # at once
        page.wait_for_selector(wait)
        page.wait_for_function(f"document.title === 'comity: {name}'")
        page.wait_for_load_state("networkidle")
        assert not page.locator(".comity-error").count(), name
        assert "scenario=synthetic" in page.url
        assert "seed=4" in page.url
    page.go_back()
    page.wait_for_selector("input[aria-label='folder of a sweep']")


def test_nothing_runs_to_and_fro_while_a_page_waits_for_the_server(visit):
    page = visit("/?scenario=teaching&charts=trust", CHART)
    moving = """async () => {
      await new Promise((go) => setTimeout(go, 100));
      return document.getAnimations().filter((one) => one instanceof CSSAnimation).map((one) => one.animationName);
    }"""
    page.evaluate("document.querySelector('.v-application').__vue__.$root.kernelBusyLong = true")
    page.wait_for_selector(".v-progress-linear__indeterminate--active .long")
    assert page.evaluate(moving) == []
    page.route_web_socket("**/*", lambda _: None)  # nobody answers: the page goes on loading
    page.reload(wait_until="commit")
    page.wait_for_selector("#sun-spinner1")
    assert page.evaluate(moving) == []


def test_a_slider_changes_the_result_is_marked_and_can_be_reset(visit):
    page = visit("/change?scenario=teaching", CHART)
    cell = page.locator("[data-figure=measures] tr", has_text="disposition of states to cooperate").locator("td").last
    assert cell.inner_text() == "same"
    page.fill("input[aria-label='Find a parameter']", "mimicry")
    page.locator("#p-mimicry_rate").focus()
    page.keyboard.press("End")
    page.wait_for_selector("[data-parameter=mimicry_rate].comity-changed")
    page.wait_for_function(
        "[...document.querySelectorAll('[data-figure=measures] tr')]"
        ".some(r => r.innerText.includes('disposition of states') && r.innerText.includes('+'))"
    )
    page.wait_for_url("**set=parameters.mimicry_rate*")
    page.click("text=show command")
    page.wait_for_selector("pre.comity-text:has-text('--set parameters.mimicry_rate=')")
    page.click("text=show TOML patch")
    page.wait_for_selector("pre.comity-text:has-text('mimicry_rate = ')")
    assert "[parameters]\nmimicry_rate = " in page.inner_text("pre.comity-text")
    page.click("button[aria-label='Reset mimicry rate']")
    page.wait_for_function("!document.querySelector('[data-parameter=mimicry_rate].comity-changed')")
    playwright.expect(cell).to_have_text("same")


def test_a_what_if_that_does_not_fit_says_so_and_the_levers_stay(visit):
    page = visit("/change?scenario=teaching&patch=no_gfmd", ".comity-error")
    gone = "What if there had been no Global Forum"
    page.wait_for_selector(f".comity-whatifs >> text={gone}")
    assert "remove.forums names 'GFMD'" in page.inner_text(".comity-error")
    page.click("text=Reset all")
    page.wait_for_function("!document.querySelector('.comity-error')")
    page.wait_for_function(f"!document.querySelector('.comity-whatifs').innerText.includes('{gone}')")
    assert "taught nobody whom to trust" in page.inner_text(".comity-whatifs")
    assert "17 more do not apply to this scenario" in page.inner_text(".comity-levers")


def test_a_what_if_is_called_the_same_wherever_it_is_chosen_or_named(visit):
    page = visit("/compare?scenario=teaching&b.patch=no_trust_learning&b.scenario=teaching", CHART)
    assert page.inner_text(".comity-chip").startswith("what if: no trust learning")
    assert "Trust still learns" not in page.get_attribute(".comity-chip", "title")
    assert page.get_attribute(".comity-chip", "title").startswith("What if meeting others had taught nobody")
    page.select_option("select[aria-label='What if']", label="no socialisation")
    page.wait_for_selector(".comity-chip >> text=what if: no socialisation")
    page.wait_for_url("**b.patch=no_socialisation*")
    page.click("button[aria-label='Remove no trust learning']")
    page.wait_for_function("document.querySelectorAll('.comity-chip').length === 1")


def test_two_runs_share_one_timeline_and_pairs_are_counted(visit):
    page = visit("/compare?scenario=teaching&b.scenario=teaching&b.theory=rationalist", CHART)
    page.keyboard.press("End")
    page.wait_for_function(
        "(([...all]) => all.length == 2 && all.every(caption => caption.innerText.includes('States vote')))"
        "(document.querySelectorAll('[data-test=caption]'))"
    )
    assert not page.locator("[data-test=alone]").count()
    page.wait_for_selector("text=/In the second run, “.+” is (lower|higher): .+, in [0-9]+ of 30 pairs/")
    page.wait_for_selector("[data-figure=effects] table")
    assert "30 pairs of runs" in page.inner_text("[data-figure=effects] h2")
    row = page.locator("[data-figure=effects] tr", has_text="practices copied").inner_text()
    assert "lower" in row  # nobody copies where the theory switches it off


def test_a_meeting_of_one_run_is_on_the_timeline(visit):
    page = visit("/compare?scenario=teaching&b.scenario=hld_gfmd&at=HLD2006.0", CHART)
    first, second = page.locator("[data-test=caption]").all_inner_texts()
    assert first.endswith("is not held in this run.")
    assert "opens in New York" in second
    assert page.inner_text("[data-test=where]").endswith("only in hld_gfmd")
    assert page.inner_text("[data-test=alone]") == "Marked 1: only in teaching; 2: only in hld_gfmd."


def test_an_actor_is_chosen_and_its_story_told(visit):
    page = visit("/actor?scenario=teaching", CHART)
    page.fill("input[aria-label=Actor]", "PALMERA")
    page.keyboard.press("Enter")
    page.wait_for_url("**actor=*")
    page.select_option("select[aria-label=Quantity]", "trust")
    page.wait_for_function("document.querySelector('.comity-caption-text').innerText.startsWith('The mean trust')")
    assert page.locator("[data-figure=interventions] tbody tr").count() >= 1
    page.fill("input[aria-label=Actor]", "Nowhere")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")


def test_votes_are_on_the_map_and_scores_are_read(visit, tmp_path):
    page = visit("/history?scenario=hld_gfmd", ".comity-drawing svg")
    assert (
        "probability of yes" in page.locator("[data-figure$=_probability] [data-state=DEU] title").first.text_content()
    )
    target = {"source": "socialisation", "key": "F1.a", "fact": "F1", "part": "a", "sentence": "A fact.",
              "observed": 3.0, "tolerance": 1.0, "accepted_low": None, "accepted_high": None, "median": 2.5,
              "low": 2.0, "high": 3.0, "verdict": "not reproduced", "share": 0.2, "kind": "theory"}  # fmt: skip
    total = {"source": "socialisation", "facts": 1, "reproduced": 0, "share_low": 0.0, "share_high": 0.5}
    content = {"title": "t", "rule": "r", "sentences": ["No source reproduces F1."], "totals": [total],
               "targets": [target, {**target, "source": "last value", "kind": "baseline", "verdict": "reproduced"}]}  # fmt: skip
    (tmp_path / "scorecard.json").write_text(json.dumps(content))
    page.fill("input[aria-label='folder of scores']", str(tmp_path))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-figure=scorecard]")
    row = page.locator("[data-figure=scorecard] tbody tr").first.locator("td").all_inner_texts()
    assert row[6:] == ["not reproduced", "reproduced", "F1.a"]
    assert "reproduces 0 of the 1 facts" in page.inner_text(".comity-page")
    assert "No source reproduces F1." in page.text_content(".comity-codes")
    assert page.locator("abbr", has_text="F1").first.get_attribute("title") == "A fact."
    page.fill("input[aria-label='folder of scores']", str(tmp_path / "not_there"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".comity-error")


def test_a_scenario_is_scored_in_the_page_and_the_scoring_is_ended_when_asked(visit):
    page = visit("/history?scenario=teaching&seed=3", "text=Score this scenario")
    page.fill("input[aria-label='Runs of each theory']", "4000")
    page.click("text=Score this scenario")
    page.wait_for_selector("text=/[0-9]+ of 12000 runs/", timeout=180_000)  # processes start first
    page.click("text=Stop")
    page.wait_for_selector("text=Score this scenario")
    assert not page.locator("[data-figure=scorecard]").count()
    page.fill("input[aria-label='Runs of each theory']", "2")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-figure=scorecard] table")
    assert "teaching: 2 replicates, seed 3" in page.inner_text(".comity-page")
    assert page.locator("[data-figure=totals] tbody tr").count() >= 3
    page.click("button[aria-label='+1: next seed']")
    page.wait_for_selector("text=These scores are for teaching, seed 3")
    page.fill("input[aria-label='Runs of each theory']", "100001")
    page.keyboard.press("Enter")
    page.wait_for_selector(".comity-error:has-text('--replicates must be from 1 to 100000, got 100001.')")


def test_a_sweep_is_read_and_a_point_opens_in_watch(visit, sweep_folder):
    page = open_sweep(visit, sweep_folder, CHART)
    assert "16 of 16 runs are done, at 4 points" in page.inner_text(".comity-actions")
    page.select_option("select[aria-label='First factor']", "parameters.persuasion_rate")
    page.wait_for_selector("option[value='parameters.trust_learning']:not([disabled])", state="attached")
    page.select_option("select[aria-label='Second factor']", "parameters.trust_learning")
    page.wait_for_function("/persuasion.*trust/.test(document.querySelector('[data-figure=response] h2').innerText)")
    # The dot of the last point stands lowest; its place is asked of the chart.
    spot = page.evaluate(
        """() => { const card = document.querySelector('[data-figure=means]').__vue__;
        const option = card.figure.option, last = option.series[option.series.length - 1].data[0];
        return card.chart.convertToPixel({seriesIndex: option.series.length - 1}, last.value); }"""
    )
    page.locator("[data-figure=means] .comity-plot").click(position={"x": spot[0], "y": spot[1]})
    page.wait_for_url("**/?scenario=teaching*")
    page.wait_for_selector(".comity-room")
    assert "persuasion_rate" in page.inner_text(".comity-chooser")


def test_a_sweep_is_followed_while_it_runs(visit, tmp_path):
    design = comity_lab.Design.of("teaching", {"parameters.persuasion_rate": [0.0, 0.3]}, replicates=100, seed=1)
    thread = threading.Thread(target=comity_lab.sweep, args=(design, tmp_path / "s"), kwargs={"workers": 1})
    thread.start()
    while not list((tmp_path / "s").glob("**/*")):
        time.sleep(0.02)
    page = open_sweep(visit, tmp_path / "s", ".comity-actions")
    page.evaluate("window.sameVisit = true")
    thread.join()
    page.wait_for_selector("text=200 of 200 runs are done, at 2 points.")
    page.wait_for_selector("[data-figure=means] canvas")
    assert page.evaluate("window.sameVisit")


def test_a_sweep_that_starts_after_its_page_was_opened_is_seen(visit, tmp_path):
    page = open_sweep(visit, tmp_path / "s", ".comity-error")
    comity_lab.sweep(
        comity_lab.Design.of("teaching", {"parameters.persuasion_rate": [0.0, 0.3]}, replicates=2, seed=1),
        tmp_path / "s",
        workers=1,
    )
    page.wait_for_selector("text=4 of 4 runs are done, at 2 points.", timeout=15_000)
    assert not page.locator(".comity-error").count()


@pytest.mark.parametrize(("page", "field"), [("sweep", "folder of a sweep"), ("history", "folder of scores")])
def test_the_hint_in_an_empty_field_is_not_cut_off(visit, page, field):
    opened = visit(f"/{page}?scenario=teaching", f"input[aria-label='{field}']")
    wide = """(field) => {
      const pen = document.createElement('canvas').getContext('2d');
      pen.font = getComputedStyle(field).font;
      return field.clientWidth - 14 - pen.measureText(field.placeholder).width;
    }"""
    assert opened.locator(f"input[aria-label='{field}']").evaluate(wide) > 0


def test_what_was_chosen_on_a_page_is_still_chosen_after_a_refresh(visit, sweep_folder):
    page = open_sweep(visit, sweep_folder, CHART)
    page.click(".comity-tab:text-is('History')")
    page.wait_for_selector(".comity-drawing svg")
    page.click(".comity-whatifs >> text=2008: Global Forum")
    page.wait_for_selector("[data-figure=map_GFMD2008VOTE_answer]")
    page.click(".comity-tab:text-is('Actor')")
    page.select_option("select[aria-label=Quantity]", "trust")
    page.wait_for_selector("[data-figure=total_trust]")
    page.click(".comity-tab:text-is('Sweep')")
    page.select_option("select[aria-label=Measure]", "sovereignty")
    page.select_option("select[aria-label='First factor']", "parameters.persuasion_rate")
    page.wait_for_selector("option[value='parameters.trust_learning']:not([disabled])", state="attached")
    page.select_option("select[aria-label='Second factor']", "parameters.trust_learning")
    page.wait_for_selector("[data-figure=response]:has-text('trust learning')")
    page.wait_for_url("**second=*")
    page.reload()
    page.wait_for_selector("[data-figure=response]:has-text('trust learning')")
    assert page.input_value("select[aria-label=Measure]") == "sovereignty"
    page.click(".comity-tab:text-is('Actor')")
    page.wait_for_selector("[data-figure=total_trust]")
    page.click(".comity-tab:text-is('History')")
    page.wait_for_selector("[data-figure=map_GFMD2008VOTE_answer]")


def test_a_folder_that_is_no_sweep_is_said_in_the_page(visit, tmp_path):
    page = open_sweep(visit, tmp_path, ".comity-error")
    assert str(tmp_path) in page.inner_text(".comity-error")


NAMELESS = re.compile(r"^\s*- '?(button|combobox|slider|searchbox|textbox|spinbutton|checkbox|link)\b(?! \")", re.M)


@pytest.mark.parametrize("path", ["", "change", "compare", "actor", "history", "sweep"])
def test_whatever_can_be_pressed_or_chosen_has_a_name(visit, path):
    page = visit(f"/{path}?scenario=teaching&patch=no_socialisation", "h2, .comity-chooser, .comity-levers")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert not NAMELESS.findall(page.locator("body").aria_snapshot())


def test_colours_are_chosen_and_kept(visit):
    page = visit("/history?scenario=teaching", ".comity-drawing svg")
    ground = "getComputedStyle(document.querySelector('.comity')).backgroundColor"
    assert page.evaluate(ground) == "rgb(244, 245, 247)"
    button = page.get_by_role("button", name="Colours: ")
    button.click()
    button.click()
    playwright.expect(button).to_have_accessible_name("Colours: dark")
    page.wait_for_function(f"{ground} === 'rgb(20, 22, 26)'")
    page.reload()
    page.wait_for_selector(".comity-drawing svg")
    playwright.expect(button).to_have_accessible_name("Colours: dark")
    page.wait_for_function(f"{ground} === 'rgb(20, 22, 26)'")


def test_the_scorecard_does_not_scroll_sideways_on_a_small_screen(visit, tmp_path):
    assert main(["score", "hld_gfmd", "--replicates", "2", "--out", str(tmp_path)]) == 0
    page = visit("/history?scenario=hld_gfmd", "input[aria-label='folder of scores']")
    type_folder(page, "folder of scores", tmp_path)
    page.wait_for_selector("[data-figure=scorecard] table")
    page.set_viewport_size({"width": 1024, "height": 768})
    assert page.locator("[data-figure=scorecard] table").evaluate("table => table.scrollWidth - table.clientWidth") == 0
