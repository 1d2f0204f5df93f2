"""The start page in three clicks, how it goes away, and the page of an unknown address."""

from __future__ import annotations

import re

import pytest

import comity
from comity_dashboard.pages.start import start_story
from comity_dashboard.phrases import phrases


def test_the_numbers_of_the_question_are_those_of_the_runs():
    sent, numbers = start_story()
    assert numbers == {"states": "193", "years": "15"}
    for name, patches in (("run", ()), ("other", ("no_gfmd",))):
        record = comity.run(comity.load("hld_gfmd", patches=patches), seed=0)
        last = record.trust.query("holder == 'destination' and partner == 'origin'").iloc[-1]
        assert sent.data[name][-1] == [f"{last['date']:%Y-%m-%d}", pytest.approx(last["trust"], abs=1e-4)]
    assert len(sent.data["dates"]) == len(sent.data["network"]["meetings"])


@pytest.mark.browser
def test_three_clicks_show_the_guess_beside_the_result_and_the_page_stays_gone(visit):
    words = phrases().table["start"]
    page = visit("/", ".comity-start")
    assert page.inner_text("h1") == "193 states talked for 15 years about migration. Did talking help?"
    button = {
        name: page.get_by_role("button", name=words[name], exact=True) for name in ("play", "skip", "show", "watch")
    }
    button["play"].click()
    assert "without the forum" not in page.inner_text(".comity-start")
    button["skip"].click()
    page.get_by_role("slider", name=words["guess"]).fill("0.4")
    assert not page.locator("polyline.comity-start-other").count()
    button["show"].click()
    said = page.inner_text(".comity-start [role=status]")
    ended, without = map(float, re.search(r"ended at ([0-9.]+); without it, at ([0-9]\.[0-9]+)", said).groups())
    assert ended > without
    assert f"You guessed 0.40: {without - 0.4:.2f} too low." in said
    button["watch"].click()
    page.wait_for_selector(".comity-player")
    page.goto(re.match(r"http://[^/]+/", page.url)[0])
    page.wait_for_selector(".comity-player")


@pytest.mark.browser
def test_who_opens_a_run_does_not_pass_the_start_page(visit):
    page = visit("/?scenario=teaching", ".comity-player")
    assert not page.locator(".comity-start").count()
    shown = page.locator("select[aria-label=Scenario] option[value=teaching]").inner_text()
    assert shown == f"{comity.load('teaching').title} (teaching)"
