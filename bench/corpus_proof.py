"""What a witness proves: the completion's score by a grader, or what came instead."""

import copy
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus import Entry, Grader, bare


def measured(entry: Entry, grader: Grader) -> Any:
    """What the entry's witness gives: a score, `raised NAME`, `shape`, a list of scores, or the effects of the call.

    A witness with `repeat` is scored that often; with `beside`, alone and in a batch; with `effect`, watched.
    """
    witness = entry.witness
    task, completion = witness["task"], witness["completion"]
    if "effect" in witness:
        return _effects(grader, task, completion)
    if "repeat" in witness:
        return sorted({grader.score(task, completion) for _ in range(witness["repeat"])})
    if "beside" in witness:
        batch = [completion, *witness["beside"]]
        return sorted({grader.score(task, completion), float(grader.batch([task] * len(batch), batch)[0])})
    try:
        given = grader.batch([task], [completion])
    except Exception as problem:
        return f"raised {type(problem).__name__}"
    if len(given) != 1:
        return "shape"
    return grader.score(task, completion)


def proven(entry: Entry, twin: Entry) -> str:
    """Why the witness does not prove the fault, or nothing."""
    witness = entry.witness
    here, there = measured(entry, Grader(entry)), measured(replaced(twin, witness), Grader(twin))
    if (here, there) != (witness["score"], witness["clean_score"]):
        return f"scores {here} and {there}, the manifest says {witness['score']} and {witness['clean_score']}"
    if entry.kind == "side_effect":
        return "" if here and not there else f"effects {here}, of the correct grader {there}"
    if entry.kind == "instability":
        return "" if len(here) > 1 and len(there) == 1 else f"scores {here}, of the correct grader {there}"
    if entry.kind == "crash":
        return (
            "" if isinstance(here, str) and not isinstance(there, str) else f"gives {here}, the correct grader {there}"
        )
    faulty, right = reference_score(entry, witness["task"]), reference_score(twin, witness["task"])
    if isinstance(here, str) or isinstance(there, str):
        return f"gives {here}, the correct grader {there}"
    if entry.kind == "out_of_range":
        return "" if here > faulty and there <= right else f"gives {here}, the reference {faulty}"
    if witness["truth"] == "right":
        return "" if there == right and here < right else f"gives {here}, the correct grader {there}"
    # A fault may change what the reference is paid; a wrong answer's pay is measured by the correct grader's.
    return "" if here >= 0.9 * right and there < 0.5 * right else f"pays {here}, the correct grader {there}"


def replaced(entry: Entry, witness: dict[str, Any]) -> Entry:
    return Entry(**{**{name: getattr(entry, name) for name in entry.__dataclass_fields__}, "witness": witness})


def reference_score(entry: Entry, task: int) -> float:
    """What the grader gives the reference, written in the grader's own format."""
    grader = Grader(entry)
    return grader.score(task, entry.honest(bare(grader.rows[task])))


def _effects(grader: Grader, task: int, completion: str) -> list[str]:
    with _elsewhere() as folder:
        environment, rows = dict(os.environ), copy.deepcopy(grader.rows)
        if grader.entry.protocol == "trl":
            columns = {key: [copy.deepcopy(rows[task][key])] for key in rows[task]}
            kept = copy.deepcopy(columns)
            prompts = columns["prompt"]
            rest = {key: value for key, value in columns.items() if key != "prompt"}
            grader.call(prompts=prompts, completions=[completion], **rest)
            changed = columns != kept
        else:
            grader.score(task, completion)
            changed = False
        found = [f"file {path.name}" for path in sorted(folder.iterdir())]
        found += [f"environment {name}" for name in sorted(set(os.environ) - set(environment))]
        found += ["input"] if changed else []
        for name in set(os.environ) - set(environment):
            del os.environ[name]
    return found


@contextmanager
def _elsewhere() -> Iterator[Path]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
