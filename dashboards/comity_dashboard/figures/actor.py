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

__all__ = ["acts_by_meeting", "interventions", "partners", "parts_by_meeting", "state_over_time", "total_parts"]

_ACT_COLOURS = {
    "silence": "#b8bcc4", "statement": "#4477aa", "cooperation": "#009e73", "contestation": "#cc4125",
    "talk": "#ddb321",
}  # fmt: skip
_UNMOVED = "Nothing changed it in this run."


def state_over_time(record: Record, actor: str) -> Lines:
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
                QUANTITIES[name]: [snap.actors[name][row] for _, _, snap in snaps if snap is not None]
                for name in ("cooperation", "sovereignty")
            },
            QUANTITIES["trust"]: [snap.trust_held[row].sum() / n for _, _, snap in snaps if snap is not None],
        }
    )
    return Lines(
        key="state", title="State of the actor", unit="share, 0 to 1", table=table, low=0, high=1,
        colours={
            QUANTITIES["cooperation"]: GROUP_COLOURS["both"],
            QUANTITIES["sovereignty"]: "#cc4125",
            QUANTITIES["trust"]: GROUP_COLOURS["destination"],
        },
        span=(record.scenario.start, record.scenario.end),
        how="The actor at the close of each meeting: how ready it is to cooperate, how costly it finds outside "
        "influence on migration, and how far it trusts the others on average.",
    )  # fmt: skip


def parts_by_meeting(record: Record, actor: str, what: str) -> Figure:
    """Return the change since the previous meeting, by mechanism, as stacked bars."""
    table = _parts_table(record, actor, what)
    names = [name for name in table.columns if name not in ("meeting", "date")]
    option = time_axis("change of the share")
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
    title = f"What changed its {quantity(what, record.scenario.subject.topic)}"
    return Figure(
        key=f"parts_{what}", title=title, unit="change of the share", option=option,
        table=table, timed=True, empty="" if table[names].to_numpy().any() else _UNMOVED,
        how="A bar is the change from the close of one meeting to the close of the next. Parts above zero raised the "
        "value, parts below zero lowered it. The parts add up to the whole change.",
    )  # fmt: skip


def _parts_table(record: Record, actor: str, what: str) -> pd.DataFrame:
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
    labels = {name: PHRASES.get((what, name.removeprefix(prefix)), name.removeprefix(prefix)) for name in names}
    return parts.iloc[1:][["meeting", "date", *names]].rename(columns=labels).reset_index(drop=True)


def total_parts(found: Explanation) -> Figure:
    """Return the total change by mechanism, as bars."""
    parts = found.parts.sort_values("part", key=np.abs)
    option: dict[str, Any] = {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 10, "bottom": 40, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {"type": "value", "name": "change of the share", "nameLocation": "middle", "nameGap": 26,
                  "splitNumber": 2, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "category", "data": list(parts["meaning"]), "axisLabel": {"width": 190,
                  "overflow": "break", "lineHeight": 14}},
        "series": [
            {
                "type": "bar", "name": "part of the change", "barMaxWidth": 22,
                "data": [
                    {"value": plain(value, 5), "itemStyle": {"color": "#0072b2" if value > 0 else "#d98200"}}
                    for value in parts["part"]
                ],
            }
        ],
    }  # fmt: skip
    return Figure(
        key=f"total_{found.what}", title=f"All meetings together: {signed(found.change)}", unit="change of the share",
        option=option, table=found.parts, empty="" if parts["part"].any() else _UNMOVED,
        how="The same parts, summed over all meetings: blue raised the value, orange lowered it. The title is the sum.",
    )  # fmt: skip


def partners(
    before: pd.Series,
    after: pd.Series,
    names: dict[str, str],
    groups: dict[str, str],
    colours: dict[str, str] = GROUP_COLOURS,
    most: int = 8,
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
    """
    table = pd.DataFrame({"partner": before.index, "start": before.to_numpy(), "end": after.to_numpy()})
    table["change"] = table["end"] - table["start"]
    table["name"] = table["partner"].map(names)
    table["group"] = table["partner"].map(groups)
    ordered = table.sort_values("change", kind="stable", ignore_index=True)
    rows = pd.concat([ordered.head(most), ordered.tail(most)]).drop_duplicates("partner")
    rows = rows[rows["change"].abs() > 5e-5]
    labels = [f"{_cut(str(name))} ({end:.2f})" for name, end in zip(rows["name"], rows["end"], strict=True)]
    option: dict[str, Any] = {
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 10, "bottom": 40, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {"type": "value", "name": "change of trust (share)", "nameLocation": "middle", "nameGap": 26,
                  "splitNumber": 2, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "category", "data": labels,
                  "axisLabel": {"interval": 0}},
        "series": [
            {
                "type": "bar", "name": "change of trust", "barMaxWidth": 16,
                "data": [
                    {"value": plain(row["change"]), "itemStyle": {"color": colours[str(row["group"])]}}
                    for row in rows.to_dict("records")
                ],
            }
        ],
    }  # fmt: skip
    return Figure(
        key="partners", title="Largest changes of its trust in others", unit="change of trust (share)", option=option,
        table=ordered, empty="" if len(rows) else "Its trust in others did not change.",
        how="Change of its trust in single partners from start to end; the trust at the end is in brackets. The "
        "colours are the groups of the partners, as on Watch.",
    )  # fmt: skip


def acts_by_meeting(record: Record, actor: str) -> Figure:
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
        key="acts", title="What it did at each meeting", unit="turns to speak", table=table, form="stack",
        counts=True, nothing="It sat in no room in this run, so it had no turn to speak.",
        colours={ACTS[name].split(":")[0]: _ACT_COLOURS[name] for name in names.values()},
        span=(record.scenario.start, record.scenario.end),
        how="A turn is one round of a sitting in which the actor had a seat. In grey turns it stayed silent. Without a "
        "bar, it did not come or sat in no room.",
    )  # fmt: skip
    return lines.figure()


def interventions(record: Record, actor: str) -> Figure:
    """Return the interventions of an actor as a table, one row for each."""
    row = record.population.rows[actor]
    names = {Act.STATEMENT: "made a statement", Act.COOPERATION: "cooperated", Act.CONTESTATION: "contested"}
    issues = {issue.id: issue.name for issue in record.scenario.issues}
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
    called = {meeting.id: meeting.name for meeting in record.scenario.meetings}
    shown = table_all.assign(meeting=table_all["meeting"].map(called))
    return Figure(
        key="interventions", title=f"Its interventions ({len(table_all)})", unit="", table=table_all, columns=columns,
        empty="" if found else "It never took the floor in this run.",
        rows=[[str(value) for value in line] for line in shown.to_numpy()],
        how="Every time it took the floor in this run, in order. The model has no words: it only draws whether an "
        "actor speaks, and whether it makes an offer, an objection or a statement.",
    )  # fmt: skip


def _cut(name: str, most: int = 26) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _phase(code: int) -> str:
    from comity.phases import Phase

    return list(Phase)[code].value.replace("_", " ")
