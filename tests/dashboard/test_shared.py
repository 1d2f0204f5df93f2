"""What visitors share: made once, kept up to a bound, never changed by one of them, and sent to a browser once."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.error
import urllib.request

import numpy as np
import pandas as pd
import pytest

from comity_dashboard.drawn import drawn
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.watch import trust
from comity_dashboard.packed import LARGE, pack
from comity_dashboard.pages.change import shown_of
from comity_dashboard.pages.watch import watched_of
from comity_dashboard.runs import run_once, scenario_of, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.shared import Shared

CHART = ".comity-figure canvas"
PICTURE = ".comity-glance circle"
LONG = {"numbers": list(range(LARGE))}


def test_visitors_of_one_scenario_and_seed_get_the_same_objects():
    one, two = Setup(scenario="teaching", seed="3"), Setup(scenario="teaching", seed="3", actor="PALMERA")
    assert watched_of(one) is watched_of(two)
    assert story_of(one).record is story_of(two).record
    assert shown_of(one) is shown_of(two)
    assert watched_of(one) is not watched_of(one.with_seed("4"))
    assert watched_of(one) is not watched_of(one.under("rationalist"))
    assert watched_of(one) is not watched_of(one.setting("parameters.persuasion_rate", "0.9"))


def test_no_visitor_can_write_to_what_is_shared():
    setup = Setup(scenario="teaching", seed="3")
    record = story_of(setup).record
    with pytest.raises(ValueError, match="read-only"):
        record.trace.meetings[0].present[0] = True
    with pytest.raises(ValueError, match="read-only"):
        record.trace.meetings[0].snapshot.actors["cooperation"][0] = 0.5
    table = shown_of(setup).lines["trust"].table
    for column in ("meeting", table.columns[-1]):
        with pytest.raises(ValueError, match="read-only"):
            table.loc[0, column] = table.loc[1, column]
    assert table.equals(trust(record).table)


def test_a_table_of_a_shared_record_is_copied_when_it_is_written_to():
    record = story_of(Setup(scenario="teaching", seed="3")).record
    before, mine = record.meetings.copy(), record.meetings
    mine["states"] = 0
    mine["note"] = "mine"
    assert record.meetings.equals(before)


def test_later_runs_can_write_to_the_arrays_that_they_share_with_a_closed_record():
    setup = Setup(scenario="teaching", seed="3")
    record, again = story_of(setup).record, run_once(scenario_of(setup), 3, "all")
    assert again.meetings.equals(record.meetings)
    assert all(trace.present.flags.writeable for trace in again.trace.meetings)


def test_the_least_recently_used_value_is_forgotten_first():
    shared = Shared(most_bytes=2500)
    made: list[str] = []

    def ask(key: str) -> np.ndarray:
        return shared.get(key, lambda: made.append(key) or np.zeros(1000, np.uint8))

    for key in "ABA":
        ask(key)
    assert made == ["A", "B"]
    assert 2000 < shared.n_bytes < 2500
    ask("C")  # B was used longest ago
    assert shared.n_bytes < 2500
    ask("A")
    assert made == ["A", "B", "C"]
    ask("B")
    assert made == ["A", "B", "C", "B"]


def test_a_value_above_the_bound_is_kept_until_the_next():
    shared = Shared(most_bytes=10)
    large = shared.get("A", lambda: np.zeros(1000))
    assert shared.get("A", lambda: np.ones(1)) is large
    shared.get("B", lambda: np.zeros(1))
    assert shared.get("A", lambda: np.ones(1)) is not large


def test_the_size_counts_memory_behind_views():
    shared = Shared(most_bytes=10**9)
    shared.get("A", lambda: [np.frombuffer(bytearray(50_000), np.uint8)[:10]])
    assert shared.n_bytes > 50_000
    shared.get("B", lambda: pd.DataFrame({"x": np.zeros(10_000)}))
    assert 130_000 < shared.n_bytes < 150_000


def test_what_many_ask_for_at_once_is_made_once():
    shared, began, go_on = Shared(most_bytes=10**6), threading.Event(), threading.Event()
    made, found = [], []

    def make() -> list[int]:
        began.set()
        assert go_on.wait(20)
        made.append(1)
        return [1]

    asking = [threading.Thread(target=lambda: found.append(shared.get("A", make))) for _ in range(8)]
    for thread in asking:
        thread.start()
    assert began.wait(20)
    assert shared.get("B", lambda: 2) == 2  # other values do not wait
    go_on.set()
    for thread in asking:
        thread.join(20)
    assert made == [1]
    assert len(found) == 8
    assert all(one is found[0] for one in found)


def test_an_error_is_not_kept():
    shared = Shared(most_bytes=10**6)

    def fail() -> int:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            shared.get("A", fail)
    assert shared.get("A", lambda: 1) == 1


def test_equal_data_are_one_object_and_each_reader_gets_a_copy():
    one, two = pack({"a": [1, np.float64(0.5)]}), pack({"a": [1, 0.5]})
    assert one is two
    assert one is not pack({"a": [1, 0.25]})
    one.data["a"].append(3)
    assert one.data == one.sent() == {"a": [1, 0.5]}


def test_large_data_are_sent_as_their_digest_and_fetched():
    packed = pack(LONG)
    assert packed.sent() == {"packed": packed.digest}
    assert json.loads(gzip.decompress(packed.answer().body)) == packed.data == LONG


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_a_browser_cannot_read_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        pack([value])


def test_a_chart_of_two_runs_is_sent_in_two_parts():
    setup = Setup(scenario="teaching", seed="3")
    before = shown_of(setup).lines["trust"]
    figures = [
        shown_of(setup.setting("parameters.trust_learning", value)).lines["trust"].over(before, "changed", "unchanged")
        for value in ("0.5", "3")
    ]
    parts = [drawn(figure) for figure in figures]
    for figure, part in zip(figures, parts, strict=True):
        assert part.props.data["option"]["series"] + part.behind.data == figure.option["series"]
    assert parts[0].behind is parts[1].behind
    assert parts[0].props is not parts[1].props
    assert drawn(Figure(key="a", title="A", unit="", how="")).behind.data == []


def test_data_are_fetched_from_behind_the_guard(served):
    address = f"{served.origin}/comity/packed/{pack(LONG).digest}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address)
    assert refused.value.code == 403


def test_a_page_that_is_opened_again_fetches_nothing_and_visitors_stay_apart(visit):
    fetched: list[str] = []
    page, other = visit("/?seed=0", PICTURE), visit("/?actor=PHL", PICTURE)
    page.wait_for_selector("[data-actor=PHL]")
    page.on("request", lambda request: fetched.append(request.url))
    assert page.evaluate("window.comity.packed.size") >= 2
    page.click(".comity-tab:text-is('Change')")
    page.wait_for_selector(f".comity-change {CHART}")
    page.click(".comity-tab:text-is('Watch')")
    page.wait_for_selector(PICTURE)
    page.wait_for_selector("[data-actor=PHL]")
    assert not [url for url in fetched if "/packed/" in url]
    assert not page.locator(".comity-found").count()
    other.wait_for_selector(".comity-found")
    page.keyboard.press("End")
    page.click(".comity-tab:text-is('Change')")
    assert other.evaluate("window.comity.now.run.index") == -1
    assert "actor=PHL" in other.url
    assert "actor=" not in page.url
