"""Who clicks the moment a button is there is heard, in a real browser: no button comes before the script of its page."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

# Before anything of the page: do what a hasty student does, at the first sight of a form or a button, and once.
HASTY = """
let joined = false, dealt = false;
new MutationObserver(() => {
  const form = document.querySelector("form[data-post='/join']");
  if (form && form.querySelector("button") && !joined) {
    joined = true;
    form.elements.code.value = "CODE";
    form.elements.name.value = "Ana";
    form.querySelector("button").click();
  }
  const deal = document.querySelector("button[data-post='/seat/take']");
  if (deal && !dealt) { dealt = true; deal.click(); }
}).observe(document, { childList: true, subtree: true });
"""


def test_a_click_at_first_sight_counts(served, browser):
    context = browser.new_context()
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script(HASTY.replace("CODE", served.code))
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.wait_for_selector("#role", timeout=20_000)
    assert list(served.classroom.state.people.values()) == ["Ana"]
    assert len(served.classroom.state.seats) == 1
    assert page.url.endswith("/seat")
    context.close()
    assert wrong == []
