"""An observation in sentences, for people and for language models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from comity.env.forum_env import ACTS, HEARD, ForumEnv
from comity.phases import Phase

__all__ = ["in_words"]

_PHASES = list(Phase)


def in_words(env: ForumEnv, seat: str, observation: Mapping[str, Any]) -> str:
    """Return an observation of a seat, and what it may do, in sentences: for people, and for language models."""
    names = list(env.calendar.population.actors["name"])
    issues = [issue.name for issue in env.scenario.issues]
    rows = np.flatnonzero(observation["at_my_table"])
    about = [issues[k] for k in observation["room_issues"] if k >= 0]
    told = [
        f"You are {names[env.rows[seat]]}.",
        f"The next sitting: {_PHASES[int(observation['phase'])].value.replace('_', ' ')}.",
        "Rooms: " + "; ".join(f"{number} on {issue}" for number, issue in enumerate(about, 1)) + "." if about else "",
        f"Of {len(names)} actors {observation['present'].sum()} came.",
        f"You would sit in room {observation['room']}. At its table, with your trust: "
        + ", ".join(f"{names[row]} {observation['trust'][row]:.2f}" for row in rows if row != env.rows[seat])
        + "."
        if observation["room"]
        else "",
        "Sovereignty {:.2f}, cooperation {:.2f}, capacity {:.2f}.".format(*observation["own"]),
        *(
            f"Your {what}: "
            + ", ".join(f"{name} {value:.2f}" for name, value in zip(issues, observation[key], strict=True))
            + "."
            for key, what in (("position", "positions (0 national, 1 joint)"), ("salience", "attention"))
        ),
        f"Your last room, on {issues[observation['heard_issue'][0]]}: mean position {observation['room_mean'][0]:.2f}."
        if observation["heard_issue"] >= 0
        else "",
    ]
    for row in np.flatnonzero(observation["heard"][:, 1:].sum(axis=1)):
        said = ", ".join(
            f"{act.name.lower()} {count:.0f}"
            for act, count in zip(HEARD, observation["heard"][row], strict=True)
            if count
        )
        stands, trust = observation["heard_position"][row], observation["trust"][row]
        mine = "" if row == env.rows[seat] else f"; your trust in it is {trust:.2f}"
        told.append(f"{names[row]}, there: {said}; position {stands:.2f}{mine}.")
    actions = [
        f"{int(action)} {_action_in_words(env, int(action))}" for action in np.flatnonzero(observation["action_mask"])
    ]
    return "\n".join([line for line in told if line] + ["Your actions: " + "; ".join(actions) + "."])


def _action_in_words(env: ForumEnv, action: int) -> str:
    room, act = divmod(action, len(ACTS))
    where = "as the model chooses" if room == 0 else "stay away" if room > env.max_rooms else f"room {room}"
    return where if act == 0 else f"{where}, {ACTS[act]}"
