"""The desk: what one visitor has chosen, in one tab of one browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

import solara

from comity.errors import InputError
from comity_dashboard.address import CHOICES, read_address
from comity_dashboard.opening import allow
from comity_dashboard.runs import opened
from comity_dashboard.scored import Scored
from comity_dashboard.setup import Setup

__all__ = ["DESK", "Desk", "Kept"]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A run that was kept for Compare, and the time of day at which it was."""

    setup: Setup
    time: str


class Desk:
    """State of a visit, each part reactive: a page that reads it is drawn again when it changes.

    Attributes
    ----------
    run
        The run that Watch, Change, Actor and History show.
    other
        The run that Compare lays beside it.
    chosen
        What is chosen on single pages, by name: folder of a sweep as typed, its measure and factors; folder of scores
        as typed; the vote on History; the quantity on Actor.
    scored
        What was scored in this visit, shown until a folder is typed; None: nothing.
    refused
        What the address asks for and is not taken, in sentences, until something is chosen.
    kept
        The run that was kept for Compare, and when; None: none was.
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
        """Return the query of the address that brings this desk back."""
        rest = urlencode([(name, self.choice(name)) for name in CHOICES if self.choice(name)])
        return "&".join(filter(None, [self.run.value.query(), self.other.value.query("b."), rest]))

    def change(self, verb: Callable[[Setup], Setup]) -> None:
        """Change the run; the run beside it shares its luck."""
        self.refused.set(())
        self.run.set(verb(self.run.value))
        if self.other.value.seed != self.run.value.seed:
            self.other.set(self.other.value.with_seed(self.run.value.seed))

    def change_other(self, verb: Callable[[Setup], Setup]) -> None:
        """Change the run beside it."""
        self.refused.set(())
        self.other.set(verb(self.other.value))

    def choice(self, name: str) -> str:
        """Return what is chosen on a page, empty for nothing."""
        chosen: dict[str, str] = self.chosen.value
        return chosen.get(name, "")

    def choose(self, name: str, value: str) -> None:
        """Choose something on a page; a folder of scores is shown instead of those of this visit."""
        self.refused.set(())
        if name == "scores":
            self.scored.set(None)
        if name in ("sweep", "scores"):
            allow("folder", value)
        self.chosen.set({**self.chosen.value, name: value})

    def keep_as_other(self) -> None:
        """Put the run as it is beside, to compare what comes next with it."""
        self.other.set(self.run.value)
        self.kept.set(Kept(setup=self.run.value, time=f"{datetime.now():%H:%M:%S}"))


DESK = solara.create_context(Desk(None))
"""How pages get the visitor's desk; the one here stands only where nobody has provided one."""
