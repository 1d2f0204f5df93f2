"""The sentences with numbers in the lessons' answers and on the page on doubting, each with what measures them again.

In a sentence ``#`` stands for a number. The values come in the order of the numbers, as functions of a
:class:`measured.Measured`, so that the sentences can be read without a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.classroom.measured import Measured

__all__ = ["STATED"]

Values = Callable[[Measured], Sequence[float]]
EARLY = ("GFMD2008", "GFMD2009", "GFMD2010", "GFMD2011")
OPEN, INFORMAL = (f"seminar/1_silent_delegates/{name}" for name in ("dialogue_2006", "informal_dialogue"))
FREE, CALM = (f"seminar/3_who_hosts_who_pays/{name}" for name in ("free_hosts", "free_hosts_no_crisis"))


def paired(patch: str, *measures: str, lower: bool = False, on: str = "") -> Values:
    """Difference and half width of each measure; ``on``: for which of them the value of history follows, as y or n."""

    def values(m: Measured) -> list[float]:
        found: list[float] = []
        for number, measure in enumerate(measures):
            effect = m.effect(patch, measure)
            found += [-effect.difference if lower else effect.difference, effect.half_width]
            found += [effect.reference] if on[number : number + 1] == "y" else []
        return found

    return values


def wilson(source: str) -> Values:
    return lambda m: [m.totals(source)[name] for name in ("reproduced", "facts", "share_low", "share_high")]


_SILENT = ("silent_destination", "silent_origin")

STATED: dict[str, list[tuple[str, Values]]] = {
    "1": [
        (
            "Mean over seeds 0-99 of `dialogue_2006` (the run of step 1): # % of destination seats at the tables, # % of "
            "origin seats (± # and ± # points, 95 %)",
            lambda m: [
                *(100 * m.mean(name, OPEN, 100) for name in _SILENT),
                *(100 * m.half(name, OPEN, 100) for name in _SILENT),
            ],
        ),
        (
            "With seed 1 the shares are # % and # %, with seed 2 # % and # %",
            lambda m: [100 * m.runs(OPEN, 100)[name][seed] for seed in (1, 2) for name in _SILENT],
        ),
        (
            "the more silent ones in # of the 100 runs",
            lambda m: [int((m.runs(OPEN, 100)[_SILENT[0]] > m.runs(OPEN, 100)[_SILENT[1]]).sum())],
        ),
        (
            "On the same 100 seeds, # states come instead of # (# ± #), # destination states instead of #, and # states "
            "speak instead of # (# ± #)",
            lambda m: [
                *(m.mean("states", name, 100) for name in (INFORMAL, OPEN)),
                *m.change("states", INFORMAL, OPEN, 100),
                *(m.mean("destination", name, 100) for name in (INFORMAL, OPEN)),
                *(m.mean("spoke", name, 100) for name in (INFORMAL, OPEN)),
                *m.change("spoke", INFORMAL, OPEN, 100),
            ],
        ),
        (
            "The silent share of destination seats falls by # ± # points, that of origin seats by # ± #",
            lambda m: [100 * value for name in _SILENT for value in m.change(name, OPEN, INFORMAL, 100)],
        ),
        (
            "100 pairs (`comity compare` as in step 3 with `--replicates 100`, study seed 0): more practices are copied "
            "(# ± # on #), more talks in the corridor end in an agreement (# ± # on #), destination voice rises (# ± # on "
            "#), and so does trust between roles (# ± #). The cooperative share shows no clear difference (# ± #)",
            lambda m: [
                value
                for measure, on in (
                    ("practices", True), ("agreements", True), ("destination_voice", True), ("trust_roles", False),
                    ("cooperative_share", False),
                )
                for value in m.compared(OPEN, INFORMAL, measure)[: 3 if on else 2]
            ],
        ),
        ("(met in # % of the runs)", lambda m: [100 * m.fact("F1b.origin")["share"]]),
        ("voice in only # %", lambda m: [100 * m.fact("F1b.destination")["share"]]),
        ("(F2, # %)", lambda m: [100 * m.fact("F2.organisations")["share"]]),
        ("(F3, # %)", lambda m: [100 * m.fact("F3")["share"]]),
    ],
    "2": [
        (
            "destination voice # ± # (on #), origin voice # ± # (on #), cooperative share # ± # (on #), cooperation # ± # "
            "(on #), sovereignty # ± #, practices # ± # (on #), agreements # ± # (on #), expected yes # ± # (on #)",
            paired(
                "no_development_framing", "destination_voice", "origin_voice", "cooperative_share", "cooperation",
                "sovereignty", "practices", "agreements", "expected_yes", on="yyyynyyy",
            ),
        ),
        (
            "destination voice # ± #, origin voice # ± #, cooperative share # ± #, sovereignty # ± #, practices # ± #",
            paired(
                "rights_first", "destination_voice", "origin_voice", "cooperative_share", "sovereignty", "practices"
            ),
        ),
        (
            "No framing: trust roles # ± #; rights first: # ± #",
            lambda m: [
                *paired("no_development_framing", "trust_roles")(m), *paired("rights_first", "trust_roles")(m)
            ],
        ),
        ("shows no difference (# ± #)", paired("no_frame_resonance", "destination_voice")),
        ("expected yes falls by # ± #", paired("no_frame_resonance", "expected_yes", lower=True)),
        (
            "politicisation of issues (rights #, remittances #) and their development framing (rights #, remittances #)",
            lambda m: [
                getattr(m.issue(issue), name)
                for name in ("politicisation", "development_framing")
                for issue in ("rights", "remittances")
            ],
        ),
    ],
    "3": [
        (
            "Seeds 0-99 of `hld_gfmd`: # donor governments if all hosts are developed states, # if one of them is not",
            lambda m: [m.mean(f"donors, {hosts} hosts", "hld_gfmd", 100) for hosts in ("developed", "other")],
        ),
        (
            "there are # donors in 2007, # in 2012 and # in 2021",
            lambda m: [m.mean(f"donors GFMD{year}", "hld_gfmd", 100) for year in (2007, 2012, 2021)],
        ),
        (
            "(`comity run --set parameters.pledge_need=0`, seeds 0-29) a meeting has # ± # donors fewer",
            lambda m: m.change("donors", "hld_gfmd", "hld_gfmd pledge_need", 30),
        ),
        (
            "(`comity run --set parameters.pledge_habit=0`, seeds 0-29) a meeting has # ± # donors fewer",
            lambda m: m.change("donors", "hld_gfmd", "hld_gfmd pledge_habit", 30),
        ),
        (
            "The richest quarter of states makes # % of all pledges",
            lambda m: [
                100 * m.mean("pledges of the rich", "hld_gfmd", 100) / m.mean("pledges", "hld_gfmd", 100)
            ],
        ),
        (
            "seeds 0-99: # withdrawals in sixteen years (± #), # of them at the meetings of 2008 to 2011",
            lambda m: [
                m.mean("withdrawals", FREE, 100), m.half("withdrawals", FREE, 100),
                sum(m.mean(f"withdrawals {meeting}", FREE, 100) for meeting in EARLY),
            ],
        ),
        (
            "there are # (± #), of which # at these meetings",
            lambda m: [
                m.mean("withdrawals", CALM, 100), m.half("withdrawals", CALM, 100),
                sum(m.mean(f"withdrawals {meeting}", CALM, 100) for meeting in EARLY),
            ],
        ),
        ("(met in # % of 200 replicates", lambda m: [100 * m.fact("F23")["share"]]),
        (
            "there are # donors where # paid",
            lambda m: [m.fact("F25.2011")["median"], m.fact("F25.2011")["observed"]],
        ),
        (
            "(# in 2007 where # paid, # in 2008 where # paid)",
            lambda m: [
                value
                for year in (2007, 2008)
                for value in (m.fact(f"F25.{year}")["median"], m.fact(f"F25.{year}")["observed"])
            ],
        ),
        ("(# where # paid)", lambda m: [m.fact("F25.2012")["median"], m.fact("F25.2012")["observed"]]),
    ],
    "4": [
        ("trust networks is # in history", lambda m: [m.effect("no_pga", "trust_networks").reference]),
        (
            "the trust of states in it is lower by # ± #; with closed hosts, by # ± #. With open hosts it is higher by # "
            "± #",
            lambda m: [
                *paired("no_civil_society", "trust_networks", lower=True)(m),
                *paired("closed_hosts", "trust_networks", lower=True)(m),
                *paired("open_hosts", "trust_networks")(m),
            ],
        ),
        ("grows by # in history", lambda m: [m.fact("F49.gain")["median"]]),
        ("(`no_trust_learning`, also #)", lambda m: [m.effect("no_trust_learning", "trust_networks").difference]),
        (
            "cooperation is *higher* by # ± # (on #), and the cooperative share by # ± # (on #)",
            paired("no_civil_society", "cooperation", "cooperative_share", on="yy"),
        ),
        (
            "both are higher too (# and #)",
            lambda m: [m.effect("open_hosts", name).difference for name in ("cooperation", "cooperative_share")],
        ),
        (
            "Without civil society expected yes is lower by # ± #, a hundredth of one vote of 193",
            paired("no_civil_society", "expected_yes", lower=True),
        ),
        ("(`no_advocacy`) expected yes is lower by # ± #", paired("no_advocacy", "expected_yes", lower=True)),
        (
            "Without the People's Global Action: trust networks # ± #, cooperation # ± #",
            paired("no_pga", "trust_networks", "cooperation"),
        ),
    ],
    "5": [
        (
            "the World Bank is first in support in # of 50 runs (seeds 0-49); IOM is second in # and third in #",
            lambda m: [
                m.count("first HLD2006", "WB", "hld_gfmd"), m.count("rank HLD2006", 2, "hld_gfmd"),
                m.count("rank HLD2006", 3, "hld_gfmd"),
            ],
        ),
        (
            "In 2013 and at the last meeting, in 2021, IOM is first in # of 50",
            lambda m: [
                min(m.count(f"first {meeting}", "IOM", "hld_gfmd") for meeting in ("HLD2013", "GFMD2021"))
            ],
        ),
        (
            "mean support grows from # in 2006 to # in 2013",
            lambda m: [m.mean(f"support {meeting}", "hld_gfmd", 50) for meeting in ("HLD2006", "HLD2013")],
        ),
        (
            "falls to rank # in 2006 and to about 15 in 2013 (mean #, from # to #; seeds 0-49)",
            lambda m: [
                m.mean("rank HLD2006", "iom_normative", 50), m.mean("rank HLD2013", "iom_normative", 50),
                m.runs("iom_normative", 50)["rank HLD2013"].min(), m.runs("iom_normative", 50)["rank HLD2013"].max(),
            ],
        ),
        (
            "The World Bank is then first in 2013 in # of 50 runs, and IOM has # members in 2021 instead of #",
            lambda m: [
                m.count("first HLD2013", "WB", "iom_normative"), m.mean("members", "iom_normative", 50),
                m.mean("members", "hld_gfmd", 50),
            ],
        ),
        (
            "With seed 0 (step 2), ILO is #th in 2006, OHCHR #th, UNHCR #th; the correlation of mandate and support among "
            "destination states in 2006 is #",
            lambda m: [
                m.runs("hld_gfmd", 50)[name][0] for name in ("ILO's rank", "OHCHR's rank", "UNHCR's rank", "correlation")
            ],
        ),
        ("As normative as the ILO: cooperation # ± #, practices # ± # on #",
         paired("iom_normative", "cooperation", "practices", on="ny")),
        ("Without IOM: cooperation # ± #, practices # ± #", paired("no_iom", "cooperation", "practices")),
        (
            "first place in 2013 in # of 50 runs, and in 2021 in #, ICMPD in the other #",
            lambda m: [
                m.count("first HLD2013", "WB", "no_iom"), m.count("first GFMD2021", "WB", "no_iom"),
                m.count("first GFMD2021", "ICMPD", "no_iom"),
            ],
        ),
    ],
    "doubt": [
        ("# of 36 facts are reproduced", lambda m: [m.totals("socialisation")["reproduced"]]),
        ("a rival theory without socialisation reproduces #", lambda m: [m.totals("institutionalist")["reproduced"]]),
        (
            "The vote of 2008 on the forum has # yes where # were recorded; in the Human Rights Council # abstain where "
            "# did",
            lambda m: [
                value
                for key in ("F52.GFMD2008VOTE_yes", "F54.HRC2011_abstain")
                for value in (m.fact(key)["median"], m.fact(key)["observed"])
            ],
        ),
        (
            "donors rise from # in 2007 to # in 2012, where 21 were counted, and to # in 2021",
            lambda m: [m.mean(f"donors GFMD{year}", "hld_gfmd", 100) for year in (2007, 2012, 2021)],
        ),
        ("# % of all acts contest something", lambda m: [100 * m.mean("contesting", "hld_gfmd", 30)]),
        (
            "lower by # ± # of all states",
            paired("no_civil_society", "expected_yes", lower=True),
        ),
    ],
    "6": [
        (
            "socialisation reproduces # of the # facts with a verdict (share #, 95 % from # to #), the institutionalist "
            "theory # of # (# to #), the rationalist one # of # (# to #)",
            lambda m: [
                *wilson("socialisation")(m)[:2], m.totals("socialisation")["share"], *wilson("socialisation")(m)[2:],
                *wilson("institutionalist")(m), *wilson("rationalist")(m),
            ],
        ),
        (
            "By targets the first two score # of # and # of #",
            lambda m: [
                m.totals(theory)[name]
                for theory in ("socialisation", "institutionalist")
                for name in ("targets_reproduced", "targets")
            ],
        ),
        (
            "# yes in the median run, # recorded",
            lambda m: [m.fact("F52.GFMD2008VOTE_yes")["median"], m.fact("F52.GFMD2008VOTE_yes")["observed"]],
        ),
        (
            "Without the forum: cooperation # ± # (on #), trust roles # ± # (on #), expected yes # ± # (on #)",
            paired("no_gfmd", "cooperation", "trust_roles", "expected_yes", on="yyy"),
        ),
        (
            "Without socialisation: cooperation # ± #, but expected yes only # ± #. Without learning to trust: "
            "cooperation # ± #, expected yes # ± #",
            lambda m: [
                value
                for patch in ("no_socialisation", "no_trust_learning")
                for value in paired(patch, "cooperation", "expected_yes")(m)
            ],
        ),
        (
            "lower by # ± # without social influence, by # ± # without mimicry, by # ± # without persuasion",
            lambda m: [
                value
                for name in ("social_influence_rate", "mimicry_rate", "persuasion_rate")
                for value in m.change("cooperation", "hld_gfmd", f"hld_gfmd {name}", 30)
            ],
        ),
        (
            "and by less than # without internalisation or advocacy",
            lambda m: [
                0.0001
                if all(m.change("cooperation", "hld_gfmd", f"hld_gfmd {name}", 30)[0] < 0.0001
                       for name in ("internalisation_rate", "advocacy_rate"))
                else float("nan")
            ],
        ),
        (
            "in the replay # % of all acts contest something",
            lambda m: [100 * m.mean("contesting", "hld_gfmd", 30)],
        ),
        (
            "socialisation #, institutionalist #, rationalist # of 193",
            lambda m: [
                m.mean("yes", name, 50) for name in ("hld_gfmd", "institutionalist", "rationalist")
            ],
        ),
    ],
}  # fmt: skip
