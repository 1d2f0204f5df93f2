"""The scenario, patches, settings, theory and seed named by the options of a command."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from comity.errors import InputError
from comity.scenario.locate import find_scenario, shipped_patches

if TYPE_CHECKING:
    from comity.posterior import Draw
    from comity.scenario.schema import Scenario

__all__ = ["Choice", "check_record", "check_source", "check_what_ifs", "read_seed_text"]


_PROVENANCE = "provenance.json"
"""What every record has; it is named in :mod:`comity.record.storage`, which loads pandas."""


def read_seed_text(text: str) -> int:
    """Return the seed written in a text, or raise InputError."""
    if not re.fullmatch(r"[0-9]+", text.strip()) or int(text) >= 2**63:
        raise InputError(
            f"--seed must be a whole number from 0 to 2**63 - 1, got {text!r}. Give one, such as --seed 7."
        )
    return int(text)


def check_source(name: str) -> None:
    """Raise InputError where a name is neither a folder, such as that of a record, nor a scenario."""
    if not Path(name).is_dir():
        find_scenario(name)


def check_what_ifs(names: Sequence[str], *, is_all: bool) -> None:
    """Raise InputError where a name is no patch, or where none is given and not all are asked for."""
    for name in names:
        if _is_whole(find_scenario(name, kind="patch")):
            raise InputError(
                f"whatif: {name} must be a what-if, but it is a whole scenario. To vary it: comity whatif PATCH "
                f"--scenario {name}; to compare it with another one: comity compare hld_gfmd {name}."
            )
    if not names and not is_all:
        known = ", ".join(shipped_patches())
        raise InputError(f"whatif: must have at least one patch, or --all for all shipped. Name one of {known}.")


def _is_whole(file: Path) -> bool:
    """Return whether a file is a scenario rather than a change to one; an unreadable file is left to loading."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return False
    return {"start", "end", "meetings"} <= table.keys() and "extends" not in table


def check_record(folder: Path) -> None:
    """Raise InputError where a folder is not that of a record."""
    from comity.folders import is_there

    if not is_there(folder / _PROVENANCE):
        raise InputError(
            f"{folder}: must be the folder of a record with {_PROVENANCE} in it. Give what comity run wrote with --out."
        )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A scenario, as named by the options of a command.

    Attributes
    ----------
    scenario
        Name or path.
    patches
        Names or paths, in order.
    settings
        ``key=value`` texts, in order.
    theory
        Preset, or None for the scenario's own.
    posterior
        File of draws of parameters, or None.
    """

    scenario: str
    patches: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    theory: str | None = None
    posterior: str | None = None

    def checked(self, seed: str | None = None, out: Path | None = None) -> Self:
        """Return the choice, or raise InputError where scenario, seed or a new folder cannot be used.

        A command calls it before it imports what runs and prints a scenario: that takes much longer than to find what
        is wrong. A folder, such as that of a record, is left to the command.
        """
        if seed is not None:
            read_seed_text(seed)
        if out is not None:
            from comity.folders import check_folder

            check_folder(out)
        check_source(self.scenario)
        for name in self.patches:
            find_scenario(name, kind="patch")
        if not Path(self.scenario).is_dir():
            self.load()
        return self

    def load(self) -> Scenario:
        """Return the resolved scenario, which is loaded once."""
        return self._loaded

    @cached_property
    def _loaded(self) -> Scenario:
        from comity.scenario.loading import load

        return load(self.scenario, patches=self.patches, settings=self._values(), theory=self.theory)

    def draws(self) -> tuple[Draw, ...]:
        """Return the draws of the posterior, without what patches and settings fix; none without a posterior."""
        if self.posterior is None:
            return ()
        from comity.posterior import read_posterior, without
        from comity.scenario.loading import read_patch

        found = find_scenario(self.scenario)
        fixed = {key.removeprefix("parameters.") for key in self._values()}
        for name in self.patches:
            fixed |= set(read_patch(find_scenario(name, found.parent, kind="patch"), [found]).get("parameters", {}))
        return without(read_posterior(self.posterior), fixed)

    def base(self) -> Scenario | None:
        """Return the base of a variation: the scenario without options, else what it extends, else None."""
        from comity.scenario.loading import load
        from comity.scenario.plain import read_toml

        path = find_scenario(self.scenario)
        if self.patches or self.settings or self.theory is not None:
            return load(path)
        extended = read_toml(path, path.name).get("extends")
        base = extended[0] if isinstance(extended, list) else extended
        return None if base is None else load(find_scenario(base, path.parent))

    def command(self, seed: int, keep: str = "all") -> str:
        """Return the command that repeats a run, with file names but no folders."""
        return self._command("run", seed, keep, lambda named: Path(named).name)

    def typed(self, verb: str, seed: int, keep: str = "all") -> str:
        """Return a command to type in the same folder, with files as the user named them."""
        return self._command(verb, seed, keep, str)

    def _command(self, verb: str, seed: int, keep: str, name: Callable[[str], str]) -> str:
        words = ["comity", verb, name(self.scenario), "--seed", str(seed)]
        for patch in self.patches:
            words += ["--patch", name(patch)]
        for key, value in (_split(setting) for setting in self.settings):
            words += ["--set", f"{key}={value}"]
        if self.theory is not None:
            words += ["--preset", self.theory]
        if keep != "all":
            words += ["--keep", keep]
        if self.posterior is not None and verb == "run":
            words += ["--posterior", name(self.posterior)]
        return shlex.join(words)

    def _values(self) -> dict[str, Any]:
        from comity.scenario.plain import read_value

        values: dict[str, Any] = {}
        for key, value in map(_split, self.settings):
            if key in values:
                raise InputError(f"--set: every value must be set once, got {key!r} twice. Keep one.")
            values[key] = read_value(value)
        return values


def _split(setting: str) -> tuple[str, str]:
    key, sign, value = (part.strip() for part in setting.partition("="))
    if not (sign and key and value):
        raise InputError(
            f"--set must be KEY=VALUE, got {setting!r}. Write a dotted path and a value without spaces between, "
            "such as --set parameters.persuasion_rate=0.1."
        )
    return key, value
