"""A setup: what a page shows, as a value that an address can hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from comity.commands.choice import Choice, read_seed_text
from comity.errors import InputError

__all__ = ["Setup"]

_PARAMETERS = "parameters."


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A scenario with its changes, a seed and an actor; every verb returns another setup.

    Attributes
    ----------
    scenario
        Name or path of a scenario, or the folder of a record.
    theory
        Preset, or None for the scenario's own.
    seed
        As it was typed: a text, so that a wrong one can be shown and explained.
    patches, settings
        As on the command line.
    actor
        Id of the actor that is followed; empty for none.
    """

    scenario: str = "hld_gfmd"
    theory: str | None = None
    seed: str = "0"
    patches: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    actor: str = ""

    @classmethod
    def from_query(cls, query: str | None, prefix: str = "", default: str = "hld_gfmd") -> Setup:
        """Return the setup that the query of an address holds."""
        found = parse_qs(query or "", keep_blank_values=True)

        def one(name: str) -> str | None:
            return found.get(prefix + name, [None])[-1]

        return cls(
            scenario=one("scenario") or default,
            theory=one("theory") or None,
            seed=one("seed") or "0",
            patches=tuple(found.get(f"{prefix}patch", ())),
            settings=tuple(found.get(f"{prefix}set", ())),
            actor=one("actor") or "",
        )

    def query(self, prefix: str = "") -> str:
        """Return the query of the address that holds this setup."""
        pairs = [("scenario", self.scenario), ("theory", self.theory or ""), ("seed", self.seed)]
        pairs += [("patch", name) for name in self.patches] + [("set", text) for text in self.settings]
        pairs.append(("actor", self.actor))
        return urlencode([(prefix + name, value) for name, value in pairs if value])

    @property
    def choice(self) -> Choice:
        """What the options of a command would say."""
        return Choice(scenario=self.scenario, patches=self.patches, settings=self.settings, theory=self.theory)

    @property
    def number(self) -> int:
        """The seed as a number, or InputError."""
        short = self.seed if len(self.seed) <= 40 else f"{self.seed[:39]}…"  # Python reads no number of 5,000 digits
        return read_seed_text(short)

    @property
    def parameters(self) -> dict[str, float]:
        """Parameters that were set, by name."""
        pairs = [text.partition("=") for text in self.settings if text.startswith(_PARAMETERS)]
        try:
            return {key.removeprefix(_PARAMETERS): float(value) for key, _, value in pairs}
        except ValueError as error:
            raise InputError(f"--set parameters must be decimal numbers, got: {error}. Correct the value.") from None

    @property
    def other_settings(self) -> dict[str, str]:
        """Settings that are no parameters, by path."""
        pairs = [text.partition("=") for text in self.settings if not text.startswith(_PARAMETERS)]
        return {key: value for key, _, value in pairs}

    @property
    def name(self) -> str:
        """What the setup is called in a legend."""
        changes = [self.theory, *self.patches, *(text.removeprefix(_PARAMETERS) for text in self.settings)]
        return " + ".join(filter(None, [Path(self.scenario).stem, *changes]))

    def of(self, scenario: str) -> Setup:
        """Choose another scenario; changes that were made to the one before are dropped."""
        return Setup(scenario=scenario, seed=self.seed)

    def under(self, theory: str | None) -> Setup:
        """Choose a theory."""
        return replace(self, theory=theory or None)

    def with_seed(self, seed: str) -> Setup:
        """Choose other luck."""
        return replace(self, seed=seed.strip())

    def following(self, actor: str) -> Setup:
        """Follow an actor."""
        return replace(self, actor=actor)

    def toggled(self, patch: str) -> Setup:
        """Lay a patch over the scenario, or take it away."""
        without = tuple(name for name in self.patches if name != patch)
        return replace(self, patches=without if len(without) < len(self.patches) else (*without, patch))

    def setting(self, path: str, value: str | None) -> Setup:
        """Set one value by its dotted path; None takes the change away."""
        kept = tuple(text for text in self.settings if text.partition("=")[0] != path)
        return replace(self, settings=kept if value is None else (*kept, f"{path}={value}"))

    def reset(self) -> Setup:
        """Take all changes away; scenario, seed and actor stay."""
        return Setup(scenario=self.scenario, seed=self.seed, actor=self.actor)
