"""Thresholds: every number of the brief rule and of fidelity, declared as the parameters of the model are.

All of them are assumptions made for teaching. None enters a run. ``docs/explanation/briefs.md`` lists them;
``python -m comity.briefs.thresholds`` prints its two tables.
"""

from __future__ import annotations

from comity.mechanism import Parameter

__all__ = ["CREDIT", "THRESHOLDS", "Parameter", "as_markdown"]


def _declared(name: str, default: float, low: float, high: float, meaning: str, unit: str = "share") -> Parameter:
    return Parameter(name, default, low, high, meaning, symbol="", unit=unit)


N_AIMS = _declared("n_aims", 3, 1, 7, "issues with an aim: the most salient, as many as a player remembers", "issues")
JOINT = _declared("joint", 0.6, 0.5, 1, "lowest position at which the aim on an issue is joint work (advance)")
NATIONAL = _declared(
    "national", 0.4, 0, 0.5, "highest position at which the aim is to leave the issue to states (guard)"
)
RICH = _declared("rich", 0.8, 0, 1, "lowest income at which a state should pledge money", "percentile rank")
ARENA_WEIGHT = _declared("arena_weight", 0.25, 0, 1, "weight of the arena aim; the issue aims sum to 1", "weight")
PLEDGE_WEIGHT = _declared("pledge_weight", 0.25, 0, 1, "weight of the pledge aim; the issue aims sum to 1", "weight")
SAME_GAIN = _declared(
    "same_gain", 0.05, 0, 1, "difference between two arenas that is ignored; a loss of it is one", "utility"
)
CLEAR_GAIN = _declared("clear_gain", 0.1, 0, 1, "gain from the best arena at which no arena is a red line", "utility")
COSTLY = _declared("costly", 0.4, 0, 1, "lowest sovereignty times exposure at which an offer is a red line")
LEANS_NATIONAL = _declared("leans_national", 0.5, 0, 1, "highest position at which a costly offer is a red line")
N_RED_LINES = _declared("n_red_lines", 2, 0, 7, "most issues with a red line on offers: the costliest", "issues")
NEVER_NO = _declared("never_no", 0.45, -1, 1, "lowest leaning in a vote at which a no is a red line", "leaning")
NEVER_YES = _declared("never_yes", 0.15, -1, 1, "highest leaning in a vote at which a yes is a red line", "leaning")
LITTLE = _declared("little_attention", 0.75, 0, 1, "salience below which attention is little", "of an equal split")
MUCH = _declared("much_attention", 1.25, 1, 7, "salience from which attention is much", "of an equal split")
N_STATES = _declared("n_states", 3, 0, 20, "states in each list of trust on a role sheet", "actors")
N_OTHERS = _declared("n_others", 2, 0, 20, "organisations and networks in each list of trust", "actors")
N_PARTNERS = _declared("n_partners", 3, 0, 20, "partners in migration on a role sheet", "actors")
OTHER_ARENA = _declared("other_arena", 0.5, 0, 1, "credit for an arena that is neither the aim nor a red line")
CROSSED = _declared("crossed", 0.5, 0, 1, "most that a crossed red line can still score")
MET = _declared(
    "met", 0.7, 0, 1, "lowest score at which a page shows an aim as met: that of a statement at each meeting (advance)"
)

THRESHOLDS: tuple[Parameter, ...] = (
    N_AIMS, JOINT, NATIONAL, RICH, ARENA_WEIGHT, PLEDGE_WEIGHT, SAME_GAIN, CLEAR_GAIN, COSTLY, LEANS_NATIONAL,
    N_RED_LINES, NEVER_NO, NEVER_YES, LITTLE, MUCH, N_STATES, N_OTHERS, N_PARTNERS, OTHER_ARENA, CROSSED, MET,
)  # fmt: skip
"""All thresholds, in the order in which a role sheet and its score use them."""

CREDIT: dict[str, dict[str, float]] = {
    "advance": {"cooperation": 1.0, "statement": 0.7, "contestation": 0.5, "silence": 0.0, "absent": 0.0},
    "weigh": {"cooperation": 1.0, "statement": 1.0, "contestation": 0.7, "silence": 0.3, "absent": 0.0},
    "guard": {"cooperation": 0.0, "statement": 1.0, "contestation": 1.0, "silence": 1.0, "absent": 0.5},
}
"""Credit for an act, by the aim on the issue; a share in [0, 1], an assumption.

*Advance* asks for offers, or at least for statements. *Guard* allows everything but offers. *Weigh* asks to be heard.
"""


def as_markdown() -> str:
    """Return the thresholds and the credits as the two tables of ``docs/explanation/briefs.md``."""
    lines = ["| threshold | value | range | unit | meaning | source |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{item.name}` | {item.default:g} | {item.low:g} to {item.high:g} | {item.unit} | {item.meaning} "
        f"| {item.source} |"
        for item in THRESHOLDS
    ]
    acts = list(CREDIT["advance"])
    lines += ["", f"| aim | {' | '.join(acts)} |", f"|{'---|' * (len(acts) + 1)}"]
    lines += [f"| {aim} | {' | '.join(f'{credit[act]:g}' for act in acts)} |" for aim, credit in CREDIT.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")
