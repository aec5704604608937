"""Rewards of verifiers: tasks with @vf.reward methods, tasksets of these, and functions with arguments by name."""

from __future__ import annotations

import importlib
import inspect
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.calling import Caller, arranged, bound, own_options
from gyges.audit.targets.missing import missing
from gyges.audit.targets.plain import nothing
from gyges.audit.targets.reasoning_gym import plain
from gyges.audit.targets.rows import ANSWERS
from gyges.audit.targets.signatures import parameters
from gyges.audit.targets.sources import bare_functions
from gyges.audit.targets.standin import Standin, filled
from gyges.audit.targets.unwrapping import score_of

SIZE = 20
_INJECTED = ("task", "trace", "runtime", "prompt", "completion", "answer", "state", "info", "parser")
_TELLING = frozenset({"trace", "state", "info", "parser", "runtime"})


class Verifiers(Target):
    """A taskset, a task class, or a reward function."""

    protocol: ClassVar[str] = "verifiers"
    about: ClassVar[str] = (
        "a Taskset or Task with @vf.reward methods, or a reward f(task, trace) or f(completion, answer, …)"
    )
    requires: ClassVar[str] = "pip install verifiers"
    distribution: ClassVar[str] = "verifiers"
    own: ClassVar[Mapping[str, str]] = {"size": "number of the taskset's own tasks (default 20)"}

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        if _kind(thing):
            return 0.99
        found = parameters(thing)
        if found is None or inspect.isclass(thing) or "completions" in found:
            return 0.0
        if getattr(thing, "reward", None) is True and hasattr(thing, "_vf_weight"):
            return 0.99
        if "trace" in found:
            return 0.9
        return 0.8 if "completion" in found and _TELLING & set(found.required) else 0.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        self._thing, self._spec = thing, spec
        self._own, self._given = own_options(options, self.own, thing)
        self._is = _kind(thing)
        self._parameters = nothing() if self._is else parameters(thing) or nothing()
        self._call = Caller()
        self._notes: list[str] = []
        self._vf: Any = None
        if self._is or "trace" in self._parameters:
            try:
                self._vf = importlib.import_module("verifiers.v1")
            except ImportError as error:
                raise missing(spec, self.requires, error) from error
        if "runtime" in self._parameters.required:
            raise TargetError(
                f"{spec} needs a runtime, a sandbox that the audit does not have; audit the function inside it"
            )
        self._function: Any = None if self._is else bound(thing, self._given)
        self._loaded = self._load() if self._is == "taskset" else []

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        score = self._by_task if self._is else self._by_function
        return [score(task, completion) for task, completion in zip(tasks, completions, strict=True)]

    def tasks(self) -> Sequence[Task] | None:
        return [_row(index, task.data) for index, task in enumerate(self._loaded)] or None

    def prepare(self, tasks: Sequence[Task]) -> None:
        if self._vf is not None and tasks:
            # The first trace of a process asks git for the library's version: not what a reward does.
            self._trace(self._vf.WireTaskData(prompt=""), "Task", tasks[0], "")
        if self._is and tasks:
            skipped = [reward.__name__ for reward in self._task(tasks[0]).hooks("reward") if _needs_runtime(reward)]
            self._notes = [f"needs a sandbox, and is left out: {name}" for name in skipped]
            return
        held = set(tasks[0].columns).intersection(*(task.columns for task in tasks)) if tasks else set()
        known = held | set(_INJECTED) | set(self._given)
        lacking = [name for name in self._parameters.required if name not in known]
        if lacking:
            raise TargetError(
                f"{self._spec} needs {lacking[0]!r}, which verifiers does not hand over and the rows lack (columns: "
                f"{', '.join(map(str, tasks[0].columns)) if tasks else 'none'}); say --option {lacking[0]}=VALUE"
            )

    def functions(self) -> Sequence[Any]:
        if not self._is:
            return bare_functions(self._thing)
        kind = self._thing if self._is == "task" else type(self._loaded[0])
        marked = [held for held in vars(kind).values() if inspect.isfunction(held) and hasattr(held, "reward")]
        return (*marked, kind)

    def columns(self) -> tuple[str, ...]:
        if self._is:
            kind = self._thing if self._is == "task" else type(self._loaded[0])
            own = set(kind.data_type().model_fields) - set(self._vf.TaskData.model_fields)
            return tuple(sorted(own))
        handed = {"task", "trace", "runtime", "prompt", "completion", "state", "parser"}
        return tuple(name for name in self._parameters.names if name not in handed and name not in self._given)

    def signature(self) -> str:
        if not self._is:
            return f"{getattr(self._thing, '__name__', type(self._thing).__name__)}{self._parameters.text}"
        found = [(one.__name__, parameters(one)) for one in self.functions()[:-1]]
        return "; ".join(f"{name}{held.text}" for name, held in found if held)

    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def _load(self) -> list[Any]:
        kind: Any = self._thing if inspect.isclass(self._thing) else type(self._thing)
        try:
            made: Any = self._thing
            if inspect.isclass(self._thing):
                generic = importlib.import_module("verifiers.v1.utils.generic").concrete_type
                config = generic(kind, self._vf.TasksetConfig, origin=self._vf.Taskset) or self._vf.TasksetConfig
                made = kind(config(**self._given))
            loaded = list(itertools.islice(made, int(self._own.get("size", SIZE))))
        except Exception as error:
            raise TargetError(f"the taskset {self._spec} does not load: {type(error).__name__}: {error}") from error
        if not loaded:
            raise TargetError(f"the taskset {self._spec} has no tasks")
        return loaded

    def _task(self, task: Task) -> Any:
        """The library's own task, with the columns that this one has."""
        if self._is == "task":
            kind = self._thing.data_type()
            row = {**_without_none(task.columns), "prompt": task.prompt}
            for name in set(kind.model_fields) & set(ANSWERS):
                row.setdefault(name, task.answer)
            return self._thing(filled(kind, row))
        held = self._loaded[task.index]
        original = _row(task.index, held.data).columns
        changed = {name: value for name, value in task.columns.items() if original.get(name) != value}
        return held.with_data(**changed) if changed else held

    def _by_task(self, task: Task, completion: str) -> Any:
        held = self._task(task)
        trace = self._trace(held.data, type(held).__name__, task, completion)
        try:
            self._call(held.score, trace)
        except Exception as error:
            # The library wraps what a reward raises; the reward's own line is in what it wraps.
            raise error.__cause__ if error.__cause__ is not None else error from None
        return trace.reward

    def _by_function(self, task: Task, completion: str) -> Any:
        turns = [{"role": "assistant", "content": completion}]
        asked = task.prompt if isinstance(task.prompt, list) else [{"role": "user", "content": task.text}]
        info = task.columns.get("info")
        available: dict[str, Any] = dict(task.columns)
        available.update(prompt=asked, completion=turns, answer=task.answer, info=info if info is not None else {})
        available["state"] = {**available, "turn": 1, "responses": [], "timing": {}}
        available["parser"] = _Parser()
        available.setdefault("task", "default")
        if self._vf is not None:
            data = self._vf.WireTaskData(**{**_without_none(task.columns), "prompt": task.prompt})
            available["task"] = data
            available["trace"] = self._trace(data, "Task", task, completion)
        names = available if self._parameters.open else self._parameters.names
        values = {name: available[name] for name in names if name in available and name not in self._given}
        placed, named = arranged(self._parameters, values)
        return score_of(self._call(self._function, *placed, **named))

    def _trace(self, data: Any, kind: str, task: Task, completion: str) -> Any:
        vf = self._vf
        asked = task.prompt if isinstance(task.prompt, list) else [{"role": "user", "content": task.text}]
        makers: dict[Any, Any] = {"system": vf.SystemMessage, "assistant": vf.AssistantMessage}
        messages = [makers.get(turn.get("role"), vf.UserMessage)(content=turn["content"]) for turn in asked]
        nodes = [
            vf.MessageNode(parent=place - 1 if place else None, message=message)
            for place, message in enumerate(messages)
        ]
        reply = vf.AssistantMessage(content=completion)
        nodes.append(vf.MessageNode(parent=len(nodes) - 1 if nodes else None, message=reply, sampled=True))
        return vf.Trace(
            task=vf.TraceTask(type=kind, data=data),
            agent=vf.AgentInfo(config=vf.AgentConfig()),
            nodes=nodes,
            is_completed=True,
            ok=True,
        )


class _Parser(Standin):
    """Reads an answer as verifiers' plain parser did: it is the last message's text."""

    def __init__(self) -> None:
        super().__init__("parser", {})

    def parse_answer(self, completion: Any) -> str:
        """The text of the last message."""
        return completion if isinstance(completion, str) else str(completion[-1]["content"])

    def parse(self, text: str, **_: Any) -> str:
        """The text as it is."""
        return text


def _kind(thing: Any) -> str:
    kind = thing if inspect.isclass(thing) else type(thing)
    for base in kind.__mro__[1:] if inspect.isclass(thing) else kind.__mro__:
        if base.__module__.startswith("verifiers.") and base.__name__ in ("Task", "Taskset"):
            return base.__name__.lower()
    return ""


def _needs_runtime(reward: Any) -> bool:
    found = parameters(reward)
    return found is not None and "runtime" in found.required


def _row(index: int, data: Any) -> Task:
    said = {name: plain(value) for name, value in data.model_dump(mode="json").items()}
    base = {"name", "description", "system_prompt", "prompt", "id"}
    own = set(type(data).model_fields) - set(_base_fields(data))
    columns = {name: value for name, value in said.items() if name in own or (name in base and value is not None)}
    column = next((name for name in ANSWERS if name in columns), "")
    return Task(index, said.get("prompt") or "", columns.get(column), column, columns)


def _base_fields(data: Any) -> Sequence[str]:
    kinds: tuple[Any, ...] = type(data).__mro__
    return next((tuple(kind.model_fields) for kind in kinds if kind.__name__ == "TaskData"), ())


def _without_none(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
