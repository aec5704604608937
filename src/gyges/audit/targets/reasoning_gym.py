"""Data sets of reasoning-gym: `reasoning-gym:countdown` is the data set with its own scorer."""

from __future__ import annotations

import copy
import difflib
import importlib
import json
import random
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.importing import listed
from gyges.audit.targets.missing import missing

SIZE = 20
SEED = 7


class ReasoningGym(Target):
    """A data set that makes its own tasks, and scores a bare answer against the entry it made."""

    protocol: ClassVar[str] = "reasoning-gym"
    about: ClassVar[str] = "reasoning-gym:DATASET, a data set with its score_answer(answer, entry)"
    requires: ClassVar[str] = "pip install reasoning-gym"
    distribution: ClassVar[str] = "reasoning-gym"
    imports: ClassVar[bool] = False
    answer_only: ClassVar[bool] = True
    own: ClassVar[Mapping[str, str]] = {
        "size": "number of tasks (default 20)",
        "seed": "seed of the data set (default 7)",
    }

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        return 0.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        try:
            library = importlib.import_module("reasoning_gym")
            known = importlib.import_module("reasoning_gym.factory").DATASETS
        except ImportError as error:
            raise missing(f"reasoning-gym:{spec}", self.requires, error) from error
        name = spec.replace("-", "_")
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            mend = f"Did you mean {', '.join(near)}?" if near else f"It has {listed(sorted(known))}."
            raise TargetError(f"reasoning-gym has no data set {spec!r}. {mend}")
        given = {**{key: options[key] for key in self.own if key in options}, **(options.get("bind") or {})}
        config = {
            **given,
            "size": _whole("size", given.get("size", SIZE)),
            "seed": _whole("seed", given.get("seed", SEED)),
        }
        try:
            _seeded(config["seed"])
            self._set = library.create_dataset(name, **config)
            self._entries = [self._set[index] for index in range(config["size"])]
        except Exception as error:
            raise TargetError(
                f"reasoning-gym cannot make the data set {name!r} with {config}: {type(error).__name__}: {error}"
            ) from error
        self._tasks = [_task(index, entry) for index, entry in enumerate(self._entries)]

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        pairs = zip(tasks, completions, strict=True)
        return [self._set.score_answer(completion, self._entry(task)) for task, completion in pairs]

    def tasks(self) -> Sequence[Task]:
        return self._tasks

    def functions(self) -> Sequence[Any]:
        return (type(self._set).score_answer, type(self._set))

    def range(self) -> tuple[float | None, float | None]:
        return (0.0, 1.0)

    def signature(self) -> str:
        return "score_answer(answer: str | None, entry: dict) -> float"

    def columns(self) -> tuple[str, ...]:
        return ("answer", "question")

    def _entry(self, task: Task) -> dict[str, Any]:
        """The entry as the library made it, with the columns that the task has otherwise."""
        known = self._tasks[task.index] if task.index < len(self._tasks) else None
        if known is None or (known.prompt != task.prompt and "metadata" not in known.columns):
            return _from_row(task)
        entry: dict[str, Any] = copy.deepcopy(self._entries[task.index])
        for name, value in task.columns.items():
            if name in known.columns and known.columns[name] == value:
                continue
            holder = entry if name in ("question", "answer") else entry.setdefault("metadata", {})
            holder[name] = value
        if task.answer != known.answer:
            entry["answer"] = task.answer
        return entry


def _task(index: int, entry: Mapping[str, Any]) -> Task:
    metadata = entry.get("metadata") or {}
    # Question and answer come last, so that metadata of the same name do not stand in for them.
    columns = {str(name): plain(value) for name, value in metadata.items()}
    columns.update(question=entry["question"], answer=_whole_answer(entry.get("answer")))
    return Task(index, entry["question"], columns["answer"], "answer", columns)


def _whole_answer(value: Any) -> Any:
    """The answer of an entry; a list of texts is one answer of several lines, not a choice between answers."""
    if isinstance(value, (list, tuple)) and value and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return plain(value)


def _from_row(task: Task) -> dict[str, Any]:
    """An entry from a row of the user's own task file."""
    metadata = task.columns.get("metadata")
    rest = {name: value for name, value in task.columns.items() if name not in ("question", "answer", "metadata")}
    return {
        "question": task.text,
        "answer": task.answer,
        "metadata": {**rest, **metadata} if isinstance(metadata, Mapping) else rest,
    }


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: dates, sets and numbers of other libraries become text or lists."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        pass
    else:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(inner) for inner in value), key=str)
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return str(value)


def _seeded(seed: int) -> None:
    """Seeds the chance that all share: some data sets draw on it as well, and each box has to make the same tasks."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def _whole(name: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise TargetError(f"--option {name}={value} is no whole number") from None
    if name == "size" and number < 1:
        raise TargetError(f"--option size={value}: at least one task is wanted")
    return number
