"""How fast the dashboard is: first paint, slider to redrawn charts, played meetings, and many visitors at once.

    python experiments/benchmarks/dashboard.py                     all of it, about three minutes
    python experiments/benchmarks/dashboard.py --sessions 5 --seconds 20

Needs the extras dashboard and dev (playwright) and Chromium as /usr/bin/chromium. Times are of this machine, with the
browser on it; when it is busy they say little.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--disable-background-timer-throttling",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
CHART = ".comity-figure canvas"

# Move a slider n times; each time wait until the charts have been redrawn and nothing follows for a while.
SLIDE = """async ([n, pause]) => {
  const took = [], slider = document.querySelector('#p-persuasion_rate');
  for (let i = 0; i < n; i++) {
    performance.clearMarks();
    const start = performance.now();
    slider.value = 0.01 + 0.97 * Math.random();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    while (true) {
      await new Promise((go) => setTimeout(go, 5));
      const drawn = performance.getEntriesByName('comity-drawn');
      if (drawn.length && performance.now() - drawn[0].startTime > 80) { took.push(drawn[0].startTime - start); break; }
      if (performance.now() - start > 20000) { took.push(NaN); break; }
    }
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
        found = re.search(r"http://\S+", self.process.stdout.readline())
        assert found, "the command prints its address"
        self.address = found.group()
        self.answered = time.perf_counter() - self.start

    def memory(self) -> float:
        """Return the resident memory of the server in MB."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return max(child.memory_info().rss for child in children) / 1e6

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(15)


def first_paint(browser: Browser, server: Server) -> Page:
    """Print the time from the command to the first page with charts, and of the next visit."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(server.address)
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


def many_visitors(server: Server, sessions: int, seconds: float) -> int:
    """Let visitors change and play at once, each with a browser context of its own; return the number of errors."""
    wrong: list[str] = []
    took: list[float] = []
    before = server.memory()
    lock = threading.Lock()

    def visit(number: int) -> None:
        # A browser each for every five: the browser is not what is measured, and one for all would be the bottleneck.
        try:
            with sync_playwright() as p:
                browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                pages: list[Any] = []
                for _ in range(5 if number * 5 + 5 <= sessions else sessions - number * 5):
                    page = browser.new_context().new_page()
                    page.set_default_timeout(120_000)
                    page.on("pageerror", lambda error: wrong.append(str(error)))
                    page.goto(f"{server.address}change?seed={number}")
                    page.wait_for_selector(CHART)
                    page.fill("input[aria-label='Find a parameter']", "persuasion")
                    pages.append(page)
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    for page in pages:
                        found = page.evaluate(SLIDE, [1, 0])
                        with lock:
                            took.extend(found)
                        if page.locator(".comity-error").count():
                            wrong.append(page.inner_text(".comity-error"))
                browser.close()
        except Exception as error:  # what goes wrong in a visit is a result here
            wrong.append(f"{type(error).__name__}: {error}")

    visits = [threading.Thread(target=visit, args=(number,)) for number in range(-(-sessions // 5))]
    for thread in visits:
        thread.start()
    peak = before
    while any(thread.is_alive() for thread in visits):
        peak = max(peak, server.memory())
        time.sleep(1)
    lost = sum(value != value for value in took)
    known = [value for value in took if value == value]
    say(f"{sessions} visitors, {seconds:.0f} s: {len(took)} slides, {lost} without an answer, {len(wrong)} errors")
    say(
        f"  slider to redrawn charts      {statistics.median(known):6.0f} ms median, {quantile(known, 0.95):.0f} ms p95"
    )
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
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            one_visitor(first_paint(browser, server), server.address)
            browser.close()
        return 1 if options.sessions and many_visitors(server, options.sessions, options.seconds) else 0
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
