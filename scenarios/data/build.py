"""Build the tables of actors that the scenarios read, from the raw tables beside it.

Run ``python scenarios/data/build.py`` to write them, with ``--check`` to compare them with what is there (exit
status 1 on a difference). Equations are in ``formulas.py``, rules for missing data in ``filling.py``, weights and
codings in ``raw/``, sources in ``SOURCES.md``. The same raw tables give the same tables: rounded, sorted by id,
lines ended by a line feed.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
from collections.abc import Mapping
from pathlib import Path

import formulas
import pandas as pd
from answer_record import answer_record
from climate_tables import climate_tables
from convention_tables import convention_tables
from crisis import crisis_table
from institution_tables import network_table, organisation_table
from pair_table import pair_table
from reach_table import reach_table
from reading import read_issues, read_networks, read_organisations, read_raw, read_states, read_weights
from state_table import state_table

__all__ = ["build", "main", "raw_states"]

HERE = Path(__file__).parent


def raw_states(weights: Mapping[str, Mapping[str, float]], roll_calls: pd.DataFrame) -> pd.DataFrame:
    """Return the raw values of all states by ISO code, with their record of answers."""
    raw = read_states(weights["vote"])
    developed, g77 = formulas.is_developed(raw["un_region"]), raw["g77_2006"].fillna(0.0)
    return raw.join(answer_record(roll_calls, read_raw("unga_subjects.csv"), developed, g77, weights["answers"]))


def build() -> dict[str, str]:
    """Return the text of every table by the name of its file."""
    weights, issues = read_weights(), read_issues()
    bilateral = read_raw("migrant_bilateral_2005.csv.gz")
    roll_calls = read_raw("unga_rollcalls_1991_2005.csv.gz")
    raw = raw_states(weights, roll_calls)
    states = state_table(raw, set(bilateral["dest_iso3"]), weights, issues)
    regime = ["civil_society_climate", "electoral_competition"]  # from V-Dem, share-alike: in a table of their own
    absent = set(read_raw("geneva_no_mission_1999.csv")["iso3"])
    capitals, missions = (read_raw(name).set_index("iso3") for name in ("capitals.csv", "missions_2005.csv"))
    tables = {
        "states.csv": states.drop(columns=regime),
        "states_regime.csv": states[["id", *regime]],
        "organisations.csv": organisation_table(read_organisations(), states, raw, weights, issues),
        "networks.csv": network_table(read_networks(), weights, issues),
        "reach.csv": reach_table(raw, capitals, missions, absent),
        "crisis.csv": crisis_table(read_raw("gdp_per_head.csv")),
        "pairs.csv.gz": (pairs := pair_table(raw, bilateral, roll_calls)),
        **climate_tables(states, pairs),
        **convention_tables(states, pairs, roll_calls, weights),
    }
    return {name: table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}


def read_text(file: Path) -> str | None:
    """Return the text of a table, unpacked, or None where there is no such file."""
    if not file.exists():
        return None
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8")


def write_text(file: Path, text: str) -> None:
    """Write a table; a packed one carries neither name nor time, so that its bytes can be made again."""
    data = text.encode("utf-8")
    if file.suffix == ".gz":
        packed = io.BytesIO()
        with gzip.GzipFile("", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
            stream.write(data)
        data = packed.getvalue()
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)


def first_difference(old: str | None, new: str) -> str | None:
    """Return where two texts first differ, in words, or None where they do not."""
    if old is None:
        return "is not there"
    if old == new:
        return None
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    shorter = min(old.count("\n"), new.count("\n"))
    line = next((n for n, (was, now) in enumerate(pairs, 1) if was != now), shorter + 1)
    return f"differs from line {line}"


def main(arguments: list[str] | None = None) -> int:
    """Write the tables, or compare them; return the exit status."""
    parser = argparse.ArgumentParser(description="Build the tables of actors from the raw tables.")
    parser.add_argument("--check", action="store_true", help="compare with the tables that are there, write nothing")
    is_check = parser.parse_args(arguments).check
    status = 0
    for name, text in build().items():
        # Compared unpacked: another version of the packing library may choose other bytes.
        difference = first_difference(read_text(HERE / name), text)
        if difference is None:
            print(f"{name}: as built")
        elif is_check:
            print(f"{name}: {difference}. Run python scenarios/data/build.py, and look at what changed.")
            status = 1
        else:
            write_text(HERE / name, text)
            print(f"{name}: written")
    return status


if __name__ == "__main__":
    sys.exit(main())
