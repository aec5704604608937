"""Reads `--samples`: a completion a line, with the task that it belongs to."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gyges.audit.records import Task
from gyges.faults import Fault

WANTED = (
    'a row is an object like {"completion": "…", "task": 3, "step": 100, "truth": false}; instead of `task` it may '
    "repeat the prompt or the answer of its task, and `step` and `truth` may be left out"
)
_OWN = frozenset({"completion", "task", "step", "truth"})


@dataclass(frozen=True)
class Sample:
    """One row."""

    row: int
    """Its line in the file."""
    task: int
    completion: str
    step: int | None = None
    """Training step, None if the row has none."""
    truth: bool | None = None
    """What the user says: whether it is right; None if the row does not say."""


@dataclass(frozen=True)
class Samples:
    """The rows of a file that belong to a task, and sentences on the others."""

    file: str
    rows: tuple[Sample, ...]
    notes: tuple[str, ...] = ()


def read_samples(path: Path, tasks: Sequence[Task]) -> Samples:
    """The rows of `path`; those of unknown tasks are only noted. Raises `Fault` with the line that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"--samples {path}: {error}. Give a JSONL file: {WANTED}.") from error
    finder = _Finder(tasks)
    rows, strange = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        row = _row(line, where)
        task = finder.task(row, where)
        if task is None:
            strange.append(number)
            continue
        completion = _completion(row, where)
        rows.append(Sample(number, task, completion, _step(row, where), _truth(row, where)))
    if not rows and not strange:
        raise Fault(f"{path} holds no rows; {WANTED}.")
    if not rows:
        raise Fault(
            f"{path}: no row belongs to one of the {len(tasks)} tasks. Give each row a `task` (the number of its line "
            "in the task file, from 0), or the prompt or answer of its task exactly as it stands in the task file."
        )
    notes = []
    if strange:
        shown = ", ".join(map(str, strange[:5])) + (" …" if len(strange) > 5 else "")
        size = "1 row" if len(strange) == 1 else f"{len(strange):,} rows"
        notes.append(f"{size} (line {shown}) left out: the task is not known, or more than one may be meant.")
    return Samples(str(path), tuple(rows), tuple(notes))


class _Finder:
    """Finds the task of a row: by its number, or by the columns that both have."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks
        self._numbers = {task.index for task in tasks}
        self._known: dict[tuple[str, ...], dict[str, list[int]]] = {}

    def task(self, row: Mapping[str, Any], where: str) -> int | None:
        number = row.get("task")
        if number is not None:
            if isinstance(number, bool) or not isinstance(number, int):
                raise Fault(f"{where}: `task` is {_shown(number)}; give the number of the task, from 0")
            return number if number in self._numbers else None
        if len(self._tasks) == 1:
            return self._tasks[0].index
        for names in (tuple(sorted(set(row) - _OWN)), ("prompt", "answer"), ("prompt",), ("answer",)):
            if names and all(name in row for name in names):
                found = self._index(names).get(_key(row, names), [])
                if len(found) == 1 or (found and "prompt" in names and len(names) > 1):
                    return found[0]  # rows that agree in everything are the same task
        return None

    def _index(self, names: tuple[str, ...]) -> dict[str, list[int]]:
        if names not in self._known:
            index: dict[str, list[int]] = defaultdict(list)
            for task in self._tasks:
                columns = {"prompt": task.prompt, "answer": task.answer, **task.columns}
                if all(name in columns for name in names):
                    index[_key(columns, names)].append(task.index)
            self._known[names] = dict(index)
        return self._known[names]


def _key(columns: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return json.dumps([columns[name] for name in names], sort_keys=True, default=str)


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Fault(f"{where} is not JSON: {error}. Give one JSON object a line: {WANTED}.") from error
    if not isinstance(row, dict):
        raise Fault(f"{where} is {_shown(row)}; {WANTED}.")
    return row


def _completion(row: Mapping[str, Any], where: str) -> str:
    """The text, or that of the last message of the assistant."""
    if "completion" not in row:
        raise Fault(f"{where} has no `completion` (it has {', '.join(map(repr, row)) or 'nothing'}); {WANTED}.")
    given = row["completion"]
    if isinstance(given, str):
        return given
    turns = given if isinstance(given, list) else []
    texts = [
        turn.get("content") for turn in turns if isinstance(turn, dict) and turn.get("role", "assistant") == "assistant"
    ]
    if texts and isinstance(texts[-1], str):
        return texts[-1]
    raise Fault(f"{where}: `completion` is {_shown(given)}; give text, or a list of chat messages with an assistant's")


def _step(row: Mapping[str, Any], where: str) -> int | None:
    step = row.get("step")
    if step is None:
        return None
    if isinstance(step, bool) or not isinstance(step, int | float) or step != step // 1:
        raise Fault(f"{where}: `step` is {_shown(step)}; give the training step as a whole number, or leave it out")
    return int(step)


def _truth(row: Mapping[str, Any], where: str) -> bool | None:
    truth = row.get("truth")
    words = {"right": True, "correct": True, "wrong": False, "incorrect": False}
    if truth is None or isinstance(truth, bool):
        return truth
    if isinstance(truth, int | float) and truth in (0, 1):
        return bool(truth)
    if isinstance(truth, str) and truth.lower() in words:
        return words[truth.lower()]
    raise Fault(f"{where}: `truth` is {_shown(truth)}; give true (it is right), false or null")


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else text[:39] + "…"
