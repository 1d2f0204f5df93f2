"""The charts of a run, meeting by meeting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.record.tables.by_meeting import INTERACTIVE
from comity.rules.act import Act
from comity.world.world import ROLES, Group
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.practices import practices
from comity_dashboard.palette import GROUP_COLOURS, MANY, colours_of, names_of
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = [
    "ENOUGH", "agenda", "cooperation", "cooperation_by_pair", "lines_of", "money", "openness", "silence",
    "sovereignty", "spaces", "spanned", "support", "trust",
]  # fmt: skip

_PAIRS: tuple[tuple[Group, Group, str], ...] = (
    (Group.ORIGIN, Group.DESTINATION, GROUP_COLOURS["origin"]),
    (Group.DESTINATION, Group.ORIGIN, GROUP_COLOURS["destination"]),
    (Group.ORIGIN, Group.NETWORK, "#7a4a00"),
    (Group.DESTINATION, Group.NETWORK, GROUP_COLOURS["network"]),
    (Group.NETWORK, Group.DESTINATION, "#8c8c8c"),
)
ENOUGH = 5
"""Fewest interventions for which a share is drawn."""


def _called(record: Record, words: Phrases) -> dict[Group, str]:
    """Return the groups that charts over time show, in words."""
    first, second = list(names_of(record.scenario.subject, words).values())[:2]
    return {Group.ORIGIN: first, Group.DESTINATION: second, Group.NETWORK: words.say("groups.society")}


def _lines(words: Phrases, key: str, table: pd.DataFrame, colours: dict[str, str], **more: Any) -> Lines:
    """Return a chart with its title, unit and reading aid. ``more`` has fields of it, and what the aid leaves open."""
    told = {name: more.pop(name) for name in ("topic", "enough") if name in more}
    title, unit, how = (words.say(f"charts.{key}.{part}", **told) for part in ("title", "unit", "how"))
    return Lines(key=key, title=title, unit=unit, how=how, table=table, colours=colours, words=words, **more)


def lines_of(record: Record, words: Phrases = ENGLISH) -> list[Lines]:
    """Return all charts over time, in page order. Empty charts are left out."""
    charts = [make(record, words) for make in _CHARTS]
    span = (record.scenario.start, record.scenario.end)
    return [spanned(chart, span) for chart in charts if len(chart.table) and chart.names]


def spanned(chart: Lines, span: tuple[date, date]) -> Lines:
    """Return a chart over the whole time of the scenario, so that all charts share the axis."""
    return replace(chart, span=span)


def trust(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return mean trust by pair of groups."""
    table = _calendar(record.trace.meetings)
    colours = {}
    known = np.array([trace.group_trust for trace in record.trace.meetings])
    called = _called(record, words)
    for holder, partner, colour in _PAIRS:
        values = known[:, holder, partner] if len(known) else known
        between_sides = Group.NETWORK not in (holder, partner)
        short = called[holder].removesuffix(words.say("charts.trust.shared")) if between_sides else called[holder]
        name = words.say("charts.trust.pair", holder=short, partner=called[partner])
        if np.isfinite(values).any():
            table[name] = values
            colours[name] = colour
    return _lines(words, "trust", _framed(table), colours)


def cooperation_by_pair(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the share of cooperative interventions of one group in rooms with the other group."""
    table = record.cooperation_by_pair
    columns = _calendar(record.trace.meetings)
    spoke = np.isin(columns["meeting"], table.loc[table["interventions"] >= ENOUGH, "meeting"])
    colours, groups, called = {}, record.scenario.subject.groups, _called(record, words)
    for speaker, listener, colour in _PAIRS:
        pair = table[(table["speaker"] == groups[speaker]) & (table["listener"] == groups[listener])]
        pair = pair[pair["interventions"] >= ENOUGH]
        if len(pair):
            name = words.say("charts.cooperation_by_pair.pair", speaker=called[speaker], listener=called[listener])
            columns[name] = pair.set_index("meeting")["share"].reindex(columns["meeting"]).to_numpy()
            colours[name] = colour
    return _lines(words, "cooperation_by_pair", _framed(_where(spoke, columns)), colours, low=0, high=1, enough=ENOUGH)


def cooperation(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the disposition to cooperate by role."""
    return _by_role(record, words, "cooperation")


def sovereignty(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the sovereignty concern by role."""
    topic = words.term("model.subject", record.scenario.subject.topic)
    return _by_role(record, words, "sovereignty", topic=topic)


def _by_role(record: Record, words: Phrases, what: str, **told: str) -> Lines:
    table = _calendar(record.trace.meetings)
    named, colours = names_of(record.scenario.subject, words), {}
    for number, role in enumerate(record.scenario.subject.role_ids):
        values = np.array([getattr(trace, what)[number] for trace in record.trace.meetings])
        if np.isfinite(values).any():
            table[named[role]] = values
        colours[named[role]] = colours_of(record.scenario.subject)[role]
    return _lines(words, what, _framed(table), colours, **told)


def _calendar(held: list[MeetingTrace]) -> dict[str, Any]:
    """Return the columns meeting and date. A dict is faster than a table, and a slider waits for it."""
    return {"meeting": [t.id for t in held], "date": np.array([t.start for t in held], dtype="datetime64[D]")}


def _where(chosen: np.ndarray, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: np.asarray(values)[chosen] for name, values in columns.items()}


def _framed(columns: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    table["date"] = pd.to_datetime(table["date"])
    return table


def silence(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the silent share of seats in interactive sittings, by role."""
    seats = record.seat_counts[:, INTERACTIVE].sum(axis=1)
    total = seats.sum(axis=2)
    silent = np.where(total > 0, seats[:, :, Act.SILENCE] / np.maximum(total, 1), np.nan)
    called, every = _called(record, words), colours_of(record.scenario.subject).values()
    shares = {called[group]: silent[:, group] for group in (Group.ORIGIN, Group.DESTINATION)}
    known = np.isfinite(np.array(list(shares.values()))).any(axis=0)
    table = _framed(_where(known, _calendar(record.trace.meetings) | shares))
    return _lines(words, "silence", table, dict(zip(shares, every, strict=False)), low=0, high=1)


def agenda(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the issues of the government round tables, as shares."""
    names = [words.term("model.issues", issue.name) for issue in record.scenario.issues]
    held, shares = [], []
    for trace in record.trace.meetings:
        rooms = [room.category for room in trace.rooms if room.phase is Phase.ROUND_TABLES]
        if rooms:
            held.append(trace)
            found = np.bincount([record.scenario.issue_of(category) for category in rooms], minlength=len(names))
            shares.append(found / len(rooms))
    if not held:
        return _lines(words, "agenda", pd.DataFrame(), {})
    columns = _calendar(held)
    columns |= {name: column for name, column in zip(names, np.array(shares).T, strict=True) if column.any()}
    colours = {name: MANY[i % len(MANY)] for i, name in enumerate(names)}
    return _lines(words, "agenda", _framed(columns), colours, form="stack", low=0, high=1)


def spaces(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the seats that networks took in invited and in invented spaces."""
    table = record.interventions
    networks = table[table["group"] == "network"]
    invited = networks[networks["phase"] != Phase.ASSEMBLY.value].groupby("meeting")["seats"].sum()
    invented = networks[networks["phase"] == Phase.ASSEMBLY.value].groupby("meeting")["seats"].sum()
    wide = record.meetings[["meeting", "date"]].set_index("meeting")
    inside, outside = words.say("charts.spaces.invited"), words.say("charts.spaces.invented")
    wide[inside] = invited
    wide[outside] = invented
    wide = wide.loc[:, wide.notna().any()].reset_index()
    return _lines(
        words, "spaces", wide, {inside: GROUP_COLOURS["network"], outside: "#b5508c"},
        low=0, form="bars", counts=True, nothing=words.say("charts.spaces.nothing"),
    )  # fmt: skip


def support(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the support of states for the organisations that ranked highest at any meeting."""
    held = [trace for trace in record.trace.meetings if trace.support is not None]
    if not held:
        return _lines(words, "support", pd.DataFrame(), {})
    group = record.population.world.actors["group"]
    means = np.array([_mean_support(trace, group) for trace in held])
    known = np.where(np.isfinite(means), means, -np.inf)
    ranks = (known[:, None, :] > known[:, :, None]).sum(axis=2).astype(float)
    ranks[~np.isfinite(means)] = np.inf
    best = np.argsort(ranks.min(axis=0), kind="stable")[:6]
    best = best[np.isfinite(known[:, best]).any(axis=0)]
    best = best[np.argsort(-known[-1, best], kind="stable")]
    names = [words.term("actors", str(name)) for name in record.actors_by_id["name"]]
    columns: dict[str, Any] = {
        "meeting": [trace.id for trace in held],
        "date": np.array([trace.start for trace in held], dtype="datetime64[D]"),
    }
    columns |= {names[row]: means[:, row] for row in best}
    return _lines(words, "support", _framed(columns), {})


def _mean_support(trace: MeetingTrace, group: np.ndarray) -> np.ndarray:
    """Return the mean support of states for each actor; NaN without support."""
    sizes = np.bincount(group[trace.active], minlength=5)[:3, None]
    support = np.asarray(trace.support)[:3]
    there = np.isfinite(support) & (sizes > 0)
    total = np.where(there, sizes, 0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = np.where(there, support * sizes, 0.0).sum(axis=0) / total
    mean[~trace.active] = np.nan
    return mean


def openness(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the openness of the meetings of states to civil society."""
    forums = {forum.id for forum in record.scenario.forums if forum.state_led}
    held = record.trace.meetings
    led = np.array([trace.forum in forums for trace in held])
    states = np.array([trace.present[record.population.world.actors["group"] < len(ROLES)].any() for trace in held])
    opened = np.array([trace.openness for trace in held])
    columns = _calendar(held)
    ours, others = words.say("charts.openness.forum"), words.say("charts.openness.others")
    for name, chosen in ((ours, led), (others, ~led)):
        if (states & chosen).any():
            columns[name] = np.where(chosen, opened, np.nan)
    table = _framed(_where(states, columns))
    colours = {ours: GROUP_COLOURS["network"], others: "#8c8c8c"}
    return _lines(words, "openness", table, colours, low=0, high=1)


def money(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the number of donor governments of each state-led meeting."""
    led = {forum.id for forum in record.scenario.forums if forum.state_led}
    held = record.meetings[record.meetings["forum"].isin(led)]
    name = words.say("charts.donors.line")
    table = held[["meeting", "date", "donors"]].rename(columns={"donors": name}).reset_index(drop=True)
    return _lines(
        words, "donors", table, {name: GROUP_COLOURS["both"]},
        low=0, form="stack", counts=True, nothing=words.say("charts.donors.nothing"),
    )  # fmt: skip


_CHARTS = (
    trust,
    cooperation_by_pair,
    cooperation,
    sovereignty,
    silence,
    openness,
    practices,
    agenda,
    spaces,
    support,
    money,
)
