"""Charts of one actor: its state, the reasons for its changes, its trust in others, and its acts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from comity.record import Record
from comity.rules.act import Act
from comity.words.explanation import PHRASES, QUANTITIES, Explanation, quantity
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.lines import Lines, time_axis
from comity_dashboard.figures.measures import signed
from comity_dashboard.palette import ACTS, GROUP_COLOURS, MANY
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = [
    "acts_by_meeting",
    "interventions",
    "named",
    "partners",
    "parts_by_meeting",
    "state_over_time",
    "total_parts",
]

_ACT_COLOURS = {
    "silence": "#b8bcc4", "statement": "#4477aa", "cooperation": "#009e73", "contestation": "#cc4125",
    "talk": "#ddb321",
}  # fmt: skip


def named(what: str, words: Phrases = ENGLISH) -> str:
    """Return the name of a quantity of an actor, such as its cooperation."""
    return words.term("actor.quantities", what, QUANTITIES[what])


def state_over_time(record: Record, actor: str, words: Phrases = ENGLISH) -> Lines:
    """Return cooperation, sovereignty concern and mean trust of one actor since the start."""
    row = record.population.rows[actor]
    n = max(len(record.population.ids) - 1, 1)
    start = record.trace.start
    snaps = [("start", record.scenario.start, start)]
    snaps += [(trace.id, trace.start, trace.snapshot) for trace in record.trace.meetings]
    table = pd.DataFrame(
        {
            "meeting": [name for name, _, _ in snaps],
            "date": pd.to_datetime([day for _, day, _ in snaps]),
            **{
                named(name, words): [snap.actors[name][row] for _, _, snap in snaps if snap is not None]
                for name in ("cooperation", "sovereignty")
            },
            named("trust", words): [snap.trust_held[row].sum() / n for _, _, snap in snaps if snap is not None],
        }
    )
    return Lines(
        key="state", title=words.say("actor.state.title"), unit=words.say("actor.state.unit"), table=table,
        low=0, high=1, words=words,
        colours={
            named("cooperation", words): GROUP_COLOURS["both"],
            named("sovereignty", words): "#cc4125",
            named("trust", words): GROUP_COLOURS["destination"],
        },
        span=(record.scenario.start, record.scenario.end),
        how=words.say("actor.state.how"),
    )  # fmt: skip


def parts_by_meeting(record: Record, actor: str, what: str, words: Phrases = ENGLISH) -> Figure:
    """Return the change since the previous meeting, by mechanism, as stacked bars."""
    table, unit = _parts_table(record, actor, what, words), words.say("actor.parts.unit")
    names = [name for name in table.columns if name not in ("meeting", "date")]
    option = time_axis(unit)
    option["xAxis"] |= {"min": f"{record.scenario.start:%Y-%m-%d}", "max": f"{record.scenario.end:%Y-%m-%d}"}
    dates = [f"{day:%Y-%m-%d}" for day in table["date"]]
    for number, name in enumerate(names):
        option["series"].append(
            {
                "type": "bar", "stack": "all", "name": name, "barWidth": 8,
                "itemStyle": {"color": MANY[number % len(MANY)]},
                "data": [[day, plain(value, 5)] for day, value in zip(dates, table[name], strict=True)],
            }
        )  # fmt: skip
    option["legend"]["data"] = names
    called = words.term("actor.quantities", what, quantity(what, record.scenario.subject.topic))
    return Figure(
        key=f"parts_{what}", title=words.say("actor.parts.title", what=called), unit=unit, option=option,
        table=table, timed=True, empty="" if table[names].to_numpy().any() else words.say("actor.parts.unmoved"),
        how=words.say("actor.parts.how"),
    )  # fmt: skip


def _parts_table(record: Record, actor: str, what: str, words: Phrases) -> pd.DataFrame:
    if what in ("position", "anchor"):
        prefix = "by_" if what == "position" else "anchor_by_"
        table = record.positions[record.positions["actor"] == actor]
        person = record.actors_by_id[record.actors_by_id["id"] == actor].to_dict("records")[0]
        weights = table["issue"].map({issue: float(person[f"salience_{issue}"]) for issue in record.issues})
        names = [name for name in table.columns if name.startswith(prefix)]
        parts = table[names].mul(weights, axis=0).groupby(table["meeting"], sort=False).sum().reset_index()
        parts = parts.merge(table[["meeting", "date"]].drop_duplicates("meeting"), on="meeting")
    else:
        prefix = f"{what}_by_"
        mine = record.actors[record.actors["actor"] == actor]
        names = [name for name in mine.columns if name.startswith(prefix)]
        parts = mine[["meeting", "date", *names]]
    labels = {
        name: words.term("actor.mechanisms", PHRASES.get((what, name.removeprefix(prefix)), name.removeprefix(prefix)))
        for name in names
    }
    return parts.iloc[1:][["meeting", "date", *names]].rename(columns=labels).reset_index(drop=True)


def total_parts(found: Explanation, words: Phrases = ENGLISH) -> Figure:
    """Return the total change by mechanism, as bars."""
    parts, unit = found.parts.sort_values("part", key=np.abs), words.say("actor.parts.unit")
    option: dict[str, Any] = {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 10, "bottom": 40, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {"type": "value", "name": unit, "nameLocation": "middle", "nameGap": 26,
                  "splitNumber": 2, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "category", "data": [words.term("actor.mechanisms", str(one)) for one in parts["meaning"]],
                  "axisLabel": {"width": 190,
                  "overflow": "break", "lineHeight": 14}},
        "series": [
            {
                "type": "bar", "name": words.say("actor.total.part"), "barMaxWidth": 22,
                "data": [
                    {"value": plain(value, 5), "itemStyle": {"color": "#0072b2" if value > 0 else "#d98200"}}
                    for value in parts["part"]
                ],
            }
        ],
    }  # fmt: skip
    return Figure(
        key=f"total_{found.what}", unit=unit, option=option, table=found.parts,
        title=words.say("actor.total.title", change=signed(found.change, words=words)),
        empty="" if parts["part"].any() else words.say("actor.parts.unmoved"), how=words.say("actor.total.how"),
    )  # fmt: skip


def partners(
    before: pd.Series,
    after: pd.Series,
    names: dict[str, str],
    groups: dict[str, str],
    colours: dict[str, str] = GROUP_COLOURS,
    most: int = 8,
    words: Phrases = ENGLISH,
) -> Figure:
    """Return the partners with the largest rise and the largest fall of trust.

    Parameters
    ----------
    before, after
        Trust of the actor in every other at the start and at the end, by id; shares.
    names, groups
        Of the partners, by id.
    colours
        By group.
    most
        Number of partners at either end.
    words
        The language.
    """
    say = words.say
    table = pd.DataFrame({"partner": before.index, "start": before.to_numpy(), "end": after.to_numpy()})
    table["change"] = table["end"] - table["start"]
    table["name"] = table["partner"].map(names)
    table["group"] = table["partner"].map(groups)
    ordered = table.sort_values("change", kind="stable", ignore_index=True)
    rows = pd.concat([ordered.head(most), ordered.tail(most)]).drop_duplicates("partner")
    rows = rows[rows["change"].abs() > 5e-5]
    labels = [f"{_cut(str(name))} ({words.number(end)})" for name, end in zip(rows["name"], rows["end"], strict=True)]
    option: dict[str, Any] = {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 10, "bottom": 40, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {"type": "value", "name": say("actor.partners.unit"), "nameLocation": "middle", "nameGap": 26,
                  "splitNumber": 2, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "category", "data": labels,
                  "axisLabel": {"interval": 0}},
        "series": [
            {
                "type": "bar", "name": say("actor.partners.bar"), "barMaxWidth": 16,
                "data": [
                    {"value": plain(row["change"]), "itemStyle": {"color": colours[str(row["group"])]}}
                    for row in rows.to_dict("records")
                ],
            }
        ],
    }  # fmt: skip
    return Figure(
        key="partners", title=say("actor.partners.title"), unit=say("actor.partners.unit"), option=option,
        table=ordered, empty="" if len(rows) else say("actor.partners.empty"), how=say("actor.partners.how"),
    )  # fmt: skip


def acts_by_meeting(record: Record, actor: str, words: Phrases = ENGLISH) -> Figure:
    """Return the acts of an actor by meeting, including silence."""
    row = record.population.rows[actor]
    names = {Act.SILENCE: "silence", Act.STATEMENT: "statement", Act.COOPERATION: "cooperation",
             Act.CONTESTATION: "contestation"}  # fmt: skip
    rows = []
    for trace in record.trace.meetings:
        acts = trace.acts[:, row]
        rows.append(
            {"meeting": trace.id, "date": pd.Timestamp(trace.start)}
            | {ACTS[name].split(":")[0]: int((acts == code).sum()) for code, name in names.items()}
        )
    table = pd.DataFrame(rows)
    lines = Lines(
        key="acts", title=words.say("actor.acts.title"), unit=words.say("actor.acts.unit"), table=table, form="stack",
        counts=True, nothing=words.say("actor.acts.nothing"), words=words,
        colours={ACTS[name].split(":")[0]: _ACT_COLOURS[name] for name in names.values()},
        span=(record.scenario.start, record.scenario.end),
        how=words.say("actor.acts.how"),
    )  # fmt: skip
    return lines.figure()


def interventions(record: Record, actor: str, words: Phrases = ENGLISH) -> Figure:
    """Return the interventions of an actor as a table, one row for each."""
    row = record.population.rows[actor]
    say = words.say
    acts = {Act.STATEMENT: "statement", Act.COOPERATION: "cooperation", Act.CONTESTATION: "contestation"}
    names = {act: say(f"actor.interventions.{name}") for act, name in acts.items()}
    issues = {issue.id: words.term("model.issues", issue.name) for issue in record.scenario.issues}
    found = []
    for trace in record.trace.meetings:
        first = np.cumsum(trace.rounds) - trace.rounds
        for s, phase in enumerate(trace.phases):
            table = int(trace.tables[s, row])
            if table < 0:
                continue
            rooms = [room for room in trace.rooms if room.sitting == s]
            room = rooms[table] if table < len(rooms) else None
            for act in trace.acts[first[s] : first[s] + trace.rounds[s], row]:
                if act in names:
                    found.append(
                        {
                            "meeting": trace.id, "date": f"{trace.start:%Y-%m-%d}",
                            "phase": _phase(int(phase)), "act": names[act],
                            "issue": issues[record.issues[record.scenario.issue_of(room.category)]] if room else "",
                            "session": room.title if room and room.title != room.category else "",
                        }
                    )  # fmt: skip
    columns = ["meeting", "date", "phase", "act", "issue", "session"]
    table_all = pd.DataFrame(found, columns=columns)
    called = {meeting.id: words.term("model.meetings", meeting.name) for meeting in record.scenario.meetings}
    shown = table_all.assign(meeting=table_all["meeting"].map(called))
    return Figure(
        key="interventions", title=say("actor.interventions.title", n=len(table_all)), unit="", table=table_all,
        columns=[say(f"actor.interventions.{name}") for name in columns],
        empty="" if found else say("actor.interventions.empty"),
        rows=[[str(value) for value in line] for line in shown.to_numpy()], how=say("actor.interventions.how"),
    )  # fmt: skip


def _cut(name: str, most: int = 26) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _phase(code: int) -> str:
    from comity.phases import Phase

    return list(Phase)[code].value.replace("_", " ")
