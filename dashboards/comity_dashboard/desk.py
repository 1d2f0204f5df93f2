"""The desk: the choices of one visitor, in one browser tab."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

import solara

from comity.errors import InputError
from comity_dashboard.access import allow
from comity_dashboard.address import CHOICES, FOLDERS, read_address
from comity_dashboard.runs import opened
from comity_dashboard.scoring import Scored
from comity_dashboard.setup import Setup

__all__ = ["DESK", "Desk", "Kept"]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A run kept for Compare, and the time of day at which it was kept."""

    setup: Setup
    time: str


class Desk:
    """State of a visit. Each part is reactive: pages that read it are redrawn when it changes.

    Attributes
    ----------
    run
        The run on Watch, Change, Actor and History; the first run on Compare.
    other
        The second run on Compare.
    chosen
        Choices on single pages, by name: the folder of a sweep, its measure and factors; the folder of scores; the vote
        on History, and a record of it; the quantity on Actor; whether charts have bands over parameters; the large
        charts on Watch; the language.
    scored
        The latest scorecard of this visit, shown until a folder is typed; None without one.
    refused
        The refused parts of the address, as sentences, until the next choice.
    kept
        The run kept for Compare; None without one.
    """

    def __init__(self, query: str | None, default: str = "hld_gfmd") -> None:
        address = read_address(query)
        found = parse_qs(address.query)
        refused = list(address.refused)
        asked = Setup.from_query(address.query, default=default)
        if "seed" not in found:
            try:
                asked = opened(asked)
            except InputError as error:
                refused.append(str(error))
        self.run = solara.reactive(asked)
        here = self.run.value.scenario
        self.other = solara.reactive(Setup.from_query(address.query, "b.", here).with_seed(self.run.value.seed))
        self.chosen = solara.reactive({name: found[name][-1] for name in CHOICES if name in found})
        self.scored: solara.Reactive[Scored | None] = solara.reactive(None)
        self.refused = solara.reactive(tuple(refused))
        self.kept: solara.Reactive[Kept | None] = solara.reactive(None)

    def query(self) -> str:
        """Return the query of an address that restores this desk."""
        rest = urlencode([(name, self.choice(name)) for name in CHOICES if self.choice(name)])
        return "&".join(filter(None, [self.run.value.query(), self.other.value.query("b."), rest]))

    def change(self, verb: Callable[[Setup], Setup]) -> None:
        """Change the first run; the second one gets the same seed."""
        self.refused.set(())
        self.run.set(verb(self.run.value))
        if self.other.value.seed != self.run.value.seed:
            self.other.set(self.other.value.with_seed(self.run.value.seed))

    def change_other(self, verb: Callable[[Setup], Setup]) -> None:
        """Change the second run."""
        self.refused.set(())
        self.other.set(verb(self.other.value))

    def choice(self, name: str) -> str:
        """Return a choice on a page; empty without one."""
        chosen: dict[str, str] = self.chosen.value
        return chosen.get(name, "")

    def choose(self, name: str, value: str) -> None:
        """Make a choice on a page. A folder of scores replaces the scorecard of this visit."""
        self.refused.set(())
        if name == "scores":
            self.scored.set(None)
        if name in FOLDERS:
            allow("folder", value)
        self.chosen.set({**self.chosen.value, name: value})

    def keep_as_other(self) -> None:
        """Keep the current run as the second run of Compare."""
        self.other.set(self.run.value)
        self.kept.set(Kept(setup=self.run.value, time=f"{datetime.now():%H:%M:%S}"))


DESK = solara.create_context(Desk(None))
"""Context through which pages get the visitor's desk; the default is used outside a visit only."""
