"""The differences between two setups, in words. Compared runs have the same seed, so the seed is not among them."""

from __future__ import annotations

from pathlib import Path

from comity_dashboard.figures.words import patch_label
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.setup import Setup

__all__ = ["differences", "label_of", "name_in_words", "names_of"]


def label_of(setup: Setup, words: Phrases = ENGLISH) -> str:
    """Return the label of a setup: its name and its seed."""
    return words.say("run", run=setup.name, seed=setup.seed)


def name_in_words(setup: Setup, words: Phrases = ENGLISH) -> str:
    """Return the name of a setup with its changes in words."""
    return " + ".join([Path(setup.scenario).stem, *_changes(setup, words)])


def names_of(first: Setup, second: Setup, words: Phrases = ENGLISH) -> tuple[str, str]:
    """Return two distinct names of setups. Those of one scenario are named by what is changed in each."""
    if first.scenario != second.scenario:
        one, two = name_in_words(first, words), name_in_words(second, words)
    else:
        one, two = (" + ".join(_changes(setup, words)) or words.say("change.before") for setup in (first, second))
    if one == two:
        return words.say("compare.numbered_first", name=one), words.say("compare.numbered_second", name=two)
    return one, two


def _changes(setup: Setup, words: Phrases) -> list[str]:
    theory = [words.say(f"theories.{setup.theory}").partition(":")[0].strip()] if setup.theory else []
    return [*theory, *(patch_label(name, words) for name in setup.patches), *map(_setting, setup.settings)]


def _setting(text: str) -> str:
    path, _, value = text.partition("=")
    return f"{path.removeprefix('parameters.').replace('_', ' ')} = {value}"


def differences(first: Setup, second: Setup, words: Phrases = ENGLISH) -> list[str]:
    """Return a phrase for each difference of the second setup from the first; none if both give the same run."""
    found = []
    if first.scenario != second.scenario:
        found.append(words.say("compare.differs.scenario", now=second.scenario, then=first.scenario))
    if first.theory != second.theory:
        own = words.say("compare.differs.own")
        found.append(words.say("compare.differs.theory", now=second.theory or own, then=first.theory or own))
    for phrase, one, other in (("added", second, first), ("left_out", first, second)):
        found += [
            words.say(f"compare.differs.{phrase}", name=patch_label(name, words))
            for name in one.patches
            if name not in other.patches
        ]
    if not found and first.patches != second.patches:
        found.append(words.say("compare.differs.order"))
    held = [dict(text.split("=", 1) for text in setup.settings) for setup in (first, second)]
    for path in dict.fromkeys([*held[0], *held[1]]):
        then, now = (one.get(path, words.say("compare.differs.unset")) for one in held)
        if then != now:
            name = path.removeprefix("parameters.").replace("_", " ")
            found.append(words.say("compare.differs.value", name=name, now=now, then=then))
    return found
