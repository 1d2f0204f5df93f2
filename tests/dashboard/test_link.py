"""A link to a run: it opens the same state in another served application, and holds no token and no path."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from comity_dashboard.address import link_of

MINE = "scenario=hld_gfmd&theory=rationalist&seed=7&patch=no_pga&set=parameters.turnover%3D0.2&actor=MEX&lang=fr"


def test_a_link_has_what_every_installation_has_and_says_what_it_lacks(tmp_path):
    assert link_of(MINE, "watch") == (MINE, ())
    for name, value in (("scenario", f"{tmp_path}/own.toml"), ("patch", "own.toml"), ("set", "states=own.csv")):
        link, own = link_of(f"{MINE}&{name}={value}", "watch")
        assert own == (value,)
        assert value not in parse_qs(link).get(name, [])


def test_only_the_page_that_shows_it_depends_on_a_folder_or_a_second_run(tmp_path):
    query = f"{MINE}&b.scenario={tmp_path}/own.toml&sweep={tmp_path}/a&scores={tmp_path}/b"
    assert link_of(query, "watch") == (MINE, ())
    assert link_of(query, "compare")[1] == (f"{tmp_path}/own.toml",)
    assert link_of(query, "sweep")[1] == (f"{tmp_path}/a",)
    assert link_of(query, "history")[1] == (f"{tmp_path}/b",)
    assert link_of(f"{MINE}&b.scenario=teaching", "compare") == (f"{MINE}&b.scenario=teaching", ())


@pytest.mark.browser
def test_a_copied_link_opens_the_same_state_elsewhere_and_asks_for_the_token_once(visit, elsewhere, browser):
    page = visit(
        "/?scenario=teaching&seed=3&patch=no_trust_learning&set=parameters.turnover%3D0.2&lang=es",
        ".comity-strip button",
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button[aria-label='Reunión siguiente']")
    page.click("button[aria-label='Un paso']")
    page.click("text=Copiar enlace")
    page.wait_for_selector(".comity-told >> text=Copiado")
    link = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    assert parse_qs(link.query) == {
        "scenario": ["teaching"], "seed": ["3"], "patch": ["no_trust_learning"], "set": ["parameters.turnover=0.2"],
        "lang": ["es"], "at": ["DIALOGUE1.1"],
    }  # fmt: skip
    where = page.inner_text("[data-test=where]")

    context = browser.new_context()
    there = context.new_page()
    there.set_default_timeout(60_000)
    assert there.goto(f"{elsewhere.origin}{link.path}?{link.query}").status == 403
    assert there.get_attribute("html", "lang") == "es"
    there.fill("input[type=password]", "not this one")
    there.click("button")
    there.wait_for_selector("text=Ese no es el token de este servidor.")
    there.fill("input[type=password]", elsewhere.door())  # the whole printed address
    there.click("button")
    there.wait_for_selector(".comity-strip button")
    assert "token" not in there.url
    assert there.inner_text("[data-test=where]") == where
    assert "turnover=0.2" in there.inner_text(".comity-chooser")
    assert there.input_value(".comity-chooser [aria-label=Semilla]") == "3"
    again = context.new_page()
    assert again.goto(f"{elsewhere.origin}/change?{link.query}").status == 200
    context.close()


@pytest.mark.browser
def test_an_own_file_cannot_be_linked_and_the_button_says_so(visit, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text('extends = "teaching"\n', encoding="utf-8")
    page = visit("/?scenario=teaching", ".comity-strip button")
    page.select_option(".comity-chooser [aria-label=Scenario]", "")
    page.fill("[aria-label='Path of a scenario or a record']", str(file))
    page.keyboard.press("Enter")
    page.click("text=No link")
    told = page.inner_text(".comity-told")
    assert "own.toml: this is on your computer only" in told
    assert str(tmp_path) not in told
