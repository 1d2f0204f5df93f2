"""comity score: run, judge, print and save."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from rich.console import Console

from comity.commands.choice import Choice, read_seed_text
from comity.commands.console import console
from comity.errors import InputError, remedy
from comity.facts import Fact, load_facts
from comity.population.people import build_population
from comity.record.storage import PROVENANCE
from comity.runs import stored_scenario
from comity.scenario.locate import scenario_folder
from comity.scenario.schema import Scenario
from comity.scenario.subject import MIGRATION
from comity_lab.analysis.printing import check_files
from comity_lab.reading import read_sweep
from comity_lab.scoring.about import foreign
from comity_lab.scoring.content import content_of, plain_rows
from comity_lab.scoring.ensemble import Ensemble, run_ensembles
from comity_lab.scoring.printing import WIDTH, print_scorecard, print_votes
from comity_lab.scoring.roll_call import read_roll_call, vote_of
from comity_lab.scoring.scorecard import Scorecard, score
from comity_lab.scoring.vote_card import VoteCard, score_vote
from comity_lab.seeds import seeds_of
from comity_lab.shipped import find_votes
from comity_lab.store import is_sweep
from comity_lab.sweeping import check_workers

__all__ = ["RollCall", "check_replicates", "score_choice", "title_of"]

_MAX_REPLICATES = 100_000


@dataclass(frozen=True, kw_only=True)
class _Question:
    """What is scored: a scenario, or the observations of a sweep."""

    title: str
    scenario: Scenario
    ensembles: list[Ensemble]


class RollCall(NamedTuple):
    """A recorded vote to score too: its file, and which vote of the scenario it is; None: none, or as the file says."""

    file: Path | None = None
    vote: str | None = None


def score_choice(
    choice: Choice,
    replicates: int | None,
    seed: str | None,
    workers: int | None,
    facts_file: Path | None,
    roll_call: RollCall,
    out: Path | None,
    quiet: bool,
) -> None:
    """Score a scenario, or the folder of a record or sweep.

    Parameters
    ----------
    choice
        Scenario, or folder, with patches, settings and theory.
    replicates, seed, workers, facts_file, roll_call, out, quiet
        As in ``comity score --help``.
    """
    folder = Path(choice.scenario)
    votes, vote = roll_call
    if is_sweep(folder):
        given = {"--replicates": replicates, "--seed": seed, "--workers": workers, "--votes": votes, "--vote": vote}
        _refuse_options(choice, [name for name, value in given.items() if value is not None])
    replicates, seed = 200 if replicates is None else replicates, "0" if seed is None else seed
    check_replicates(replicates)
    if workers is not None:
        check_workers(workers)
    if out is not None:
        _check_out(out)
    facts, first = load_facts(facts_file), read_seed_text(seed)
    if is_sweep(folder):
        question = _of_sweep(folder, facts)
        wanted = None
    else:
        scenario = _scenario(choice, folder)
        if facts_file is None and scenario.subject != MIGRATION:
            facts = _no_facts(scenario, votes)
        if vote is not None and votes is None:
            raise InputError("--vote names the vote of a roll call, got none. Give one with --votes FILE.")
        votes = find_votes(votes) if votes is not None else None
        wanted = vote_of(scenario, votes, vote) if votes is not None else None
        if votes is not None:
            read_roll_call(votes, _states(scenario), wanted or "")
        ensembles = run_ensembles(
            scenario, facts, seeds=seeds_of(first, replicates), workers=workers,
            votes=[wanted] if wanted else [], draws=choice.draws(), quiet=quiet,
        )  # fmt: skip
        title = title_of(scenario, replicates, first)
        if choice.posterior is not None:
            title += f", over {len(choice.draws())} draws of parameters"
        question = _Question(title=title, scenario=scenario, ensembles=ensembles)
    warning = foreign(question.scenario, facts_file) if facts else ""
    card = score(question.scenario, facts, question.ensembles)
    vote_card = _vote_card(question, votes, wanted)
    if not quiet:
        screen = _wide(console())
        if facts:
            print_scorecard(screen, card, f"{question.title}\n{warning}".strip())
        if vote_card is not None:
            print_votes(screen, vote_card)
    if out is not None:
        made_from = {
            **({"careful": warning} if warning else {}),
            **({"facts": _checksum(facts_file)} if facts else {}),
            **({"votes": _checksum(votes)} if votes is not None else {}),
        }
        _save(out, card, vote_card, question, made_from)
        if not quiet:
            console().print(f"saved in {out}", soft_wrap=True)


def _no_facts(scenario: Scenario, votes: Path | None) -> tuple[Fact, ...]:
    """Return no facts for a scenario with a subject of its own, or raise InputError if there is no vote either."""
    if votes is None:
        raise InputError(
            f"{scenario.name or scenario.title}: must be scored on facts or votes of its own, got none: it is about "
            f"{scenario.subject.topic}, and the shipped facts are about the migration forums of 2003-2013. Give "
            "--facts FILE or --votes CSV."
        )
    return ()


def check_replicates(replicates: int) -> None:
    """Raise InputError if a number of replicates is none."""
    if not 1 <= replicates <= _MAX_REPLICATES:
        raise InputError(f"--replicates must be from 1 to {_MAX_REPLICATES}, got {replicates}. Give a number within.")


def title_of(scenario: Scenario, replicates: int, seed: int) -> str:
    """Return the title of a scorecard."""
    return f"{scenario.name or scenario.title}: {replicates} replicates, seed {seed}"


def _scenario(choice: Choice, folder: Path) -> Scenario:
    """Return the scenario of a choice; the folder of a run stands for the scenario that it ran."""
    if not folder.is_dir():
        return choice.load()
    if not (folder / PROVENANCE).is_file():
        raise InputError(
            f"{folder}: must be a scenario, or the folder of a run or a sweep, got another folder. Give what "
            "comity run --out or comity sweep wrote."
        )
    if choice.patches or choice.settings or choice.theory is not None or choice.posterior is not None:
        raise InputError(
            f"{folder}: the folder of a record fixes its scenario, got --patch, --set, --preset or --posterior too. "
            "Leave them out, or name the scenario."
        )
    return stored_scenario(folder)


def _states(scenario: Scenario) -> list[str]:
    actors = build_population(scenario).actors
    return list(actors["id"][actors["kind"] == "state"])


def _refuse_options(choice: Choice, given: list[str]) -> None:
    """Refuse options that cannot change a finished sweep."""
    told = {
        "--patch": choice.patches, "--set": choice.settings, "--preset": choice.theory, "--posterior": choice.posterior,
    }  # fmt: skip
    given = [*(name for name, value in told.items() if value), *given]
    if given:
        raise InputError(
            f"{choice.scenario}: a sweep is scored as it was run, got {', '.join(given)} too. Leave that out, or give "
            "the scenario."
        )


def _of_sweep(folder: Path, facts: tuple[Fact, ...]) -> _Question:
    sweep = read_sweep(folder)
    keys = [target.key for fact in facts for target in fact.targets]
    if not set(keys) <= set(sweep.measures):
        design = Path(sweep.design.scenario).name or "SCENARIO"
        raise InputError(
            f"{folder}: has no observations of the facts among its {len(sweep.measures)} measures. Score its scenario "
            f"with: comity score {design} --replicates {sweep.design.replicates}, with --set or --patch for one point."
        )
    asked = {fact["id"]: fact for fact in sweep.plan.recipe.facts}
    for fact in facts:
        now = fact.model_dump(mode="json")
        for key in ("measure", "period", "order"):
            if fact.id in asked and asked[fact.id].get(key) != now[key]:
                raise InputError(
                    f"{folder}: fact {fact.id} was asked with {key} {asked[fact.id].get(key)}, and the file now says "
                    f"{now[key]}: its runs answered a different question. Score the scenario instead, or use "
                    "the facts as they were."
                )
    if sweep.plan.n_points != 1 or sweep.plan.recipe.base is None:
        raise InputError(f"{folder}: must be a sweep of one point of a scenario, got {sweep.plan.n_points}. Sweep one.")
    scenario = sweep.plan.recipe.scenario(sweep.plan.values(0))
    done = sweep.runs[sweep.runs["status"] == "ok"]  # a failed run is no evidence for or against a theory
    ensembles = [Ensemble(name=scenario.theory, observations=done[keys])]
    title = f"{folder}: {len(done)} of {sweep.plan.n_runs} runs"
    return _Question(title=title, scenario=scenario, ensembles=ensembles)


def _vote_card(question: _Question, votes: Path | None, wanted: str | None) -> VoteCard | None:
    if votes is None or wanted is None:
        return None
    population = build_population(question.scenario)
    if wanted not in question.ensembles[0].votes:
        raise InputError(f"--vote: no run held the meeting of {wanted!r}. Choose another vote.")
    roll_call = read_roll_call(votes, question.ensembles[0].votes[wanted].index, wanted)
    return score_vote(population, wanted, roll_call, question.ensembles)


def _check_out(out: Path) -> None:
    for name in ("scorecard", "totals", "votes"):
        check_files(out, name)
    if (out / "scorecard.json").exists():
        raise InputError(f"{out / 'scorecard.json'}: must not exist yet, but it does. Name another folder.")


def _checksum(file: Path | None) -> dict[str, str]:
    """Return name and SHA-256 of a file that entered a score; of the shipped facts if there is none."""
    path = file if file is not None else scenario_folder() / "facts.toml"
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _save(out: Path, card: Scorecard, votes: VoteCard | None, question: _Question, made_from: dict[str, Any]) -> None:
    totals = card.all_totals()
    content = content_of(card, question.title, question.scenario) | {"made_from": made_from}
    try:
        out.mkdir(parents=True, exist_ok=True)
        card.table.to_csv(out / "scorecard.csv", index=False)
        totals.to_csv(out / "totals.csv", index=False)
        if votes is not None:
            panels = [votes.voted.assign(panel="yes among voters"), votes.all_answers.assign(panel="four answers")]
            table = pd.concat(panels, ignore_index=True)
            table.to_csv(out / "votes.csv", index=False)
            content["votes"] = {"vote": votes.vote, "counts": votes.counts, "sentences": votes.sentences()}
            content["votes"]["scores"] = plain_rows(table)
        (out / "scorecard.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {remedy(error)} Or name another folder.") from None


def _wide(screen: Console) -> Console:
    """Return a console that is wide enough for the scorecard without a terminal."""
    return screen if screen.is_terminal or screen.width >= WIDTH else Console(width=WIDTH, highlight=False)
