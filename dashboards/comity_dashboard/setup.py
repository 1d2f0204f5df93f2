"""A setup: the definition of a run, as a value that fits into an address."""

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
    """A scenario with changes, a seed and an actor. Methods return a new setup.

    Attributes
    ----------
    scenario
        Name or path of a scenario, or the folder of a record.
    theory
        Preset, or None for the scenario's own.
    seed
        Text as typed, so that an invalid seed can be shown and explained.
    patches, settings
        As on the command line.
    actor
        Id of the followed actor; empty for none.
    """

    scenario: str = "hld_gfmd"
    theory: str | None = None
    seed: str = "0"
    patches: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    actor: str = ""

    @classmethod
    def from_query(cls, query: str | None, prefix: str = "", default: str = "hld_gfmd") -> Setup:
        """Return the setup in the query of an address."""
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
        """Return the query of an address with this setup."""
        pairs = [("scenario", self.scenario), ("theory", self.theory or ""), ("seed", self.seed)]
        pairs += [("patch", name) for name in self.patches] + [("set", text) for text in self.settings]
        pairs.append(("actor", self.actor))
        return urlencode([(prefix + name, value) for name, value in pairs if value])

    @property
    def choice(self) -> Choice:
        """The setup as the options of a command."""
        return Choice(scenario=self.scenario, patches=self.patches, settings=self.settings, theory=self.theory)

    @property
    def number(self) -> int:
        """The seed as a number; raises InputError."""
        short = self.seed if len(self.seed) <= 40 else f"{self.seed[:39]}…"  # Python refuses to parse very long numbers
        return read_seed_text(short)

    @property
    def parameters(self) -> dict[str, float]:
        """Changed parameters, by name."""
        pairs = [text.partition("=") for text in self.settings if text.startswith(_PARAMETERS)]
        try:
            return {key.removeprefix(_PARAMETERS): float(value) for key, _, value in pairs}
        except ValueError as error:
            raise InputError(f"--set parameters must be decimal numbers, got: {error}. Correct the value.") from None

    @property
    def other_settings(self) -> dict[str, str]:
        """Changed values other than parameters, by path."""
        pairs = [text.partition("=") for text in self.settings if not text.startswith(_PARAMETERS)]
        return {key: value for key, _, value in pairs}

    @property
    def name(self) -> str:
        """Name of the setup in legends."""
        changes = [self.theory, *self.patches, *(text.removeprefix(_PARAMETERS) for text in self.settings)]
        return " + ".join(filter(None, [Path(self.scenario).stem, *changes]))

    def of(self, scenario: str) -> Setup:
        """Choose another scenario, and drop all changes."""
        return Setup(scenario=scenario, seed=self.seed)

    def under(self, theory: str | None) -> Setup:
        """Choose a theory."""
        return replace(self, theory=theory or None)

    def with_seed(self, seed: str) -> Setup:
        """Choose a seed."""
        return replace(self, seed=seed.strip())

    def following(self, actor: str) -> Setup:
        """Follow an actor."""
        return replace(self, actor=actor)

    def toggled(self, patch: str) -> Setup:
        """Add a patch, or remove it."""
        without = tuple(name for name in self.patches if name != patch)
        return replace(self, patches=without if len(without) < len(self.patches) else (*without, patch))

    def setting(self, path: str, value: str | None) -> Setup:
        """Set a value by its dotted path; None removes the change."""
        kept = tuple(text for text in self.settings if text.partition("=")[0] != path)
        return replace(self, settings=kept if value is None else (*kept, f"{path}={value}"))

    def reset(self) -> Setup:
        """Remove all changes; keep scenario, seed and actor."""
        return Setup(scenario=self.scenario, seed=self.seed, actor=self.actor)
