"""Twenty visitors for two minutes: what an act takes, and what a visitor costs. ``pytest -m slow -s`` prints it."""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytestmark = [pytest.mark.slow, pytest.mark.browser]

VISITORS, SECONDS = 20, 120

AFTER_DRAWING = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
STEP = f"""async () => {{ const start = performance.now();
  document.querySelector('[aria-label="Step"]').click();
  {AFTER_DRAWING}; return performance.now() - start; }}"""
TIES = f"""async (least) => {{ const one = document.querySelector('.comity-network').__vue__, start = performance.now();
  one.least = least; {AFTER_DRAWING}; return performance.now() - start; }}"""
SLIDER = """async (value) => { const slider = document.querySelector('.comity-lever input[type=range]');
  const before = document.querySelector('.comity-tabular').innerText, start = performance.now();
  slider.value = value; slider.dispatchEvent(new Event('input')); slider.dispatchEvent(new Event('change'));
  while (document.querySelector('.comity-tabular').innerText === before && performance.now() - start < 60000)
    await new Promise((done) => setTimeout(done, 10));
  return performance.now() - start; }"""


def memory_of(process):
    """Return the resident memory of a process in MB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text()).group(1)) / 1024


def test_twenty_visitors(served, visit):
    first = visit("/?scenario=hld_gfmd&at=start.0", ".comity-network circle[data-actor]")
    alone = memory_of(served.process)
    watching = [first] + [
        visit("/?scenario=hld_gfmd&at=start.0", ".comity-network circle[data-actor]") for _ in range(VISITORS // 2 - 1)
    ]
    changing = [
        visit(f"/change?scenario=hld_gfmd&seed={n % 3}", ".comity-lever input[type=range]")
        for n in range(VISITORS // 2)
    ]
    for page in changing:
        page.wait_for_selector(".comity-tabular")
    all_here = memory_of(served.process)
    times = {"step": [], "network redrawn": [], "slider of Change": []}
    begun, turn = time.monotonic(), 0
    while time.monotonic() - begun < SECONDS:
        page, other = watching[turn % len(watching)], changing[turn % len(changing)]
        times["step"].append(page.evaluate(STEP))
        times["network redrawn"].append(page.evaluate(TIES, 0.6 + 0.01 * (turn % 20)))
        slider = other.locator(".comity-lever input[type=range]").first
        low, high = float(slider.get_attribute("min")), float(slider.get_attribute("max"))
        times["slider of Change"].append(other.evaluate(SLIDER, str(low + (high - low) * (turn % 37 + 1) / 40)))
        turn += 1
    print(f"\n{'ms, as the browser counts them':<32}{'n':>5}{'median':>8}{'95th':>8}{'longest':>9}")
    for name, found in times.items():
        ordered = sorted(found)
        late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        print(f"{name:<32}{len(found):>5}{statistics.median(ordered):>8.0f}{late:>8.0f}{ordered[-1]:>9.0f}")
    print(
        f"server: {alone:.0f} MB with one visitor, {all_here:.0f} with {VISITORS}, {memory_of(served.process):.0f} at the "
        f"end: {(all_here - alone) / (VISITORS - 1):.1f} MB for each further visitor"
    )
    assert max(times["slider of Change"]) < 60_000, "a slider without an answer"
