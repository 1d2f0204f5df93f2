"""Every number that can move a result: name, symbol, unit, range, default and source, in one place."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from comity.compiled import INTERPRETED
from comity.scenario.value import Value

__all__ = ["Parameters", "parameter_table", "rates_of"]


def _parameter(
    default: float,
    low: float,
    high: float,
    text: str,
    *,
    symbol: str,
    group: str,
    source: str,
    unit: str = "1",
    free: bool = False,
) -> Any:
    """Declare one parameter; ``free`` marks those that calibration may move."""
    return Field(
        default=default,
        ge=low,
        le=high,
        description=text,
        json_schema_extra={
            "symbol": symbol,
            "unit": unit,
            "group": group,
            "source": source,
            "free": free,
        },
    )


_ASSUMED = "assumption"
_LOGIT = "logit"


class Parameters(Value):
    """The parameters of the mechanisms; a strength of zero switches its mechanism off."""

    base_exposure: float = _parameter(
        0.25, 0, 1, "political cost of an issue in a forum that binds nobody at all",
        symbol="b_0", group="exposure", source=_ASSUMED, free=True,
    )

    engagement_intercept: float = _parameter(
        -1.2, -6, 6, "readiness to take the floor at a round table, all else at its middle",
        symbol="g_0", group="engagement", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    engagement_salience: float = _parameter(
        0.8, 0, 4, "weight of how much the actor cares about the issue",
        symbol="g_s", group="engagement", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    engagement_trust: float = _parameter(
        3.0, 0, 10, "weight of the actor's mean trust in the room",
        symbol="g_T", group="engagement", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    engagement_cooperation: float = _parameter(
        1.0, 0, 6, "weight of the disposition to cooperate",
        symbol="g_c", group="engagement", unit=_LOGIT, source=_ASSUMED,
    )
    engagement_sovereignty: float = _parameter(
        6.0, 0, 20, "weight of sovereignty times exposure: what keeps delegates silent",
        symbol="g_sigma", group="engagement", unit=_LOGIT,
        source="chapter, 'UN-Led Multilateral Encounters': governments silent; strength: assumption", free=True,
    )
    engagement_mandate: float = _parameter(
        2.0, 0, 8, "weight of a mandate to speak: competent organisation or co-chair",
        symbol="g_m", group="engagement", unit=_LOGIT,
        source="chapter, 'UN-Led Multilateral Encounters': UN staff present; strength: assumption", free=True,
    )

    conditional_cooperation: float = _parameter(
        4.0, 0, 12, "how strongly a speaker's cooperation depends on its trust in the room",
        symbol="lambda", group="act", source="Axelrod (1984), Kydd (2005); strength: assumption", free=True,
    )
    contest_distance: float = _parameter(
        0.25, 0, 1, "distance from the room's mean position beyond which a speaker may contest",
        symbol="tau", group="act", source=_ASSUMED, free=True,
    )

    trust_learning: float = _parameter(
        1.0, 0, 5, "weight of one intervention as evidence about its speaker; 0: no trust learning",
        symbol="w_T", group="trust", unit="pieces of evidence",
        source="beta reputation, Josang and Ismail (2002); strength: assumption", free=True,
    )
    prior_weight: float = _parameter(
        4.0, 0.1, 50, "how many pieces of evidence the trust before 2006 is worth",
        symbol="W", group="trust", unit="pieces of evidence", source="Josang and Ismail (2002): 2; " + _ASSUMED,
    )
    evidence_decay: float = _parameter(
        0.10, 0, 1, "share of the evidence about others that is forgotten in a year",
        symbol="delta", group="trust", unit="per year", source=_ASSUMED, free=True,
    )

    persuasion_rate: float = _parameter(
        0.06, 0, 1, "share of the distance to trusted speakers that a listener moves",
        symbol="eta_p", group="socialisation", unit="per round",
        source="Checkel (2005), persuasion; strength: assumption", free=True,
    )
    confidence_bound: float = _parameter(
        0.40, 0, 1, "largest difference of position at which a speaker is still heard",
        symbol="epsilon", group="socialisation", source="Deffuant et al. (2000); value: assumption", free=True,
    )
    social_influence_rate: float = _parameter(
        0.04, 0, 1, "share of the way to the room's cooperativeness that a listener moves",
        symbol="eta_s", group="socialisation", unit="per round",
        source="Johnston (2001), social influence; strength: assumption", free=True,
    )
    mimicry_rate: float = _parameter(
        0.10, 0, 1, "chance of copying a practice shared by a fully trusted speaker",
        symbol="eta_m", group="socialisation", source="Johnston (2001), mimicry; strength: assumption", free=True,
    )
    mimicry_gain: float = _parameter(
        0.02, 0, 1, "share of the way to full cooperation that one copied practice is worth",
        symbol="kappa_m", group="socialisation", source=_ASSUMED,
    )

    reassurance_rate: float = _parameter(
        0.02, 0, 1, "fall of sovereignty in a wholly cooperative room that binds nobody",
        symbol="eta_r", group="sovereignty", unit="per round", source="Rother (2019); strength: assumption",
        free=True,
    )
    backlash_rate: float = _parameter(
        0.05, 0, 1, "rise of sovereignty in a room that contests only the actor's camp, at full exposure",
        symbol="eta_b", group="sovereignty", unit="per round", source=_ASSUMED, free=True,
    )

    attendance_intercept: float = _parameter(
        -0.6, -8, 8, "readiness to come to a meeting",
        symbol="h_0", group="attendance", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    attendance_capacity: float = _parameter(
        1.6, 0, 8, "weight of capacity in coming to a meeting and in manning its rooms",
        symbol="h_q", group="attendance", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    attendance_attachment: float = _parameter(
        3.0, 0, 8, "weight of attachment to the forum",
        symbol="h_p", group="attendance", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    attendance_cooperation: float = _parameter(
        1.0, 0, 8, "weight of the disposition to cooperate",
        symbol="h_c", group="attendance", unit=_LOGIT, source=_ASSUMED,
    )
    attendance_sovereignty: float = _parameter(
        3.0, 0, 12, "weight of sovereignty times the bindingness of the forum, states only",
        symbol="h_sigma", group="attendance", unit=_LOGIT, source=_ASSUMED, free=True,
    )
    attendance_salience: float = _parameter(
        0.5, 0, 8, "weight of how salient the agenda is to the actor",
        symbol="h_stake", group="attendance", unit=_LOGIT, source=_ASSUMED,
    )
    room_intercept: float = _parameter(
        -2.2, -8, 8, "readiness of a delegation that came to sit in one given room",
        symbol="h_r", group="attendance", unit=_LOGIT,
        source="chapter, 'UN-Led Multilateral Encounters': empty seats; value: assumption",
    )
    attachment_rate: float = _parameter(
        0.15, 0, 1, "how fast attachment to a forum follows what was experienced there",
        symbol="eta_a", group="attendance", unit="per meeting", source=_ASSUMED, free=True,
    )

    corridor_rate: float = _parameter(
        8.0, 0, 100, "bilateral contacts per unit of stake and mutual trust",
        symbol="zeta", group="corridor", source=_ASSUMED,
    )
    agreement_rate: float = _parameter(
        0.3, 0, 1, "chance that a contact of fully trusting, fully cooperative partners ends in an agreement",
        symbol="zeta_a", group="corridor", source=_ASSUMED,
    )

    agenda_inertia: float = _parameter(
        0.5, 0, 5, "weight of having been on the last agenda", symbol="a_0", group="agenda", source=_ASSUMED,
    )
    agenda_chair: float = _parameter(
        1.0, 0, 5, "weight of the chair's own salience", symbol="a_h", group="agenda",
        source="chapter, 'GFMD': the host has significant influence; strength: assumption",
    )
    agenda_demand: float = _parameter(
        1.0, 0, 5, "weight of the salience to those who came last time",
        symbol="a_d", group="agenda", source=_ASSUMED,
    )
    agenda_civil_society: float = _parameter(
        1.0, 0, 5, "weight of civil society's salience, times openness",
        symbol="a_c", group="agenda", source=_ASSUMED,
    )
    agenda_novelty: float = _parameter(
        1.0, 0, 5, "bonus of a topic that no meeting has discussed yet",
        symbol="a_n", group="agenda", source=_ASSUMED,
    )
    agenda_comfort: float = _parameter(
        6.0, 0, 20, "how strongly topics that cost sovereignty are kept off the agenda",
        symbol="kappa", group="agenda", source="chapter, 'GFMD': rights controversial at first; " + _ASSUMED,
        free=True,
    )

    chair_selectivity: float = _parameter(
        6.0, 0, 50, "how closely the choice of chair follows attachment, capacity and trust",
        symbol="v_s", group="chair", source=_ASSUMED,
    )
    withdrawal_rate: float = _parameter(
        0.10, 0, 1, "chance that a designated chair withdraws, without shock and fully funded",
        symbol="v_w", group="chair", source=_ASSUMED,
    )
    withdrawal_unfunded: float = _parameter(
        0.40, 0, 1, "added chance for the poorest chair without any pledge", symbol="v_u", group="chair",
        source="facts R3: hosts with limited funds need donors and can withdraw; strength: assumption",
    )
    donors_needed: float = _parameter(
        10.0, 1, 100, "donor governments at which a meeting counts as funded", symbol="v_d", group="chair",
        unit="governments", source="facts F25: 5 to 21 donors for each chair; value: assumption",
    )
    pledge_intercept: float = _parameter(
        -6.0, -12, 6, "readiness to pledge money", symbol="m_0", group="chair", unit=_LOGIT, source=_ASSUMED,
        free=True,
    )
    pledge_attachment: float = _parameter(
        3.0, 0, 10, "weight of attachment in a pledge", symbol="m_p", group="chair", unit=_LOGIT, source=_ASSUMED,
    )
    pledge_income: float = _parameter(
        3.0, 0, 10, "weight of income in a pledge", symbol="m_y", group="chair", unit=_LOGIT, source=_ASSUMED,
    )
    pledge_need: float = _parameter(
        0.5, 0, 5, "added readiness where the host is a developing country",
        symbol="m_n", group="chair", unit=_LOGIT, source="facts R3 (gfmd.org, who pays); strength: assumption",
    )

    openness_climate: float = _parameter(
        0.2, 0, 1, "how far the host's civil-society climate moves openness",
        symbol="o_c", group="openness", source="chapter, 'GFMD': openness reflects the host; " + _ASSUMED,
    )
    openness_trust: float = _parameter(
        0.8, 0, 2, "how far states' trust in civil society moves openness",
        symbol="o_T", group="openness", source=_ASSUMED,
    )
    accreditation_share: float = _parameter(
        0.3, 0, 1, "share of delegates' applications accepted at openness 0.4",
        symbol="o_a", group="openness", source="facts R5: about 0.3 accepted",
    )
    accreditation_delegates: float = _parameter(
        4.0, 1, 50, "delegates for whom a network applies; it is present when one is accepted",
        symbol="o_d", group="openness", unit="delegates", source=_ASSUMED,
    )

    arena_sovereignty: float = _parameter(
        0.8, 0, 4, "weight of sovereignty times exposure against the benefit of an arena",
        symbol="r_sigma", group="arena", source=_ASSUMED,
    )
    arena_threshold: float = _parameter(
        0.12, 0, 1, "fixed cost of having any forum at all", symbol="r_0", group="arena", source=_ASSUMED,
    )

    support_service: float = _parameter(
        0.6, 0, 4, "weight of the services that an organisation offers to states",
        symbol="u_v", group="organisations", source=_ASSUMED,
    )
    support_sovereignty: float = _parameter(
        0.6, 0, 4, "weight of sovereignty times the organisation's normative mandate",
        symbol="u_sigma", group="organisations", source="chapter, 'Conclusion': non-normative agency; " + _ASSUMED,
    )
    support_trust: float = _parameter(
        1.0, 0, 4, "weight of trust in the organisation", symbol="u_T", group="organisations", source=_ASSUMED,
    )
    authority_rate: float = _parameter(
        0.3, 0, 1, "how fast an organisation's authority follows the support it has",
        symbol="u_a", group="organisations", unit="per year", source=_ASSUMED,
    )

    domestic_pull: float = _parameter(
        0.10, 0, 1, "share of the distance to the domestic anchor that a position falls back",
        symbol="rho", group="between", unit="per year", source=_ASSUMED, free=True,
    )
    turnover: float = _parameter(
        0.15, 0, 1, "share of delegations replaced, which lose what they learned",
        symbol="theta", group="between", unit="per year", source=_ASSUMED, free=True,
    )
    turnover_loss: float = _parameter(
        0.5, 0, 1, "share of changed cooperation and sovereignty that leaves with a delegation",
        symbol="theta_l", group="between", source=_ASSUMED,
    )
    pressure_recovery: float = _parameter(
        0.5, 0, 1, "share of the domestic pressure of a shock that is gone after a year",
        symbol="chi", group="between", unit="per year", source=_ASSUMED,
    )
    ratification_rate: float = _parameter(
        0.04, 0, 1, "hazard of joining the migrant workers' convention for a state wholly in favour",
        symbol="z_c", group="between", unit="per year", source=_ASSUMED,
    )
    accession_rate: float = _parameter(
        0.15, 0, 1, "hazard of joining IOM for a state that supports it fully",
        symbol="z_i", group="between", unit="per year", source=_ASSUMED,
    )

    vote_intercept: float = _parameter(
        0.5, -6, 6, "inclination to vote yes", symbol="y_0", group="vote", unit=_LOGIT, source=_ASSUMED,
    )
    vote_position: float = _parameter(
        4.0, 0, 20, "weight of the salience-weighted position", symbol="y_x", group="vote", unit=_LOGIT,
        source=_ASSUMED,
    )
    vote_trust: float = _parameter(
        4.0, 0, 20, "weight of mean trust in the other states", symbol="y_T", group="vote", unit=_LOGIT,
        source=_ASSUMED,
    )
    vote_sovereignty: float = _parameter(
        4.0, 0, 20, "weight of sovereignty times perceived bindingness", symbol="y_sigma", group="vote",
        unit=_LOGIT, source=_ASSUMED,
    )
    vote_pressure: float = _parameter(
        3.0, 0, 20, "weight of domestic pressure", symbol="y_d", group="vote", unit=_LOGIT, source=_ASSUMED,
    )
    vote_abstention: float = _parameter(
        1.5, 0, 10, "width of the band of utility in which a state abstains", symbol="y_a", group="vote",
        unit=_LOGIT, source=_ASSUMED,
    )
    absence_intercept: float = _parameter(
        0.5, -8, 8, "readiness to stay away from a vote", symbol="y_n", group="vote", unit=_LOGIT, source=_ASSUMED,
    )
    absence_capacity: float = _parameter(
        3.0, 0, 10, "weight of capacity and of attachment against absence", symbol="y_q", group="vote",
        unit=_LOGIT, source=_ASSUMED,
    )


_RECORD = np.dtype([(name, np.float64) for name in Parameters.model_fields])


def rates_of(parameters: Parameters) -> np.ndarray:
    """Return the parameters as a record array of length 1; compiled rules read its only record by name.

    An array, since numba takes one from Python twenty times faster than a record.
    """
    rates = np.array([tuple(getattr(parameters, name) for name in Parameters.model_fields)], dtype=_RECORD)
    return rates.view(np.recarray) if INTERPRETED else rates


def parameter_table() -> list[dict[str, Any]]:
    """Return one row per parameter: name, symbol, unit, group, low, high, default, free, source, meaning."""
    rows = []
    for name, field in Parameters.model_fields.items():
        extra: dict[str, Any] = dict(field.json_schema_extra)  # type: ignore[arg-type]
        bounds = {type(item).__name__: item for item in field.metadata}
        rows.append(
            {
                "name": name,
                **{key: extra[key] for key in ("symbol", "unit", "group")},
                "low": float(bounds["Ge"].ge),
                "high": float(bounds["Le"].le),
                "default": float(field.default),
                "free": extra["free"],
                "source": extra["source"],
                "meaning": field.description,
            }
        )
    return rows
