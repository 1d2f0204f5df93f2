"""How fast the dashboard is: first paint, slider to redrawn charts, played meetings, and many visitors at once.

    python experiments/benchmarks/dashboard.py                     all of it, about five minutes
    python experiments/benchmarks/dashboard.py --sessions 5 --seconds 20

Each of the many visitors has a browser session and a seed of its own, and goes to and fro: it presses play on Watch and
looks on for fifty seconds, then moves a slider on Change six times, with eight seconds to look at what came of it. A
visitor where nothing moves, a slider that is not answered within twenty seconds, and whatever a page complains of are
errors. All browsers draw on this machine too, without a graphics card: with many visitors they, and not the server,
may be what is slow, and the share of the processor that the server had is printed to tell. So the many browsers let the
server go first, as if they were on machines of their own, play at half a meeting a second, and ask for reduced motion:
without a graphics card, dots that glide to their tables cost more than all charts. None of their pages is held back as
a hidden window would be: playwright starts Chromium with the switches that forbid it. What must stay small is the work
of a page while it waits: a visit takes about seven seconds of a processor in a hundred, so that twenty visitors have
little to spare on two processors, and half of them come back to Watch at the same time. Needs the extras dashboard and
dev (playwright) and Chromium, Chrome or Edge (COMITY_BROWSER names another than the first found). When the machine is
busy the times say little.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

import psutil
from comity_bench.browser import NoBrowser, launch
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--disable-background-timer-throttling",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
CHART = ".comity-figure canvas"
_VISITOR = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}

# Move a slider n times; each time wait until the server has answered and every chart in view has been drawn anew. A
# chart whose numbers stay the same is not sent again: all have come when the server is at rest, no chart waits to be
# drawn, and none has been drawn, at five looks in a row. The time is that of the last drawing; where there was none
# there was no answer. A slider that is put where it stands has nothing to redraw: it is always put elsewhere.
SLIDE = """async ([n, pause]) => {
  const took = [], slider = document.querySelector('#p-persuasion_rate');
  const part = (element) => element.__vue__, levers = part(document.querySelector('.comity-levers'));
  const server = part(document.querySelector('.v-application')).$root;
  const drawn = () => (performance.getEntriesByName('comity-drawn')[0] || {}).startTime;
  for (let i = 0; i < n; i++) {
    const charts = [...document.querySelectorAll('.comity-figure')].map(part).filter((one) => one.seen && one.chart);
    const stood = slider.value, start = performance.now();
    performance.clearMarks('comity-drawn');
    while (slider.value === stood) slider.value = 0.01 + 0.97 * Math.random();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    let last, rest = 0;
    while (rest < 5 && performance.now() - start < 20000) {
      await new Promise((go) => setTimeout(go, 20));
      const waits = levers.busy || server.kernelBusy || charts.some((one) => one.stale) || last !== drawn();
      rest = waits ? 0 : rest + 1;
      last = drawn();
    }
    took.push(performance.now() - start < 20000 && drawn() ? drawn() - start : NaN);
    await new Promise((go) => setTimeout(go, pause));
  }
  return took;
}"""

# Play at a pace that nothing can keep, and count the meetings whose charts were painted.
PLAY = """async (seconds) => {
  let meetings = 0, last = '';
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true }));
    await new Promise((go) => requestAnimationFrame(() => setTimeout(go, 0)));
    const now = window.comity.now.run.at;
    if (now === last) document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
    else meetings += 1;
    last = now;
  }
  return meetings / seconds;
}"""

# While a run plays: count the meetings that were painted, and the seconds, up to its last meeting.
LOOK_ON = """async (seconds) => {
  const start = performance.now();
  let last = window.comity.now.run.meeting, meetings = 0, end = start;
  while (performance.now() < start + 1000 * seconds && document.querySelector("button[aria-label=Pause]")) {
    await new Promise((go) => setTimeout(go, 100));
    if (window.comity.now.run.meeting === last) continue;
    last = window.comity.now.run.meeting;
    meetings += 1;
    end = performance.now();
  }
  return [meetings, (end - start) / 1000];
}"""


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def quantile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


class Server:
    """The server that ``comity dashboard`` starts, and its memory."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comity.cli", "dashboard"], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        found = re.search(r"(http://\S+/)\?(token=\S+)", self.process.stdout.readline())
        assert found, "the command prints its address"
        self.address, self.token = found[1], found[2]
        self.answered = time.perf_counter() - self.start

    def memory(self) -> float:
        """Return the resident memory of the server in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)

    def worked(self) -> float:
        """Return the seconds of one processor that the server has had."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(15)


def first_paint(browser: Browser, server: Server) -> Page:
    """Print the time from the command to the first page with charts, and of the next visit."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{server.address}?{server.token}")
    page.wait_for_selector(CHART, timeout=120_000)
    say(f"command to address printed      {server.answered:6.2f} s")
    say(f"command to first charts         {time.perf_counter() - server.start:6.2f} s")
    start = time.perf_counter()
    page.goto(server.address)
    page.wait_for_selector(CHART, timeout=60_000)
    say(f"next visit to first charts      {time.perf_counter() - start:6.2f} s")
    return page


def one_visitor(page: Page, address: str) -> None:
    """Print how many meetings are played a second, and how long a slider takes."""
    page.keyboard.press("Home")
    say(f"played meetings a second        {page.evaluate(PLAY, 5):6.1f}")
    page.goto(f"{address}change")
    page.wait_for_selector(CHART)
    page.fill("input[aria-label='Find a parameter']", "persuasion")
    page.evaluate(SLIDE, [5, 50])
    took: list[float] = page.evaluate(SLIDE, [40, 50])
    say(f"slider to redrawn charts, n=40  {statistics.median(took):6.0f} ms median, {quantile(took, 0.95):.0f} ms p95")


class Visitors:
    """Visitors who are there at once, and what became of them.

    Attributes
    ----------
    wrong
        What went wrong, in words.
    took
        Times from a slider to its redrawn charts in ms; nan where no answer came.
    opened
        Times from the tab Watch to its first chart in ms.
    played
        Meetings that were shown while a run played, and the seconds that took.
    began
        When all were in, by the monotonic clock.
    """

    def __init__(self, server: Server, browser: str, sessions: int, seconds: float) -> None:
        self.address, self.token, self.browser = server.address, server.token, browser
        self.sessions, self.seconds = sessions, seconds
        self.wrong: list[str] = []
        self.took: list[float] = []
        self.opened: list[float] = []
        self.played: list[tuple[int, float]] = []
        self.began = 0.0

    async def come(self) -> None:
        """Let all come in one after the other, and then all do what visitors do until the time is over."""
        async with async_playwright() as p:
            # A browser for every five: the browser is not what is measured, and one for all would be the bottleneck.
            browsers = [
                await p.chromium.launch(executable_path=self.browser, args=FLAGS) for _ in range(-(-self.sessions // 5))
            ]
            pages = [await self._enter(browsers[number // 5], number) for number in range(self.sessions)]
            self.began = time.monotonic()
            end = self.began + self.seconds
            await asyncio.gather(*(self._visit(number, page, end) for number, page in enumerate(pages)))
            for browser in browsers:
                await browser.close()

    async def _enter(self, browser: Any, number: int) -> Any:
        page = await (await browser.new_context(**_VISITOR)).new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.wrong.append(f"visitor {number}: {error}"))
        await page.goto(f"{self.address}?seed={number}&{self.token}")
        await page.wait_for_selector(CHART)
        return page

    async def _visit(self, number: int, page: Any, end: float) -> None:
        try:
            # Not all do the same at the same time: half of them begin on Change.
            if not number % 2:
                await self._play(page)
            while time.monotonic() < end:
                await self._change(page)
                start = time.perf_counter()
                await page.click(".comity-tab:text-is('Watch')")
                await page.wait_for_selector(f".comity-stage {CHART}")
                self.opened.append(1000 * (time.perf_counter() - start))
                await self._play(page)
                if await page.locator(".comity-error").count():
                    self.wrong.append(f"visitor {number}: {await page.inner_text('.comity-error')}")
        except Exception as error:  # what goes wrong in a visit is a result here
            self.wrong.append(f"visitor {number}: {type(error).__name__}: {error}")

    async def _play(self, page: Any) -> None:
        await page.keyboard.press("Home")
        await page.select_option("select[aria-label='One step is']", "meeting")
        await page.select_option("select[aria-label=Speed]", "0.5")
        before = await page.inner_text("[data-test=where]")
        await page.click("button[aria-label=Play]")
        self.played.append(tuple(await page.evaluate(LOOK_ON, 50)))
        if await page.inner_text("[data-test=where]") == before:
            self.wrong.append("play was pressed, and nothing moved")

    async def _change(self, page: Any) -> None:
        await page.click(".comity-tab:text-is('Change')")
        await page.wait_for_selector(f".comity-change {CHART}")
        await page.fill("input[aria-label='Find a parameter']", "persuasion")
        self.took += [float("nan") if value is None else value for value in await page.evaluate(SLIDE, [6, 8000])]


def many_visitors(server: Server, browser: str, sessions: int, seconds: float) -> int:
    """Let visitors play and change at once, each in a session of its own; return the number of errors."""
    before = server.memory()
    visitors = Visitors(server, browser, sessions, seconds)
    if hasattr(os, "nice"):
        os.nice(10)  # the server is there already, the browsers are not
    visit = threading.Thread(target=lambda: asyncio.run(visitors.come()))
    visit.start()
    peak, worked, began = before, 0.0, time.monotonic()
    while visit.is_alive():
        peak = max(peak, server.memory())
        if not visitors.began:  # they are still coming in
            worked, began = server.worked(), time.monotonic()
        time.sleep(1)
    share = (server.worked() - worked) / (time.monotonic() - began)
    known, wrong = [value for value in visitors.took if value == value], visitors.wrong
    lost = len(visitors.took) - len(known)
    meetings, spent = sum(n for n, _ in visitors.played), sum(s for _, s in visitors.played)
    say(f"{sessions} visitors, {seconds:.0f} s: {len(visitors.took)} slides, {len(visitors.played)} times play pressed")
    say(f"  errors, slides without answer {len(wrong):6d}, {lost}")
    if known:
        high = quantile(known, 0.95)
        say(f"  slider to redrawn charts      {statistics.median(known):6.0f} ms median, {high:.0f} ms p95")
    if visitors.opened:
        late = quantile(visitors.opened, 0.95)
        say(f"  back on Watch to first chart  {statistics.median(visitors.opened):6.0f} ms median, {late:.0f} ms p95")
    if spent:
        say(f"  played meetings a second      {meetings / spent:6.2f} each, at a pace of 0.5; {meetings} in all")
    say(f"  the server had                {share:6.2f} of a processor")
    say(f"  memory of the server          {before:6.0f} MB before, {peak:.0f} MB at most")
    say(f"  memory for each visitor       {(peak - before) / sessions:6.1f} MB")
    for text in dict.fromkeys(wrong):
        say(f"  error: {text[:300]}")
    return len(wrong) + lost


def main() -> int:
    """Measure, print, and return 1 where a visitor met an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    server = Server()
    try:
        with sync_playwright() as p:
            browser, path = launch(p, FLAGS)
            one_visitor(first_paint(browser, server), server.address)
            browser.close()
        return 1 if options.sessions and many_visitors(server, path, options.sessions, options.seconds) else 0
    except NoBrowser as error:
        say(f"not measured: {error}")
        return 2
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
