"""The differences between two setups, in words. Compared runs have the same seed, so the seed is not among them."""

from __future__ import annotations

from comity_dashboard.figures.words import patch_label
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.setup import Setup

__all__ = ["differences", "label_of"]


def label_of(setup: Setup, words: Phrases = ENGLISH) -> str:
    """Return the label of a setup: its name and its seed."""
    return words.say("run", run=setup.name, seed=setup.seed)


def differences(first: Setup, second: Setup) -> list[str]:
    """Return a phrase for each difference of the second setup from the first; none if both give the same run."""
    found = []
    if first.scenario != second.scenario:
        found.append(f"the scenario is {second.scenario} instead of {first.scenario}")
    if first.theory != second.theory:
        own = "that of the scenario"
        found.append(f"the theory is {second.theory or own} instead of {first.theory or own}")
    found += [f"the what-if “{patch_label(name)}” is added" for name in second.patches if name not in first.patches]
    found += [f"the what-if “{patch_label(name)}” is left out" for name in first.patches if name not in second.patches]
    if not found and first.patches != second.patches:
        found.append("the what-ifs are applied in another order")
    one, two = (dict(text.split("=", 1) for text in setup.settings) for setup in (first, second))
    for path in dict.fromkeys([*one, *two]):
        values = [held.get(path, "as in the scenario") for held in (two, one)]
        if values[0] != values[1]:
            name = path.removeprefix("parameters.").replace("_", " ")
            found.append(f"{name} is {values[0]} instead of {values[1]}")
    return found
