"""Guess before a change is shown, replay the last change, hide what has not been played; what-ifs as questions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import comity
from comity.scenario.locate import shipped_patches
from comity.scenario.parameters import parameter_table
from comity_dashboard.figures.watch import trust
from comity_dashboard.guesses import Guesses, changes_of, guessable, votes_of
from comity_dashboard.levers import FIRST
from comity_dashboard.phrases import phrases
from comity_dashboard.setup import Setup
from comity_dashboard.weights import MOST, read_study, study
from comity_lab import load_design
from comity_lab.shipped import find_design


def test_every_shipped_what_if_has_its_texts_and_no_other_has():
    texts = phrases().table["whatifs"]
    assert set(texts) == set(shipped_patches())
    assert set(FIRST) < set(texts)
    for name, item in texts.items():
        assert set(item) == {"label", "question", "claim", "look"}, name
        assert re.fullmatch(r"What if [^?]+\?", item["question"]), name
        assert "“" in item["claim"], f"{name}: the claim names no section"


def test_the_order_of_sliders_is_the_mean_share_of_the_largest_effect(tmp_path):
    file = tmp_path / "weights.csv"
    rows = ["a,x,4,1", "a,y,2,1", "a,z,0,1", "b,x,0,1", "b,y,9,1", "b,z,10,1"]
    file.write_text("\n".join(["# runs: 12", "measure,factor,mu_star,mu_star_half_width", *rows]), encoding="utf-8")
    found = read_study(file)
    assert found.weights == pytest.approx({"y": (0.5 + 0.9) / 2, "x": 0.5, "z": 0.5})
    assert next(iter(found.weights)) == "y"
    assert found.about == {"runs": "12"}


def test_the_study_of_the_sliders_is_that_of_its_design():
    design = load_design(find_design(Path("sliders")))
    names = [factor.name.removeprefix("parameters.") for factor in design.factors]
    assert sorted(names) == sorted(study().weights)
    assert set(names) <= {row["name"] for row in parameter_table()}
    runs = design.trajectories * (len(names) + 1) * design.replicates
    assert (study().about["runs"], study().about["seed"]) == (str(runs), str(design.seed))
    values = comity.load("hld_gfmd").parameters
    for factor in design.factors:
        value = getattr(values, factor.name.removeprefix("parameters."))
        assert factor.low == pytest.approx(min(value / 2, value * 1.5), rel=1e-3)
    assert len(study().first) == MOST


def test_a_change_waits_for_a_guess_until_the_run_is_another():
    setup = Setup(scenario="teaching")
    changed = setup.toggled("no_trust_learning").setting("parameters.turnover", "0.4")
    asked = Guesses(on=True).asking(setup, changed)
    assert asked.waiting_in(setup.following("PALMERA")) == changed
    assert asked.waiting_in(setup.with_seed("1")) is None
    assert asked.asking(setup, setup).waiting_in(setup) is None
    question, value = changes_of(setup, changed, phrases())
    assert question == "What if meeting others had taught nobody whom to trust?"
    assert value == "turnover from the scenario’s value to 0.4."
    assert changes_of(changed, changed.toggled("no_trust_learning"), phrases()) == [f"Without: {question}"]


def test_what_can_be_guessed_is_what_the_record_holds():
    record = comity.run("hld_gfmd", seed=0, keep="meetings")
    found = guessable({"trust": trust(record)}, votes_of(record))
    line = next(one for one in found["lines"] if one["title"].endswith("destination in origin states"))
    last = record.trust.query("holder == 'destination' and partner == 'origin'").iloc[-1]
    assert line["points"][-1] == [f"{last['date']:%Y-%m-%d}", pytest.approx(last["trust"], abs=1e-4)]
    votes = {vote["id"]: vote for vote in found["votes"]}
    expected = record.votes.query("vote == 'IMD2012'")["p_yes"]
    assert votes["IMD2012"]["yes"] == pytest.approx(expected.sum())
    assert (votes["IMD2012"]["states"], votes["IMD2012"]["recorded"]) == (len(expected), 129)
    assert votes["GCM2018"]["recorded"] is None


@pytest.mark.browser
def test_a_guess_is_seen_beside_the_run_and_the_record(visit):
    words = phrases().table["guess"]
    page = visit("/change?scenario=hld_gfmd", ".comity-figure canvas")
    page.check(f"text={words['switch']}")
    page.click("text=What if there had been no Global Forum")
    page.wait_for_selector("[data-stage=ask]")
    assert "patch" not in page.url
    assert "What if there had been no Global Forum" in page.inner_text("[data-stage=ask]")
    page.select_option(".comity-guess select >> nth=0", label="Trust between groups: destination in origin states")
    page.select_option(".comity-guess select >> nth=1", value="IMD2012")
    end = page.get_by_role("slider", name=words["end"])
    end.focus()
    page.keyboard.press("Home")
    lowest = float(end.get_attribute("min"))
    page.get_by_role("spinbutton", name=words["yes_number"]).fill("129")
    page.keyboard.press("Tab")
    page.click(f"text={words['show']}")
    page.wait_for_selector("[data-stage=told]")
    page.wait_for_url("**patch=no_gfmd*")
    runs = [
        comity.run(comity.load("hld_gfmd", patches=patches), seed=0, keep="meetings") for patches in ([], ["no_gfmd"])
    ]
    before, after = (
        run.trust.query("holder == 'destination' and partner == 'origin'")["trust"].iloc[-1] for run in runs
    )
    said = page.inner_text("[data-test=line]")
    assert said.startswith(f"You guessed {lowest:.2f}. After the change the line ends at {after:.2f}, before it at")
    assert f"at {before:.2f}. Your guess is {after - lowest:.2f} too low." in said
    expected = [run.votes.query("vote == 'IMD2012'")["p_yes"].sum() for run in runs]
    said = page.inner_text("[data-test=vote]")
    assert f"expects {expected[1]:.1f}, the run before it {expected[0]:.1f}." in said
    assert said.endswith("Recorded were 129.")
    page.reload()
    page.wait_for_selector(".comity-guess input:checked")


@pytest.mark.browser
def test_the_last_change_is_replayed_from_the_run_before_it(visit):
    page = visit("/change?scenario=teaching", ".comity-figure canvas")
    shown = "document.querySelector('[data-figure=cooperation]').__vue__.chart.getOption().series[0].data.at(-1)[1]"
    replay = page.get_by_role("button", name=phrases().say("replay.button"))
    assert replay.is_disabled()
    page.fill("input[aria-label='Find a parameter']", "mimicry")
    page.locator("#p-mimicry_rate").focus()
    start = page.evaluate(shown)
    for key in ("End", "Home", "End"):  # one slider moved on is one change
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.wait_for_function(f"{shown} !== {start}")
    end = page.evaluate(shown)
    replay.click()
    page.wait_for_function(f"{shown} === {start}")
    page.wait_for_selector(f".comity-replay >> text={phrases().say('replay.after')}")
    page.wait_for_function(f"{shown} === {end}")


@pytest.mark.browser
def test_what_has_not_been_played_is_hidden_until_the_visitor_shows_it_again(visit):
    page = visit("/?scenario=teaching&charts=trust", "[data-figure=trust]")
    page.locator("[data-figure=trust]").scroll_into_view_if_needed()
    label = phrases().say("future.hide")
    veil = page.locator("[data-figure=trust] [data-test=veil]")
    look = "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).pointerEvents]"
    assert veil.evaluate(look)[1] == "none"
    page.check(f"text={label}")
    paper = page.locator("[data-figure=trust]").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert veil.evaluate(look) == [paper, "auto"]
    page.reload()
    page.wait_for_selector(".comity-future input:checked")
    page.locator("[data-figure=trust]").scroll_into_view_if_needed()
    page.locator(".comity-veil-whole").first.wait_for()
    page.uncheck(f"text={label}")
    assert not page.locator(".comity-veil-whole").count()
