"""Scoring functions of verl: compute_score(data_source, solution_str, ground_truth, extra_info)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Misshapen, Target, TargetError
from gyges.audit.targets.calling import Caller, arranged, bound, own_options
from gyges.audit.targets.plain import nothing
from gyges.audit.targets.signatures import parameters
from gyges.audit.targets.sources import bare_functions

_ONE = ("data_source", "solution_str", "ground_truth", "extra_info")
_MANY = ("data_sources", "solution_strs", "ground_truths", "extra_infos")


class Verl(Target):
    """A custom reward function, or one of verl's own."""

    protocol: ClassVar[str] = "verl"
    about: ClassVar[str] = (
        "compute_score(data_source, solution_str, ground_truth, extra_info) -> number or {'score': number}"
    )
    requires: ClassVar[str] = "pip install verl"
    distribution: ClassVar[str] = "verl"

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        found = parameters(thing)
        if found is None or inspect.isclass(thing):
            return 0.0
        if {"solution_strs", "ground_truths"} <= set(found.names):
            return 0.95
        if not {"solution_str", "ground_truth"} <= set(found.names):
            return 0.0
        return 0.95 if "data_source" in found or "extra_info" in found else 0.9

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        _, given = own_options(options, self.own, thing)
        self._parameters = parameters(thing) or nothing()
        self._thing, self._function, self._given = thing, bound(thing, given), frozenset(given)
        self._many = "solution_strs" in self._parameters
        self._call = Caller()
        self._notes: list[str] = []
        self._column = ""
        # Under other names, verl's order of arguments says what is what.
        whole = "data_source" in self._parameters or len(self._parameters.required) >= len(_ONE)
        order = _MANY if self._many else _ONE if whole else _ONE[1:]
        unnamed = not self._many and "solution_str" not in self._parameters
        self._names = (
            dict(zip(order, self._parameters.names, strict=False)) if unnamed else {name: name for name in order}
        )

    def prepare(self, tasks: Sequence[Task]) -> None:
        self._notes = []
        self._column = tasks[0].answer_column if tasks else ""
        source = self._names.get("data_source", "")
        if (
            source in self._parameters
            and source not in self._given
            and not all("data_source" in t.columns for t in tasks)
        ):
            self._notes.append(
                "the tasks have no column 'data_source': '' is handed over; --option data_source=NAME sets one"
            )
        missing = [
            name
            for name in self._parameters.required
            if name not in self._given
            and name not in self._names.values()
            and not all(name in task.columns for task in tasks)
        ]
        if missing:
            has = ", ".join(map(str, tasks[0].columns)) if tasks else "none"
            raise TargetError(
                f"the grader needs {missing[0]!r}, which verl does not hand over and the rows lack (columns: {has}); "
                f"say --option {missing[0]}=VALUE"
            )

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        each = [self._values(task, completion) for task, completion in zip(tasks, completions, strict=True)]
        if not self._many:
            return [_score(self._call_with(values)) for values in each]
        joined = {name: [values[name] for values in each] for name in each[0]}
        given = self._call_with(joined)
        if not isinstance(given, (list, tuple)):
            raise Misshapen(f"returned {type(given).__name__} for {len(completions)} completions; a list is wanted")
        if len(given) != len(completions):
            raise Misshapen(f"returned {len(given)} scores for {len(completions)} completions")
        return [_score(one) for one in given]

    def functions(self) -> Sequence[Any]:
        return bare_functions(self._thing)

    def columns(self) -> tuple[str, ...]:
        handed = self._names.get("solution_str", ""), self._names.get("solution_strs", "")
        gold = self._names.get("ground_truth") or self._names.get("ground_truths")
        named = (name for name in self._parameters.names if name not in handed and name not in self._given)
        return tuple(self._column if name == gold and self._column else name for name in named)

    def signature(self) -> str:
        return f"{getattr(self._thing, '__name__', type(self._thing).__name__)}{self._parameters.text}"

    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def _call_with(self, values: Mapping[str, Any]) -> Any:
        placed, named = arranged(self._parameters, values)
        return self._call(self._function, *placed, **named)

    def _values(self, task: Task, completion: str) -> dict[str, Any]:
        extra = task.columns.get("extra_info")
        meant = (task.columns.get("data_source", ""), completion, task.answer, {} if extra is None else extra)
        singular = dict(zip(_ONE, meant, strict=True))
        values = {}
        for role, name in self._names.items():
            if name not in self._given and (name in self._parameters or self._parameters.open):
                values[name] = singular[role.removesuffix("s")]
        rest = [name for name in self._parameters.names if name not in values and name not in self._given]
        values.update((name, task.columns[name]) for name in rest if name in task.columns)
        return values


def _score(returned: Any) -> Any:
    """The score as verl reads it: under "score" in a dictionary, first in a sequence."""
    if isinstance(returned, Mapping):
        if "score" not in returned:
            raise Misshapen(f"returned a dictionary without 'score': {sorted(map(str, returned))}")
        return returned["score"]
    return returned[0] if isinstance(returned, (list, tuple)) and returned else returned
