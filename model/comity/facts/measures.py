"""The list of measures. Where a calendar scripts what a fact is about, a measure reads a second run of the same luck in
which it is chosen by the model; see :mod:`comity.facts.variants`."""

from __future__ import annotations

from comity.facts import dialogues, forum, votes
from comity.facts.measure import FactMeasure

__all__ = ["MEASURES"]

MEASURES: dict[str, FactMeasure] = {
    measure.name: measure
    for measure in (
        dialogues.voice,
        dialogues.voice_of_states,
        dialogues.smallest_room,
        dialogues.session_attendance_change,
        dialogues.corridor,
        dialogues.arena_preferences,
        dialogues.would_join,
        dialogues.informal_wins,
        dialogues.framing_opens,
        dialogues.agency_rank,
        dialogues.mandate_support,
        dialogues.destination_informal,
        dialogues.small_states_voice,
        dialogues.stake_slope,
        forum.convention_parties,
        forum.forum_states,
        forum.participation,
        forum.agency_members,
        forum.chairs_alternate,
        forum.chairs_withdraw,
        forum.donors,
        forum.donor_habits,
        forum.first_meeting,
        forum.agenda_breadth,
        forum.economic_sessions,
        forum.rights_sessions,
        forum.civil_society_lead,
        forum.openness_levels,
        forum.headcount_openness,
        forum.invented_spaces,
        forum.network_kinds,
        forum.role_trust_gain,
        forum.trust_in_networks,
        votes.vote_answers,
        votes.vote_ranking,
    )
}
"""All measures by name."""
