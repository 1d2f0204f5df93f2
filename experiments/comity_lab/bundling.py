"""comity bundle: a record or a sweep in one archive, with all that a reader of a paper needs to repeat it.

::

    README.md          what is here, what made it, and how to repeat it
    environment.txt    versions, in the form of a requirements file
    record/ or sweep/  the folder as it was written: scenario, design, tables, provenance
    csv/               the tables as CSV
    tables/            tables of actors that do not come with comity
    tables.json        their places in the scenario
    mechanisms/        files of mechanisms that do not come with comity
    SHA256SUMS         of all other files
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comity.commands.console import console
from comity.errors import InputError
from comity.folders import is_there, new_file
from comity.record.storage import ACTORS, MATRICES, PROVENANCE, SCENARIO, csv_of
from comity.saved import read_record
from comity.scenario.own_tables import find_table
from comity_lab.analysis.selection import gaps
from comity_lab.reading import SweepTables, read_sweep
from comity_lab.sources import tables_of
from comity_lab.store import is_sweep

__all__ = ["ENVIRONMENT", "README", "RECORD", "SUMS", "SWEEP", "TABLES", "bundle"]

README, ENVIRONMENT, SUMS, TABLES = "README.md", "environment.txt", "SHA256SUMS", "tables.json"
RECORD, SWEEP, MECHANISMS = "record", "sweep", "mechanisms"
_THEN = (1980, 1, 1, 0, 0, 0)
"""Time of every entry, the earliest that an archive can have: equal contents have equal bytes."""


def bundle(folder: Path, out: Path) -> None:
    """Write the archive of a record or sweep, and say what it holds.

    Parameters
    ----------
    folder
        Of the record or of the sweep.
    out
        New file. Equal folders give equal bytes, with the same version of zlib.

    Raises
    ------
    InputError
        The folder is neither, or is damaged; the file exists; or a table of actors is missing or was changed.
    """
    if is_there(out):
        raise InputError(f"{out}: the file must not exist yet, but it does. Name another one or remove it.")
    made = _of_sweep(folder) if is_sweep(folder) else _of_record(folder)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(made.items()))
    made[SUMS] = sums.encode()
    with new_file(out) as aside, zipfile.ZipFile(aside, "w") as archive:
        for name, data in sorted(made.items()):
            entry = zipfile.ZipInfo(name, _THEN)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            is_packed = name.endswith(".parquet")
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=None if is_packed else 9)
    size = out.stat().st_size / 1000
    screen = console()
    screen.print(f"written to {out} ({size:.0f} kB, {len(made)} files)", markup=False, soft_wrap=True)
    kind = "" if f"{RECORD}/{SCENARIO}" in made else " --run POINT:REPLICATE"
    screen.print(f"Repeat it:  comity rerun {out}{kind}", markup=False, soft_wrap=True)


def _of_record(folder: Path) -> dict[str, bytes]:
    """Return the files of the archive of a record, by name."""
    record = read_record(folder)
    names = [*record.names, ACTORS, *([MATRICES] if (folder / f"{MATRICES}.parquet").is_file() else [])]
    made = {f"{RECORD}/{name}": (folder / name).read_bytes() for name in (SCENARIO, PROVENANCE)}
    made |= {f"{RECORD}/{name}.parquet": (folder / f"{name}.parquet").read_bytes() for name in names}
    made |= {f"csv/{name}.csv": csv_of(record.as_left(name)) for name in (*record.names, ACTORS)}
    provenance = json.loads(made[f"{RECORD}/{PROVENANCE}"])
    made |= _own_tables(record.scenario.to_json().get("population"))
    made |= _own_files(record.scenario.to_json())
    about = {
        "scenario": f"{provenance['scenario']} (hash {provenance['scenario_hash']})",
        "theory": provenance["theory"],
        "seed": provenance["seed"],
    }
    rows = {f"{RECORD}/": "the record: resolved scenario, tables (Parquet) and provenance", "csv/": "the tables as CSV"}
    return made | _pages("A run of comity", provenance, about, rows, "comity rerun THIS.zip", made)


def _of_sweep(folder: Path) -> dict[str, bytes]:
    """Return the files of the archive of a sweep, by name."""
    sweep = read_sweep(folder)
    recipe = sweep.plan.recipe
    if recipe.tables:
        raise InputError(
            f"{folder}: a sweep whose factors name tables of actors cannot be bundled, because their places are part "
            f"of the design: {', '.join(recipe.tables)}. Bundle single runs: comity rerun {folder} --run ID --out DIR."
        )
    runs = sweep.runs  # also finds damaged chunks
    if sweep.damaged:
        raise InputError(
            f"{folder}: must have no damaged chunk, got {sweep.damaged[0].file.name} ({sweep.damaged[0].reason}). "
            "Run the sweep again: it replaces damaged chunks."
        )
    made = {f"{SWEEP}/{name}": (folder / name).read_bytes() for name in ("design.json", "points.parquet", PROVENANCE)}
    made |= {f"{SWEEP}/chunks/{file.name}": file.read_bytes() for file in sorted((folder / "chunks").glob("*.parquet"))}
    made |= {"csv/points.csv": csv_of(sweep.points), "csv/runs.csv": csv_of(runs)}
    for name in sweep.tables[1:]:
        made[f"csv/{name}.csv"] = csv_of(getattr(sweep, name))
    for data in (recipe.base, *recipe.scenarios.values()):
        made |= _own_tables((data or {}).get("population"), len([name for name in made if name.startswith("tables/")]))
    made |= _own_files(recipe.base or {}, *recipe.scenarios.values(), *recipe.patches.values())
    rows = {
        f"{SWEEP}/": "the sweep: design with the resolved scenario and patches, points, results in chunks, provenance",
        "csv/": "runs, points and kept tables as CSV: one row per run in runs.csv",
    }
    command = "comity rerun THIS.zip --run POINT:REPLICATE"
    if recipe.base is None or sweep.design.runner:
        place = sweep.design.function or sweep.design.runner
        command += f"   (not possible here: runs are held by {place}, whose code is not in this archive)"
    return made | _pages("A sweep of comity", dict(sweep.provenance), _about(sweep), rows, command, made)


def _about(sweep: SweepTables) -> dict[str, object]:
    design = sweep.design
    missing = len(gaps(sweep))
    return {
        "design": f"{design.name or 'unnamed'} (hash {sweep.plan.hash})",
        "subject": design.function or Path(design.scenario).stem,
        "points": f"{sweep.plan.n_points} ({design.sampler}), {design.replicates} replicates each",
        "runs": f"{sweep.plan.n_runs - missing} of {sweep.plan.n_runs} have a result",
        "factors": ", ".join(factor.name for factor in design.factors) or "none",
        "seed": design.seed,
        "common random numbers": "yes" if design.common_random_numbers else "no",
    }


def _own_tables(population: Any, first: int = 0) -> dict[str, bytes]:
    """Return the user's own tables of a population and their places, or raise InputError if one was changed."""
    given = population.get("checksums", {}) if isinstance(population, dict) else {}
    made: dict[str, bytes] = {}
    places: dict[str, str] = {}
    for number, (path, then) in enumerate(sorted(given.items()), start=first + 1):
        file = find_table(path)
        if (now := tables_of([path]).get(path, "none")) != then:
            raise InputError(
                f"{path}: must be the table that the runs were made with (checksum {then}), got another ({now}). "
                "Restore the former table."
            )
        places[path] = f"tables/{number}_{re.sub(r'[^A-Za-z0-9._-]', '_', file.name)}"
        made[places[path]] = file.read_bytes()
    return made | ({TABLES: _json(places)} if places else {})


def _own_files(*given: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files with mechanisms of one's own, to be read: what is run is the copy in the scenario."""
    items = {item["python"]: Path(item["file"]).name for data in given for item in data.get("mechanisms", ())}
    several = len(set(items.values())) < len(items)
    return {
        f"{MECHANISMS}/{f'{number}_' if several else ''}{name}": text.encode()
        for number, (text, name) in enumerate(items.items(), 1)
    }


def _pages(
    title: str,
    provenance: Mapping[str, Any],
    about: Mapping[str, object],
    rows: Mapping[str, str],
    command: str,
    made: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Return the page that explains the archive, and the versions in the form of a requirements file."""
    versions = {name: version for name, version in provenance["versions"].items() if version != "not installed"}
    python = provenance.get("python", "unknown")
    facts = {
        **about,
        "command": f"`{provenance['command']}`",
        "rules": provenance["rules_version"],
        "comity": versions.get("comity", "unknown"),
        "Python": python,
        "system": provenance.get("system", "not recorded"),
    }
    own = any(name.startswith(f"{MECHANISMS}/") for name in made)
    contents = {
        **rows,
        **({"tables/": "tables of actors that do not come with comity"} if TABLES in made else {}),
        **({f"{MECHANISMS}/": "mechanisms that do not come with comity, to be read"} if own else {}),
        ENVIRONMENT: "versions of the packages that took part",
        SUMS: "SHA-256 checksums: `sha256sum -c SHA256SUMS`",
    }
    page = [f"# {title}", ""]
    page += [f"- {name}: {value}" for name, value in facts.items()]
    page += ["", "## Contents", "", *(f"- `{name}`: {text}" for name, text in contents.items())]
    page += [
        *("", "## Repeat it", ""),
        f"Install Python {python} and the packages of `{ENVIRONMENT}`. Then:",
        *("", f"    {command}", ""),
        "The command compares the result with what is stored here, and names what differs. Other versions of comity "
        "may give other numbers.",
    ]
    lines = [f"# Python {python}", *(f"{name}=={version}" for name, version in sorted(versions.items()))]
    return {README: ("\n".join(page) + "\n").encode(), ENVIRONMENT: ("\n".join(lines) + "\n").encode()}


def _json(data: object) -> bytes:
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
