"""Who trusts, talked with and copied whom: sums against the record, the layout, and what a browser draws."""

from __future__ import annotations

import base64

import numpy as np
import pandas as pd
import pytest

import comity
from comity.rules.act import Act
from comity.scenario.subject import MIGRATION
from comity_dashboard.figures import ego
from comity_dashboard.layout import HEIGHT, WIDTH, lay_out
from comity_dashboard.network import SCALE, network_of, talks_by_moment
from comity_dashboard.phrases import phrases
from comity_dashboard.relations import relations
from comity_dashboard.story import Story

PICTURE = ".comity-glance circle"


@pytest.fixture(scope="module")
def run():
    scenario = comity.load("hld_gfmd")
    return comity.run(scenario, seed=3, keep="trust"), relations(scenario, 3)


def test_pairs_sum_to_the_counts_of_the_record(run):
    record, found = run
    assert found.meetings == ("start", *(trace.id for trace in record.trace.meetings))
    talked = 0
    for m, trace in enumerate(record.trace.meetings):
        counts = {"contacts": np.zeros(len(record.population.ids)), "agreements": np.zeros(len(record.population.ids))}
        for (meeting, sitting), pairs in found.talks.items():
            for i, j, agreed in pairs if meeting == m else ():
                assert trace.tables[sitting][[i, j]].tolist() == [0, 0]
                counts["contacts"][[i, j]] += 1
                counts["agreements"][[i, j]] += agreed
                talked += 1
        for name, values in counts.items():
            assert values.tolist() == trace.experience[name].tolist()
    assert talked > 100
    copies = record.actors.groupby("actor", sort=False)["practices"].last()
    assert found.copied.sum(axis=1) == pytest.approx(copies.to_numpy())
    assert not found.copied.diagonal().any()
    assert np.array_equal(found.trust[-1], record.trust_matrix(found.meetings[-1]).to_numpy())


def test_only_who_cooperated_was_copied_and_sponsors_sat_at_one_table(run):
    record, found = run
    ever = np.zeros(len(record.population.ids), dtype=bool)
    for trace in record.trace.meetings:
        ever |= (trace.acts == Act.COOPERATION).any(axis=0)
    assert not found.copied[:, ~ever].any()
    assert found.copied[:, ever].sum() > 0
    assert (found.sponsored == found.sponsored.T).all()
    assert not found.sponsored[~ever].any()


def test_an_actor_stands_at_one_place_whatever_the_luck_and_no_two_at_the_same():
    scenario = comity.load("hld_gfmd")
    first = lay_out(comity.run(scenario, seed=0).population)
    assert first == lay_out(comity.run(scenario, seed=9, keep="meetings").population)
    assert 0 < min(first.x) <= max(first.x) < WIDTH
    assert 0 < min(first.y) <= max(first.y) < HEIGHT
    points = np.array([first.x, first.y]).T
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + 1000 * np.eye(len(points))
    assert far.min() > 12  # two radii
    group = comity.run(scenario, seed=0).population.world.actors["group"]
    assert points[group == 0, 0].max() < points[group == 1, 0].min()  # origin left, destination right


def test_what_the_browser_is_sent_is_the_lower_trust_of_both(run):
    _, found = run
    sent = network_of(found)
    first, second = np.triu_indices(len(sent["ids"]), 1)
    raw = np.frombuffer(base64.b64decode(sent["ties"]), dtype=np.uint8).reshape(len(sent["meetings"]), -1)
    steps = np.cumsum(raw, axis=0, dtype=np.uint8)  # modulo 256
    expected = np.minimum(found.trust, found.trust.transpose(0, 2, 1))[:, first, second]
    assert np.abs(steps / SCALE - expected).max() <= 0.5 / SCALE + 1e-6
    assert (steps[-1] >= sent["threshold"] * SCALE).sum() <= 2 * len(sent["ids"])
    assert (steps[-1] >= (sent["threshold"] - 0.01) * SCALE).sum() > 2 * len(sent["ids"])


def test_the_moments_of_a_corridor_carry_its_pairs(run):
    record, found = run
    moments = Story(record).moments
    sent = talks_by_moment(found, moments)
    assert sum(map(len, sent)) == sum(map(len, found.talks.values()))
    place = moments.index(list(next(key for key, pairs in found.talks.items() if pairs)))
    assert sent[place]


def test_the_picture_of_one_actor_and_the_means_of_its_group():
    before = pd.Series({"B": 0.2, "C": 0.4})
    after = pd.Series({"B": 0.5, "C": 0.4})
    names, groups = {"A": "A<b>", "B": "B", "C": "C"}, dict.fromkeys("ABC", "origin")
    figure = ego.closest("A", before, after, names, groups, "M", MIGRATION)
    assert "mutual trust 0.50, +0.30" in figure.svg
    assert "<b>" not in figure.svg
    values = pd.Series({"A": 0.2, "B": 0.4, "C": 0.6})
    table = ego.in_group("A", "origin", {"trust": (values, values * 1.5)}, MIGRATION)
    assert table.rows == [["trust", "0.200", "0.300", "0.400", "0.600", "3 of 3"]]
    swap = ego.exchange(
        pd.Series({"B": 1.26, "C": 0.01}), pd.Series({"B": 0.0, "C": 0.0}), pd.Series({"B": 2, "C": 0}), names
    )
    assert swap.rows == [["B", "1.3", "", "", "B", "2"]]


def test_the_phrases_of_the_network_name_what_they_fill_in():
    table = phrases().table["network"]
    filled = phrases().say("network.own", name="A", total=3, least=0.8, kept=1, grown=2, lost=0)
    assert filled == "A has 3 ties of at least 0.80: 1 as at the start, 2 grown since; 0 have fallen below."
    assert set(table) >= {"title", "how", "all", "own", "open"}


@pytest.mark.browser
def test_the_network_follows_the_time_the_threshold_and_the_chosen_actor(visit):
    page = visit("/?scenario=hld_gfmd&at=start.0", PICTURE)
    net = page.locator(".comity-network")
    net.locator("circle[data-actor]").first.wait_for()
    assert net.locator("circle[data-actor]").count() == 266
    place = net.locator("circle[data-actor=MAR]").get_attribute("cx")
    said = net.locator("[data-test=ties]")
    start = said.inner_text()
    assert " 0 grown since" in start
    page.keyboard.press("End")
    page.wait_for_function(f"document.querySelector('[data-test=ties]').innerText !== {start!r}")
    assert net.locator("circle[data-actor=MAR]").get_attribute("cx") == place
    times = page.evaluate(
        """async () => { const one = document.querySelector('.comity-network').__vue__, times = [];
        for (const least of [0.7, 0.65, 0.6, 0.75, 0.81]) {
          const start = performance.now();
          one.least = least;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          times.push(performance.now() - start);
        }
        return times; }"""
    )
    assert sorted(times)[2] < 300
    net.locator("circle[data-actor=MAR]").dispatch_event("click")
    net.get_by_text("Morocco has").wait_for()
    net.get_by_role("button", name="Open the page of Morocco").click()
    page.locator("[data-figure=closest] svg circle").first.wait_for()
    page.wait_for_url("**/actor?**actor=MAR**")


@pytest.mark.browser
def test_pairs_that_talk_are_joined_in_the_room_and_a_second_click_opens_the_actor(visit):
    page = visit("/?scenario=hld_gfmd&seed=0&at=GFMD2010.0", PICTURE)
    page.click(".comity-phases >> text=corridor")
    page.get_by_text("20 pairs talk, with 2 bilateral agreements").wait_for()
    lines = [page.locator(f".comity-talk[data-agreed='{agreed}']").get_attribute("d").count("M") for agreed in (0, 1)]
    assert lines == [18, 2]
    seat = page.locator(".comity-dot[data-act=k]").first
    actor = seat.get_attribute("data-actor")
    seat.dispatch_event("click")
    page.locator(".comity-open").wait_for()
    seat.dispatch_event("click")
    page.wait_for_url(f"**/actor?**actor={actor}**")
