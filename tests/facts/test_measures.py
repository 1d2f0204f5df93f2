"""What each measure says about a record of twelve actors that was written down by hand.

Rows: 0-2 destination (capacity .95, .85, .70; the third developing), 3 both, 4-7 origin (.60, .25, .35, .15), 8-9
organisations, 10-11 networks (a bridge, an outsider).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

import comity
from comity.facts import MEASURES, votes
from comity.forum.timetable import Room
from comity.forum.trace import ChairEntry, MeetingTrace, Trace, YearTrace
from comity.phases import PHASE_CODES, Phase
from comity.population.people import build_population
from comity.record import Record
from comity.rules.agenda import Topic
from comity.world.meeting import EXPERIENCE

N = 12
ABSENT, SILENT, SPEAKS = -1, 0, 2


def flags(*rows: int) -> np.ndarray:
    return np.isin(np.arange(N), rows)


def sitting(phase: Phase, silent: tuple[int, ...] = (), speak: tuple[int, ...] = (), table: dict | None = None):
    """Return one sitting of one round: its phase, acts (n,), and tables (n,) of those seated."""
    acts = np.full(N, ABSENT, dtype=np.int8)
    acts[list(silent)], acts[list(speak)] = SILENT, SPEAKS
    tables = np.where(acts >= 0, 0, -1).astype(np.int16)
    for row, number in (table or {}).items():
        tables[row] = number
    return phase, acts, tables


def meeting(year: int, forum: str, *sittings, **changes) -> MeetingTrace:
    """Return the trace of a meeting of the teaching scenario's DIALOGUE or FORUM in a year."""
    sittings = sittings or (sitting(Phase.PLENARY),)
    rooms = [
        Room(s, phase, f"{s}.{number}", "", "labour migration")
        for s, (phase, _, tables) in enumerate(sittings)
        for number in range(max(int(tables.max()), 0) + 1)
    ]
    trace = MeetingTrace(
        id=f"{forum}{year}",
        forum=forum,
        held_as=forum,
        start=date(year, 9, 1),
        hosts=(),
        openness=0.2,
        donors=flags(),
        active=np.ones(N, dtype=bool),
        present=flags(),
        admitted=flags(),
        topics=(),
        rooms=rooms,
        phases=np.array([PHASE_CODES[phase] for phase, _, _ in sittings]),
        rounds=np.ones(len(sittings), dtype=np.int64),
        acts=np.array([acts for _, acts, _ in sittings]),
        tables=np.array([tables for _, _, tables in sittings]),
        experience=np.zeros(N, dtype=EXPERIENCE),
        cooperation=np.zeros(3),
        sovereignty=np.zeros(3),
        group_trust=np.full((5, 5), 0.5),
        practices=0.0,
        arena=None,
        support=None,
        votes=(),
        snapshot=None,
    )
    return trace._replace(**changes)


SCENARIO = comity.load("teaching")
POPULATION = build_population(SCENARIO)


def record(*meetings: MeetingTrace, **trace) -> Record:
    return Record(SCENARIO, 0, "meetings", POPULATION, Trace(meetings=list(meetings), **trace))


def measure(name: str, first: Record, years: tuple[int, int], other: Record | None = None):
    return MEASURES[name].compute(first, years, first if other is None else other)


def topics(*categories: str) -> tuple[Topic, ...]:
    return tuple(Topic("", "", category) for category in categories)


REMITTANCES, LABOUR, RIGHTS = "remittances/development", "labour migration", "rights/protection"


def test_voice_is_the_share_of_interventions_over_that_of_seats_at_round_tables_alone():
    held = meeting(
        2006,
        "DIALOGUE",
        sitting(Phase.PLENARY, silent=(4, 5, 6, 7), speak=(0, 1, 2)),
        sitting(Phase.ROUND_TABLES, silent=(0, 1, 3, 7), speak=(2, 4, 5, 6, 8, 9)),
    )
    found = measure("voice", record(held), (2006, 2006))
    # Ten seats, six interventions. Destination: 1 of 3; origin: 3 of 4; organisations: 2 of 2; both: 0 of 1.
    assert found == pytest.approx(
        {"destination": (1 / 6) / (3 / 10), "origin": (3 / 6) / (4 / 10), "organisation": (2 / 6) / (2 / 10), "both": 0}
    )


def test_voice_among_states_leaves_the_organisations_out_of_what_is_shared():
    held = meeting(2006, "DIALOGUE", sitting(Phase.ROUND_TABLES, silent=(0, 1, 3, 7), speak=(2, 4, 5, 6, 8, 9)))
    found = measure("voice_of_states", record(held), (2006, 2006))
    # Eight seats of states, four interventions: one for two seats. Destination: 1 of 3; origin: 3 of 4; both: 0 of 1.
    assert found == pytest.approx(
        {"destination": (1 / 3) / 0.5, "origin": 0.75 / 0.5, "both": 0, "organisation": 1 / 0.5}
    )


def test_the_smallest_room_is_the_one_with_the_fewest_seats_taken():
    held = meeting(
        2006, "DIALOGUE", sitting(Phase.ROUND_TABLES, silent=(0, 1, 2), speak=(3, 4, 5, 8, 9), table={2: 1, 5: 1, 9: 1})
    )
    # Room 0: rows 0, 1, 3, 4, 8. Room 1: rows 2 (silent), 5 and 9 (speak).
    assert measure("smallest_room", record(held), (2006, 2006)) == {"state_speakers": 1.0, "organisations": 0.5}


def test_session_attendance_counts_states_and_leaves_out_corridors():
    first = meeting(2006, "DIALOGUE", sitting(Phase.PLENARY, silent=(0, 1, 2, 3, 8, 10)))
    last = meeting(
        2008,
        "DIALOGUE",
        sitting(Phase.PLENARY, silent=(0, 1, 2, 3, 4, 5)),
        sitting(Phase.CLOSING, silent=(0, 1, 2, 3, 4, 5, 6, 7)),
        sitting(Phase.CORRIDOR, silent=(0,)),
    )
    found = measure("session_attendance_change", record(first, last), (2006, 2008))
    assert found == pytest.approx((6 / 8 + 8 / 8) / 2 - 4 / 8)
    assert np.isnan(measure("session_attendance_change", record(first), (2006, 2008)))


def test_corridor_growth():
    before, after = np.zeros((2, N), dtype=EXPERIENCE)
    before["contacts"][:4], after["contacts"][:4] = 2, 3
    first, last = meeting(2006, "DIALOGUE", experience=before), meeting(2008, "DIALOGUE", experience=after)
    assert measure("corridor", record(first, last), (2006, 2008)) == {"growth": 1.5, "within_ties": 1.0}


def test_arenas_are_counted_among_states_that_exist():
    un, informal, nowhere = [0.3, 0.2, 0.0, -0.1], [0.1, 0.2, 0.0, 0.1], [-0.2, -0.1, 0.0, -0.3]
    arena = np.array([informal, informal, nowhere, informal, un, un, un, informal])
    held = meeting(2006, "DIALOGUE", arena=arena, active=~flags(7))
    run, years = record(held), (2006, 2006)
    assert measure("arena_preferences", run, years) == pytest.approx(
        {"origin_un": 1.0, "destination_informal": 2 / 3, "nowhere": 1 / 7, "largest": 3 / 7}
    )
    assert measure("destination_informal", run, years) == pytest.approx(2 / 3)
    # Worth more than nothing: the forum to all but row 2, the norm-setting body to rows 0, 1, 3.
    assert measure("would_join", run, years) == pytest.approx({"forum": 6 / 7, "norm_setting": 3 / 7})
    # Origin states consent to both, two of three destination states too: in equal case the informal one.
    assert measure("informal_wins", run, years) == 1.0
    no_forum = [0.3, -0.1, 0.0, -0.1]
    assert measure("informal_wins", record(held._replace(arena=np.tile(no_forum, (8, 1)))), years) == 0.0


def test_framing_compares_destination_states_of_two_runs():
    opened = record(meeting(2006, "DIALOGUE", sitting(Phase.ROUND_TABLES, silent=(0,), speak=(1, 2, 4))))
    blocked = record(meeting(2006, "DIALOGUE", sitting(Phase.ROUND_TABLES, silent=(0, 1), speak=(4,))))
    assert measure("framing_opens", opened, (2006, 2006), blocked) == pytest.approx(2 / 3)


def test_parties_by_year_and_destination_states_among_them():
    none = np.zeros(N, dtype=np.int8)
    years = [
        YearTrace(year=2006, treaty_party=flags(4, 5).astype(np.int8), agency_member=none),
        YearTrace(year=2008, treaty_party=flags(1, 4, 5, 6).astype(np.int8), agency_member=none),
    ]
    found = measure("convention_parties", record(years=years), (2006, 2008))
    assert found == {"2006": 2.0, "2008": 4.0, "destination": 1.0}


def test_the_agency_is_ranked_by_the_mean_of_all_states():
    support = np.full((3, N), np.nan)
    # SERVICE (row 8) has .5 of 4 origin, .9 of 3 destination states, .4 of 1: 5.1 / 8. RIGHTS (row 9): .9, .2, .4: 4.6 / 8.
    support[:, 8], support[:, 9] = (0.5, 0.9, 0.4), (0.9, 0.2, 0.4)
    first = meeting(2006, "DIALOGUE", support=support)
    last = meeting(2008, "DIALOGUE", support=np.where(np.arange(N) == 9, 0.95, support))
    assert measure("agency_rank", record(first, last), (2006, 2008)) == {"2006": 1.0, "2008": 2.0}


def test_support_of_two_organisations_has_no_correlation():
    support = np.full((3, N), np.nan)
    support[:, 8], support[:, 9] = 0.9, 0.1
    assert np.isnan(measure("mandate_support", record(meeting(2008, "DIALOGUE", support=support)), (2006, 2008)))


def test_small_states_are_the_origin_states_below_their_median():
    first = meeting(2006, "DIALOGUE", sitting(Phase.ROUND_TABLES, silent=(5,), speak=(0, 4, 6, 7)))
    last = meeting(2008, "DIALOGUE", sitting(Phase.PLENARY, speak=(0, 4, 5, 7)))
    assert measure("small_states_voice", record(first, last), (2006, 2008)) == pytest.approx((2 / 4) / (1 / 4))


def test_the_slope_on_stakes():
    speeches = [sitting(Phase.PLENARY, speak=rows) for rows in ((4, 5, 6), (4, 5), (4,))]
    held = meeting(2008, "DIALOGUE", *speeches)
    # Stakes of rows 4-7: .775, .525, .375, .15; interventions 3, 2, 1, 0. Slope 1.0125 / .20671875.
    assert measure("stake_slope", record(held), (2008, 2008)) == pytest.approx(1.0125 / 0.20671875)


def test_states_donors_and_first_meetings_of_the_forum_by_year():
    first = meeting(2007, "FORUM", present=flags(1, 4, 8, 10), donors=flags(1, 2))
    last = meeting(2008, "FORUM", present=flags(0, 1, 4), donors=flags(1))
    run, years = record(first, last, meeting(2008, "DIALOGUE", present=flags(7))), (2007, 2008)
    assert measure("forum_states", run, years) == {"2007": 2.0, "2008": 3.0}
    assert measure("donors", run, years) == {"2007": 2.0, "2008": 1.0}
    found = measure("first_meeting", run, years)
    assert (found["WESTMARK"], found["NORTHLAND"], found["CORAL"]) == (2007.0, 2008.0, 2009.0)


def test_participation_is_told_by_level_and_spread():
    held = [meeting(2007 + y, "FORUM", present=flags(*range(n), 8)) for y, n in enumerate((2, 4, 6))]
    assert measure("participation", record(*held), (2007, 2009)) == {"mean": 4.0, "sd": 2.0}
    assert measure("participation", record(held[0]), (2007, 2009)) == {"mean": 2.0}


def test_members_of_the_agency_by_year():
    none = np.zeros(N, dtype=np.int8)
    years = [YearTrace(year=2013, treaty_party=none, agency_member=flags(1, 4, 5).astype(np.int8))]
    assert measure("agency_members", record(years=years), (2006, 2013)) == {"2013": 3.0}


def test_donors_that_pay_again_and_the_five_that_pay_most_often():
    paid = [(0, 1), (0, 2), (0, 1, 2, 3, 4, 5)]
    held = [meeting(2007 + y, "FORUM", donors=flags(*rows)) for y, rows in enumerate(paid)]
    # Of 2 + 2 donors of the first two meetings 1 + 2 pay again. By donor 3, 2, 2, 1, 1, 1: the first five 9 of 10.
    assert measure("donor_habits", record(*held), (2007, 2009)) == {"persistence": 0.75, "five_largest": 0.9}


def test_votes_are_counted_and_ranked_against_the_roll_call(monkeypatch):
    chances = np.array([[0.8, 0.2, 0, 0], [0.3, 0.2, 0, 0.5], [0.5, 0.5, 0, 0], [0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0]])
    vote = SimpleNamespace(vote="V", rows=np.arange(5), probabilities=chances, answers=np.array([0, 0, 2, 3, 1]))
    run = record(meeting(2008, "DIALOGUE", votes=(vote,)))
    assert measure("vote_answers", run, (2008, 2008)) == {"V_yes": 2.0, "V_abstain": 1.0, "V_no": 1.0, "V_absent": 1.0}
    assert measure("vote_answers", run, (2009, 2012)) == measure("vote_ranking", run, (2008, 2008)) == {}
    ids = POPULATION.ids
    recorded = {ids[0]: "yes", ids[1]: "yes", ids[2]: "no", ids[3]: "abstain", ids[4]: "absent"}
    monkeypatch.setattr(votes, "recorded_answers", lambda vote: recorded)
    # Yes among those present: .8 and .6 for the two that said yes, .5 and .1 for those that did not.
    assert measure("vote_ranking", run, (2008, 2008)) == {"V": 1.0}
    recorded[ids[4]] = "no"  # at .9 it stands above both: four of six pairs
    assert measure("vote_ranking", run, (2008, 2008)) == {"V": pytest.approx(4 / 6)}


def test_the_roll_call_of_a_vote_is_that_of_its_file():
    found = votes.recorded_answers("IMD2012")
    assert Counter(found.values()) == {"yes": 129, "abstain": 49, "absent": 12, "no": 3}
    assert votes.recorded_answers("NONE") == {}


def test_chairs_alternate_where_one_side_follows_the_other():
    hosts = [(0,), (4,), (5,), (1,)]  # developed, developing, developing, developed
    run = record(*(meeting(2007 + y, "FORUM", hosts=host) for y, host in enumerate(hosts)))
    assert measure("chairs_alternate", record(), (2007, 2010), run) == pytest.approx(2 / 3)


def test_chairs_withdraw_among_those_designated():
    events = [(2009, "withdrawal"), (2009, "stand-in"), (2010, "chair"), (2011, "withdrawal"), (2011, "vacancy")]
    chairs = [ChairEntry(date=date(y, 1, 1), meeting=f"F{y}", event=e, state="", text="") for y, e in events]
    assert measure("chairs_withdraw", record(), (2009, 2012), record(chairs=chairs)) == pytest.approx(2 / 3)


def test_the_agenda_its_breadth_and_its_shares():
    first = meeting(2007, "FORUM", topics=topics(REMITTANCES, LABOUR, LABOUR), hosts=(0,))
    last = meeting(2008, "FORUM", topics=topics(REMITTANCES, RIGHTS), hosts=(4,))
    run, years = record(first, last), (2007, 2008)
    assert measure("agenda_breadth", record(), years, run) == {"2007": 2.0, "2008": 3.0, "per_meeting": 2.0}
    assert measure("economic_sessions", record(), years, run) == {"2007": 1.0, "2008": 0.5}
    found = measure("rights_sessions", record(), years, run)
    assert found == {"2007": 0.0, "2008": 0.5, "later": 0.5, "first_host": 1.0}


def test_civil_society_leads_by_the_difference_of_shares():
    def held(year, theirs, governments):
        rooms = [Room(0, Phase.CIVIL_SOCIETY_DAY, "", "", category) for category in theirs]
        return meeting(year, "FORUM", rooms=rooms, topics=topics(*governments))

    run = record(
        held(2007, (RIGHTS, LABOUR), (LABOUR,)), held(2008, (RIGHTS, LABOUR), (RIGHTS, LABOUR, LABOUR, LABOUR))
    )
    found = measure("civil_society_lead", record(), (2007, 2008), run)
    assert found == pytest.approx({"gap": (0.5 + 0.25) / 2, "narrowing": 0.25 - 0.5})


def test_openness_is_told_in_levels_and_set_beside_heads():
    opened = [0.4, 0.6, 0.5]
    admitted = [flags(10), flags(10, 11), flags(10, 11)]
    run = record(
        *(
            meeting(2007 + y, "FORUM", openness=o, admitted=a)
            for y, (o, a) in enumerate(zip(opened, admitted, strict=True))
        )
    )
    assert measure("openness_levels", record(), (2007, 2009), run) == pytest.approx({"2007": 2, "2008": 3, "2009": 2.5})
    # Heads 1, 2, 2 less their mean: -2/3, 1/3, 1/3; openness -.1, .1, 0: .1 / sqrt(2/3 * .02).
    assert measure("headcount_openness", run, (2007, 2009)) == pytest.approx(0.1 / np.sqrt(2 / 3 * 0.02))


def test_trust_between_roles_in_both_directions():
    def trusted(year, forum, there, back, networks):
        trust = np.full((5, 5), 0.3)
        trust[0, 1], trust[1, 0] = there, back
        trust[:3, 4] = networks
        return trust

    first = meeting(2007, "FORUM", group_trust=trusted(2007, "FORUM", 0.4, 0.5, 0.3))
    last = meeting(2008, "DIALOGUE", group_trust=trusted(2008, "DIALOGUE", 0.6, 0.5, (0.4, 0.2, 0.8)))
    run = record(first, last)
    assert measure("role_trust_gain", run, (2007, 2008)) == pytest.approx(0.1)
    # Four origin, three destination states, one of both: (4 * .4 + 3 * .2 + .8) / 8 = .375.
    assert measure("trust_in_networks", run, (2007, 2008)) == pytest.approx({"gain": 0.075})


def test_a_run_that_held_nothing_says_nothing():
    for item in MEASURES.values():
        found = item.compute(record(), (2006, 2013), record())
        values = list(found.values()) if isinstance(found, dict) else [found]
        assert all(np.isnan(value) for value in values), item.name
