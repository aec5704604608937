"""Plain functions of one completion: f(completion, answer), under any of the names that people give to these."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Misshapen, Target
from gyges.audit.targets.binding import Binding
from gyges.audit.targets.calling import Caller, arranged, bound, own_options
from gyges.audit.targets.signatures import Parameters, Roles, makes_grader, one_at_a_time, parameters, plural, roles
from gyges.audit.targets.sources import bare_functions
from gyges.audit.targets.unwrapping import score_of

_GRADES = re.compile(
    r"reward|score|grade|verif|check|correct|match|judge|evaluat|reward|accura|penalt|bonus", re.IGNORECASE
)


class Plain(Target):
    """A function that grades one completion a call."""

    protocol: ClassVar[str] = "plain"
    about: ClassVar[str] = (
        "f(completion, answer) -> number, or f(completions, answers) by other names; more parameters are columns"
    )

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        found = parameters(thing)
        if found is None or inspect.isclass(thing):
            return 0.0
        if ("completions" in found or "completion_ids" in found) and not one_at_a_time(thing):
            return 0.0
        read = roles(found)
        if read is None or makes_grader(thing):
            return 0.0
        name = getattr(thing, "__name__", type(thing).__name__)
        grades = bool(_GRADES.search(name))
        if not read.certain:
            return 0.45 if grades and len(found.required) <= 2 else 0.2 if len(found.required) in (1, 2) else 0.0
        if read.answer:
            return 0.7
        return 0.6 if grades else 0.4

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        _, given = own_options(options, self.own, thing)
        self._parameters = parameters(thing) or nothing()
        self._roles = roles(self._parameters) or Roles("", certain=False)
        self._function = bound(thing, given)
        self._binding = Binding(self._parameters, self._roles, frozenset(given))
        self._thing = thing
        self._many = plural(self._roles.completion) and not one_at_a_time(thing)
        self._call = Caller()

    def prepare(self, tasks: Sequence[Task]) -> None:
        self._binding.fit(tasks)

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        if self._many:
            return self._grade_together(tasks, completions)
        given = []
        for task, completion in zip(tasks, completions, strict=True):
            placed, named = arranged(self._parameters, self._binding.values(task, completion))
            given.append(score_of(self._call(self._function, *placed, **named)))
        return given

    def _grade_together(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        each = [self._binding.values(task, completion) for task, completion in zip(tasks, completions, strict=True)]
        joined = {name: [values.get(name) for values in each] for name in each[0]}
        placed, named = arranged(self._parameters, joined)
        returned = self._call(self._function, *placed, **named)
        if not isinstance(returned, (list, tuple)) or len(returned) != len(completions):
            raise Misshapen(f"returned {type(returned).__name__} for {len(completions)} completions at once")
        return [score_of(one) for one in returned]

    def functions(self) -> Sequence[Any]:
        return bare_functions(self._thing)

    def columns(self) -> tuple[str, ...]:
        return self._binding.columns()

    def signature(self) -> str:
        return f"{getattr(self._thing, '__name__', type(self._thing).__name__)}{self._parameters.text}"

    def notes(self) -> tuple[str, ...]:
        return self._binding.notes


def nothing() -> Parameters:
    """What is known of a callable that does not say what it takes."""
    return Parameters((), (), frozenset(), open=True, loose=True, text="(…)")
