"""An agent that learns one seat: a softmax policy over rooms and acts by issue, learned by policy gradient (REINFORCE).

python -m comity_lab.learn_a_seat            reward of learned, random and model's agent, on other seeds
python -m comity_lab.learn_a_seat --bench    sittings a second with two and with thirty seats, beside the plain run
"""

from __future__ import annotations

import argparse
import time
import timeit
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import comity
from comity.env import ACTS, ForumEnv, play

SEAT, LEARNED_ON, TRIED_ON, RATE = "NORTHLAND", range(1000, 1400), range(40), 0.3
Policy = Callable[[dict[str, Any]], int]


class Chance:
    """The random agent: any allowed action, all as likely. Counts how often it was ``asked``."""

    def __init__(self, seed: int) -> None:
        self.luck, self.asked = np.random.default_rng(seed), 0

    def __call__(self, seen: dict[str, Any]) -> int:
        self.asked += 1
        return int(self.luck.choice(np.flatnonzero(seen["action_mask"])))


class Learner:
    """Preferences for acts by issue of the room, or where the model chooses it (last row but one), or to stay away."""

    def __init__(self, n_issues: int) -> None:
        self.preferences = np.zeros((n_issues + 2, len(ACTS)))
        self.luck = np.random.default_rng(2013)
        self.chosen: list[tuple[np.ndarray, np.ndarray, int]] = []
        self.mean = 0.0

    def act(self, seen: dict[str, Any]) -> int:
        """Return an action by chance, as the policy has it."""
        allowed = np.flatnonzero(seen["action_mask"])
        rooms, acts = np.divmod(allowed, len(ACTS))
        issues = np.array([-2, *seen["room_issues"], -1])[rooms]
        one = int(self.luck.choice(len(allowed), p=self.chances(issues, acts)))
        self.chosen.append((issues, acts, one))
        return int(allowed[one])

    def chances(self, issues: np.ndarray, acts: np.ndarray) -> np.ndarray:
        """Return the probability of each allowed action."""
        found = self.preferences[issues, acts]
        weights = np.exp(found - found.max())
        return np.asarray(weights / weights.sum())

    def learn(self, gained: float) -> None:
        """Learn from the sum of rewards of an episode, less the mean of those before."""
        steps = np.zeros_like(self.preferences)
        for issues, acts, one in self.chosen:
            step = -self.chances(issues, acts)
            step[one] += 1
            np.add.at(steps, (issues, acts), step)
        self.preferences += RATE * (gained - self.mean) * steps / max(len(self.chosen), 1)
        self.mean += 0.1 * (gained - self.mean)
        self.chosen.clear()


def compare() -> None:
    """Learn, and print the three agents beside one another."""
    env = ForumEnv("teaching", [SEAT])
    learner = Learner(len(env.scenario.issues))
    for seed in LEARNED_ON:
        learner.learn(play(env, {SEAT: learner.act}, seed)[SEAT])
    agents: dict[str, dict[str, Policy]] = {
        "learned": {SEAT: learner.act}, "model's rule": {}, "random": {SEAT: Chance(1)}
    }  # fmt: skip
    found = {name: np.array([play(env, agents[name], seed)[SEAT] for seed in TRIED_ON]) for name in agents}
    if found["learned"].mean() <= found["model's rule"].mean():
        print("The learned agent does not beat the model's rule.")
    print(f"Reward of {SEAT} by its brief: sum over an episode of teaching, mean [95 %], n = {len(TRIED_ON)} seeds")
    for name, sums in found.items():
        half = 1.96 * sums.std(ddof=1) / len(sums) ** 0.5
        print(f"  {name:14} {sums.mean():6.2f} [{sums.mean() - half:.2f}, {sums.mean() + half:.2f}]")


def bench() -> None:
    """Print sittings a second with seats held from outside, and the time over that of the plain run."""
    ids = [str(one.id) for one in comity.run("hld_gfmd", seed=1).actors_by_id.itertuples() if one.kind == "state"]
    timer, plain = time.process_time, lambda: comity.run("hld_gfmd", seed=1, keep="meetings")
    least = min(timeit.repeat(plain, timer=timer, number=1))
    for n in (2, 30):
        env, act = ForumEnv("hld_gfmd", ids[:n]), Chance(1)
        took = timeit.timeit(partial(play, env, dict.fromkeys(ids[:n], act), 1), timer=timer, number=1)
        print(f"{n} seats: {act.asked / n / took:.0f} sittings a second, {took / least:.1f} times the plain run")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", action="store_true", help="measure speed in place of learning")
    bench() if parser.parse_args().bench else compare()
