"""What a state's record in the General Assembly to 2005 says: how often it objected, and how often it was away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["agreed_texts", "answer_record"]

YES, ABSTAIN, NO, ABSENT = 1, 2, 3, 8
SUBJECTS = {"hr", "ec"}
"""Human rights and economic development; texts without a subject count too. Disarmament, colonies, Palestine do not."""


def agreed_texts(codes: np.ndarray, subjects: pd.Series, developed: np.ndarray, g77: np.ndarray) -> np.ndarray:
    """Return which roll calls were on texts that both camps had agreed, as their votes tell, shape (roll calls,).

    A text counts as agreed where more than half of the developed states and more than half of the Group of 77 that
    answered said yes, and its subject is human rights, the economy or none. How these texts were negotiated is in no
    source at hand, so they are told by their votes, and the share of yes among them is biased upward.

    Parameters
    ----------
    codes
        (roll calls, states): 1 yes, 2 abstain, 3 no, 8 absent, 9 not a member.
    subjects
        Codes of subjects by roll call, separated by semicolons.
    developed, g77
        Which states belong to each camp, (states,).
    """
    is_subject = subjects.fillna("").map(lambda text: set(filter(None, text.split(";"))) <= SUBJECTS).to_numpy()
    return np.asarray(is_subject & _majority(codes[:, developed]) & _majority(codes[:, g77]))


def _majority(codes: np.ndarray) -> np.ndarray:
    return np.asarray(2 * (codes == YES).sum(axis=1) > np.isin(codes, (YES, ABSTAIN, NO)).sum(axis=1))


def answer_record(
    roll_calls: pd.DataFrame, subjects: pd.DataFrame, developed: pd.Series, g77: pd.Series, weights: Mapping[str, float]
) -> pd.DataFrame:
    """Return by state ``non_yes_share`` on agreed texts and ``absent_share`` of all, 0-1, missing where there is none.

    Both shrink towards the mean of all states, which counts as much as ``weights["prior"]`` roll calls: a state that
    answered four times is no proof of a habit. Absences are counted from the year ``weights["absent_from"]``.

    Parameters
    ----------
    roll_calls
        One row per roll call with ``rcid``, ``date`` and one column of codes per state.
    subjects
        ``rcid`` and ``subjects`` of each.
    developed, g77
        1 for members of the camp, by state.
    """
    states = developed.index
    codes = roll_calls[list(states)].to_numpy()
    named = subjects.set_index("rcid")["subjects"].reindex(roll_calls["rcid"])
    agreed = codes[agreed_texts(codes, named, developed.to_numpy() == 1, g77.to_numpy() == 1)]
    late = codes[(roll_calls["date"].str[:4].astype(int) >= weights["absent_from"]).to_numpy()]
    objected, answered = np.isin(agreed, (ABSTAIN, NO)).sum(axis=0), np.isin(agreed, (YES, ABSTAIN, NO)).sum(axis=0)
    away, member = (late == ABSENT).sum(axis=0), (late != 9).sum(axis=0)
    return pd.DataFrame(
        {
            "non_yes_share": _shrunk(objected, answered, weights["prior"]),
            "absent_share": _shrunk(away, member, weights["prior"]),
        },
        index=states,
    )


def _shrunk(counted: np.ndarray, of: np.ndarray, prior: float) -> np.ndarray:
    """Return (counted + prior * mean) / (of + prior), nan where there is nothing to count."""
    mean = counted.sum() / of.sum()
    return np.where(of > 0, (counted + prior * mean) / (of + prior), np.nan)
