"""The longest name that a student may have breaks no page, in a real browser."""

from __future__ import annotations

import pytest

from comity_classroom.core.names import LONGEST_NAME

pytestmark = pytest.mark.browser

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_the_longest_name_fits_a_phone_and_the_list_of_the_teacher(served, browser):
    served.student("W" * LONGEST_NAME, "NORTHLAND")
    served.student("Ana", "PALMERA")
    served.classroom.advance("next")
    served.classroom.advance("next")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    teacher = context.new_page()
    teacher.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    heights = [button.bounding_box()["height"] for button in teacher.get_by_role("button", name="Mute").all()]
    assert len(heights) == 2
    assert max(heights) < 34, "a button is broken into lines"
    assert teacher.evaluate(WIDER) == 0
    context.close()

    context = browser.new_context(viewport={"width": 390, "height": 844})
    student = context.new_page()
    student.goto(f"http://127.0.0.1:{served.port}/")
    student.fill("input[name=code]", served.code)
    student.fill("input[name=name]", "M" * LONGEST_NAME)
    student.click("button:text-is('Join')")
    student.click("text=Deal me a seat")
    student.wait_for_selector("#role")
    assert student.evaluate(WIDER) == 0
    context.close()
