"""Gives each parameter of a grader of one completion its value: the completion, the answer, the prompt, or a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gyges.audit.records import Task
from gyges.audit.targets.base import TargetError
from gyges.audit.targets.rows import ANSWERS
from gyges.audit.targets.signatures import PROMPT, Parameters, Roles, words
from gyges.audit.targets.tokens import are_tokens, stand_ins

# No column has these names: columns are spelled without brackets where they are parameters.
_COMPLETION, _ANSWER, _PROMPT, _EXTRA = "<completion>", "<answer>", "<prompt>", "<extra>"
_WRITTEN, _ASKED = "<tokens of the completion>", "<tokens of the prompt>"


class Binding:
    """What stands behind each parameter.

    **Arguments:**

    - `parameters`, `roles`: the grader's.
    - `given`: parameters that an option has already given a value.
    - `extra`: names that the protocol itself can provide, beside the columns.
    - `tests`: names that stand for one another: the tests of a program under any of them.
    """

    def __init__(
        self,
        parameters: Parameters,
        roles: Roles,
        given: frozenset[str] = frozenset(),
        extra: Sequence[str] = (),
        tests: Sequence[str] = (),
    ) -> None:
        self._parameters, self._roles, self._given, self._extra = parameters, roles, given, frozenset(extra)
        self._tests = tests
        self._sources: dict[str, str] = {}
        self._fitted = False
        self._column = ""
        self.notes: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Columns of the tasks that parameters stand for; before the tasks are known, the parameters' own names."""
        return tuple(
            self._column if self._sources.get(name) == _ANSWER else name
            for name in self._parameters.names
            if name != self._roles.completion
            and name not in self._given
            and name not in self._extra
            and (name in self._parameters.required or name in self._sources or not self._fitted)
        )

    def fit(self, tasks: Sequence[Task]) -> None:
        """Finds a source for every parameter; raises `TargetError` if a required one has none."""
        had = set(tasks[0].columns).intersection(*(task.columns for task in tasks)) if tasks else set()
        notes = []
        if not self._roles.certain and self._roles.answer:
            notes.append(
                f"took {self._roles.completion!r} for the completion and {self._roles.answer!r} for the answer, "
                "by their order"
            )
        for name in self._parameters.names:
            source = self._source(name, had, tasks)
            if source:
                self._sources[name] = source
            elif name in self._parameters.required and name not in self._given:
                raise TargetError(_lacking(name, tasks))
        self._column = tasks[0].answer_column if tasks else ""
        likely = [name for name in ANSWERS if name in had]
        if self._sources.get(self._roles.answer) == _ANSWER and self._roles.answer not in had and len(likely) > 1:
            notes.append(f"{self._roles.answer!r} is given the column {self._column!r}, not {likely[1]!r}")
        tokens = [name for name, source in self._sources.items() if source in (_WRITTEN, _ASKED)]
        if tokens:
            notes.append(f"{', '.join(tokens)}: stand-ins, one number per word or sign, equal for equal ones")
        self.notes = tuple(notes)
        self._fitted = True

    def _source(self, name: str, had: set[str], tasks: Sequence[Task]) -> str:
        if name in self._given:
            return ""
        if name == self._roles.completion:
            return _COMPLETION
        if name in self._extra:
            return _EXTRA
        if name == self._roles.answer:
            # The column of that very name counts as the answer only if rows_to_tasks took it for one.
            known = any(task.answer_column for task in tasks)
            return _ANSWER if known else ""
        if name in had:
            return name
        if name in self._tests:
            return next((other for other in self._tests if other in had), "")
        if name == self._roles.prompt:
            return _PROMPT
        if name in self._parameters.required and are_tokens(name):
            return _ASKED if PROMPT & set(words(name)) else _WRITTEN
        return ""

    def values(self, task: Task, completion: Any) -> dict[str, Any]:
        """The values for one call, by parameter; `extra` ones are left to the protocol."""
        values: dict[str, Any] = {}
        for name, source in self._sources.items():
            if source == _COMPLETION:
                values[name] = completion
            elif source == _ANSWER:
                values[name] = task.answer
            elif source == _PROMPT:
                values[name] = task.prompt
            elif source in (_WRITTEN, _ASKED):
                values[name] = stand_ins(str(completion) if source == _WRITTEN else task.text)
            elif source != _EXTRA:
                values[name] = task.columns.get(source)
        if self._parameters.open:
            rest = {key: value for key, value in task.columns.items() if key not in values and key not in self._given}
            values = {**rest, **values}
        return values


def _lacking(name: str, tasks: Sequence[Task]) -> str:
    first = next((task for task in tasks if name not in task.columns), tasks[0] if tasks else None)
    if first is None:
        return f"the grader needs {name!r}, and there are no tasks"
    has = ", ".join(map(str, first.columns)) or "none"
    return (
        f"the grader needs {name!r}, and row {first.index + 1} has no such column; its columns are {has}. "
        f"Add the column, or give one value for all with --option {name}=VALUE"
    )
