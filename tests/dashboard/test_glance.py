"""Fifteen years at a glance: what the picture and the small charts are drawn from, and what a browser plays."""

from __future__ import annotations

import re

import numpy as np
import pytest

import comity
from comity_dashboard.figures.atlas import places_of
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.glance import charts_of, events_of, glance_of
from comity_dashboard.network import network_of
from comity_dashboard.relations import relations

PICTURE = ".comity-glance circle[data-actor]"


@pytest.fixture(scope="module")
def record():
    return comity.run("hld_gfmd", seed=0, keep="all")


def test_the_events_are_shocks_firsts_and_the_last_vote_and_only_what_was_held(record):
    events = [(event["date"], event["text"]) for event in events_of(record)]
    assert events == sorted(events)
    assert ("2006-09-14", "First UN High-level Dialogue on International Migration and Development") in events
    assert ("2007-07-09", "1st GFMD") in events
    assert not any("2nd GFMD" in text for _, text in events)
    assert ("2015-09-01", "Large movements of refugees and migrants") in events
    assert [text for day, text in events if day == "2018-12-19"] == [
        "UN General Assembly vote on the Global Compact for Migration (A/RES/73/195)"
    ]
    without = comity.run(comity.load("hld_gfmd", patches=("no_gfmd", "no_financial_crisis")), seed=0)
    assert not any("GFMD" in event["text"] and "vote" not in event["text"] for event in events_of(without))
    assert not any("Financial" in event["text"] for event in events_of(without))


def test_a_state_is_drawn_from_the_meeting_at_which_it_exists(record):
    sent, ids = glance_of(record), list(record.population.ids)
    assert sent["dates"][:2] == ["2006-01-01", "2006-07-12"]
    late = ids.index("SSD")  # South Sudan, since July 2011
    assert sent["dates"][sent["since"][late] - 1] < "2011-07-09" <= sent["dates"][sent["since"][late]]
    assert {sent["since"][ids.index(one)] for one in ("USA", "PHL")} == {0}
    assert sent["until"][late] == len(sent["dates"]) - 1
    assert sent["sizes"][ids.index("USA")] == pytest.approx(
        record.actors_by_id.set_index("id")["capacity"]["USA"], abs=1e-3
    )


def test_small_charts_have_the_values_of_the_large_ones(record):
    charts = lines_of(record)
    small = {chart["key"]: chart for chart in charts_of(charts)}
    assert list(small) == [chart.key for chart in charts]
    practices = [trace.practices for trace in record.trace.meetings]
    assert [value for _, value in small["practices"]["lines"][0]["runs"][0]] == pytest.approx(practices, abs=1e-4)
    assert practices == sorted(practices)


def test_the_first_view_of_the_network_is_of_ties_between_the_camps():
    found = relations(comity.load("hld_gfmd"), 0)
    sent = network_of(found)
    group = found.population.world.actors["group"]
    origin, destination = np.flatnonzero(group == 0), np.flatnonzero(group == 1)
    last = np.round(found.mutual[-1][np.ix_(origin, destination)] * 200)
    most = 2 * (len(origin) + len(destination))
    assert (last >= sent["threshold_across"] * 200).sum() <= most < (last >= sent["threshold_across"] * 200 - 2).sum()
    assert sent["threshold_across"] < sent["threshold"]
    assert sent["map"][sent["ids"].index("IOM")] is None


def test_states_have_places_on_the_map_and_invented_ones_have_none():
    canada, mexico, south_africa, invented = places_of(["CAN", "MEX", "ZAF", "S0001"])
    assert canada[1] < mexico[1] < south_africa[1]
    assert canada[0] < south_africa[0]
    assert invented is None


@pytest.mark.browser
def test_the_picture_moves_with_the_player_and_asks_the_server_for_nothing(visit, record):
    page = visit("/?scenario=hld_gfmd&seed=0&at=start.0", PICTURE)
    assert page.locator(PICTURE).count() == 193
    page.wait_for_function("document.querySelector('[data-test=ties]')")
    page.wait_for_timeout(1000)
    at = []
    for key in ("Home", "End"):
        page.keyboard.press(key)
        page.wait_for_timeout(1200)
        dot = page.locator(f"{PICTURE}[data-actor=USA]").get_attribute("style")
        at.append([float(number) for number in re.findall(r"(-?[\d.]+)px", dot)])
    wide, high = map(float, page.locator(".comity-glance-picture svg").get_attribute("viewBox").split()[2:])
    row = list(record.population.ids).index("USA")
    ends = [record.trace.start.actors, record.trace.meetings[-1].snapshot.actors]
    for (x, y), actors in zip(at, ends, strict=True):
        assert x == pytest.approx(54 + (wide - 54 - 14) * actors["sovereignty"][row], abs=0.5)
        assert y == pytest.approx(12 + (high - 12 - 46) * (1 - actors["cooperation"][row]), abs=0.5)
    page.keyboard.press("Home")
    page.wait_for_url("**at=start.0**")
    page.wait_for_timeout(1000)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.select_option("select[aria-label=Speed]", "20")
    page.click(".comity-transport .comity-play")
    page.wait_for_function("document.querySelector('[data-test=event]').innerText.includes('Large movements')")
    assert not asked
    assert page.locator(".comity-trail").count() == 3  # the largest state of each camp


@pytest.mark.browser
def test_a_state_is_named_by_mouse_and_keys_and_followed_and_listed(visit):
    page = visit("/?scenario=teaching&at=FORUM1.0", PICTURE)
    picture = page.locator(".comity-glance-picture")
    picture.focus()
    picture.press("ArrowDown")
    name = page.inner_text("[data-test=glance-hover] b")
    assert name in page.inner_text(".comity-glance [aria-live=polite]")
    picture.press("Enter")
    chip = page.locator(".comity-glance-picked button")
    chip.wait_for()
    assert chip.inner_text().startswith(name)
    page.locator(f"{PICTURE}[data-actor=NORTHLAND]").hover()
    assert "Northland" in page.inner_text("[data-test=glance-hover]")
    page.locator(f"{PICTURE}[data-actor=NORTHLAND]").click()
    page.wait_for_url("**actor=NORTHLAND**")
    page.locator(".comity-trail-mine").nth(1).wait_for(state="attached")
    assert page.locator(".comity-glance-picked button").count() == page.locator(".comity-trail-mine").count() == 2
    page.click(".comity-glance summary")
    assert page.locator(".comity-glance tbody tr").count() == 8
    page.get_by_role("button", name="Play all in").click()
    page.get_by_role("button", name="Pause").first.wait_for()
    page.wait_for_function("document.querySelector('[data-test=caption]').innerText.includes('vote')")


@pytest.mark.browser
def test_a_small_chart_opens_the_large_one_and_a_cut_scale_says_so(visit):
    page = visit("/?scenario=teaching&seed=0", ".comity-strip button")
    assert not page.locator(".comity-figure").count()
    said = "document.querySelector('[data-figure={}]').__vue__.chart.getOption()"
    for key, cut in (("trust", True), ("silence", False)):
        page.click(f"[data-small={key}]")
        page.wait_for_selector(f"[data-figure={key}] canvas")
        page.wait_for_url(f"**charts={key}**")
        assert page.locator(".comity-figure").count() == 1
        option = page.evaluate(said.format(key))
        assert ("scale from 0." in option["yAxis"][0]["name"]) == cut
        signs = [item for item in option["graphic"][0]["elements"] if item["id"] == "cut-yAxis"]
        assert [bool(item["invisible"]) for item in signs] == [not cut]
    page.click("text=All charts")
    page.wait_for_selector("[data-figure=preferences]")
    page.click("text=Hide the charts")
    page.wait_for_selector(".comity-figure", state="detached")


@pytest.mark.browser
def test_ties_are_drawn_on_the_map_as_many_as_one_can_read(visit):
    page = visit("/?scenario=hld_gfmd&seed=0&at=UNGA2018.0", ".comity-network circle")
    net = page.locator(".comity-network")
    assert "between an origin and a destination state" in net.locator("[data-test=ties]").inner_text()
    net.get_by_role("button", name="on the map").click()
    net.locator(".comity-land").wait_for()
    curves = "[...document.querySelectorAll('.comity-network .comity-tie')].map((one) => (one.getAttribute('d') || '').split('Q').length - 1)"
    assert sum(page.evaluate(curves)) == 80
    assert "shows 80 of these" in net.locator("[data-test=limit]").inner_text()
    net.get_by_role("button", name="only between the camps").click()
    net.locator("select").select_option(label="Philippines")
    net.get_by_text("Philippines has").wait_for()
    own = int(re.search(r"has (\d+) ties", net.locator("[data-test=ties]").inner_text())[1])
    assert 0 < sum(page.evaluate(curves)) <= own
    invented = visit("/?scenario=synthetic&seed=0", ".comity-network circle")
    assert not invented.get_by_role("button", name="on the map").count()


@pytest.mark.browser
def test_the_saved_file_opens_and_has_the_run(visit, browser, tmp_path):
    page = visit("/?scenario=teaching&seed=5", PICTURE)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Save as one file (HTML)").click()
        assert page.inner_text(".comity-save:disabled") == "Preparing the file …"
    page.wait_for_selector(".comity-save:enabled")
    assert waited.value.suggested_filename == "comity_teaching_seed_5.html"
    waited.value.save_as(tmp_path / "run.html")
    context = browser.new_context(offline=True)
    saved = context.new_page()
    saved.goto((tmp_path / "run.html").as_uri())
    saved.wait_for_selector("#glance circle[data-actor]")
    assert "seed 5" in saved.inner_text("header")
    saved.evaluate("() => { const time = document.querySelector('#time'); time.value = time.max; time.oninput(); }")
    page.keyboard.press("End")
    assert saved.inner_text("#caption b") == page.inner_text("[data-test=caption]")
    assert saved.inner_text("#means") == page.inner_text("[data-test=glance]")
    context.close()
