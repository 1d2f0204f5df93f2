"""The process that runs what a class asks for, one job after another: ``python -m comity_classroom.seminar.worker``.

A job is a line of JSON on standard input. The answer is a line of JSON on standard output, after lines with
``progress``. The process ends when its input does, so it does not outlive a killed server.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from comity.errors import InputError

__all__ = ["main"]


def main() -> None:
    """Answer jobs until standard input ends."""
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(10)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    for line in sys.stdin:
        try:
            answer = _answer(json.loads(line), answers)
        except InputError as error:
            answer = {"error": str(error)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        _say(answers, answer)


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _answer(job: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    match job["kind"]:
        case "command":
            return {"blocks": _command(job["words"])}
        case "script":
            return {"blocks": _script(job["code"])}
        case "watch":
            return {"page": _watch(job["scenario"], job["beside"], job["patch"])}
        case "pack":
            from comity_classroom.pack.writing import write_pack

            pack = write_pack(
                job["scenario"], Path(job["out"]), seats=job["seats"], language=job["language"], plan=job["plan"],
                progress=lambda sentence: _say(answers, {"progress": sentence}),
            )  # fmt: skip
            return {"folder": str(pack.folder)}
        case kind:
            raise InputError(f"job: 'kind' must be command, script, watch or pack, got {kind!r}.")


def _command(words: list[str]) -> list[dict[str, Any]]:
    from comity.cli import main as comity
    from comity.commands.console import printing_on
    from comity_classroom.seminar.telling import Telling

    screen, written, wrong = Telling(), io.StringIO(), io.StringIO()
    with printing_on(screen), contextlib.redirect_stdout(written), contextlib.redirect_stderr(wrong):
        status = comity(words)
    if status:
        raise InputError(wrong.getvalue().strip() or f"comity {words[0]} ended with status {status}.")
    screen.print(written.getvalue(), markup=False)
    return screen.blocks


def _script(code: str) -> list[dict[str, Any]]:
    from comity_classroom.seminar.telling import Telling

    screen = Telling()
    exec(
        compile(code, "lesson.md", "exec"),
        {"__name__": "lesson", "print": lambda *words: screen.print(*words, markup=False)},
    )
    return screen.blocks


def _watch(scenario: str, beside: str, patch: str) -> str:
    from comity_dashboard.exporting import page_of
    from comity_dashboard.setup import Setup

    first = Setup(scenario=scenario, seed="1")
    second = first.toggled(patch) if patch else Setup(scenario=beside, seed="1")
    return page_of(first, second)


if __name__ == "__main__":
    main()
