"""Rubrics of OpenEnv: Rubric.forward(action, observation) -> number."""

from __future__ import annotations

import ast
import inspect
import textwrap
import typing
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.calling import Caller, own_options
from gyges.audit.targets.importing import instance
from gyges.audit.targets.signatures import parameters
from gyges.audit.targets.sources import bare_functions, source_text
from gyges.audit.targets.standin import Standin, filled

_WORDS = ("message", "text", "content", "response", "answer", "completion", "output", "code", "action", "solution")


class OpenEnv(Target):
    """A rubric, given the completion as an action and the task as what was observed after it."""

    protocol: ClassVar[str] = "openenv"
    about: ClassVar[str] = "Rubric.forward(action, observation) -> number; the completion is the action's text"
    requires: ClassVar[str] = "pip install openenv-core"
    distribution: ClassVar[str] = "openenv-core"
    own: ClassVar[Mapping[str, str]] = {"field": "the field of the action that holds the completion"}

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        kind = thing if inspect.isclass(thing) else type(thing)
        if any(base.__name__ == "Rubric" and "openenv" in base.__module__ for base in kind.__mro__):
            return 0.0 if inspect.isabstract(thing) else 0.99
        found = parameters(thing)
        if found is None or inspect.isclass(thing):
            return 0.0
        return 0.9 if found.names[:2] == ("action", "observation") else 0.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        mine, given = own_options(options, self.own, thing)
        self._rubric = instance(thing, given) if inspect.isclass(thing) else thing
        if parameters(self._rubric) is None:
            raise TargetError(f"{spec} cannot be called; a Rubric with forward(action, observation) is wanted")
        self._field = str(mine.get("field") or "")
        self._forward = getattr(self._rubric, "forward", self._rubric)
        self._read = _attributes(self._readers())
        hints = _hints(self._forward)
        for child in self._children():
            hints = {**_hints(child.forward), **hints}
        self._action, self._observation = hints.get("action"), hints.get("observation")
        self._call = Caller()

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        given = []
        for task, completion in zip(tasks, completions, strict=True):
            if hasattr(self._rubric, "reset"):
                self._rubric.reset()
            given.append(self._call(self._rubric, self._act(task, completion), self._observe(task)))
        return given

    def functions(self) -> Sequence[Any]:
        kinds = [*bare_functions(self._rubric), *(type(child) for child in self._children())]
        # Containers of rubrics are the library's; the author's logic is in what they hold.
        return sorted(dict.fromkeys(kinds), key=lambda kind: str(kind.__module__).startswith("openenv."))

    def range(self) -> tuple[float | None, float | None]:
        return (None, None)

    def columns(self) -> tuple[str, ...]:
        return tuple(sorted(self._read["observation"] - {"done", "reward", "metadata"}))

    def signature(self) -> str:
        found = parameters(self._forward)
        return f"forward{found.text}" if found else ""

    def notes(self) -> tuple[str, ...]:
        if isinstance(self._action, type):
            return (f"the completion is handed over as {self._action.__name__}.{self._text_field(self._action)}",)
        return ("the action has the completion as its text, under whatever name the rubric reads",)

    def _children(self) -> list[Any]:
        return list(self._rubric.rubrics()) if hasattr(self._rubric, "rubrics") else []

    def _readers(self) -> str:
        return "\n".join(textwrap.dedent(source_text(function)) for function in self.functions())

    def _text_field(self, kind: type) -> str:
        fields = list(getattr(kind, "model_fields", None) or getattr(kind, "__dataclass_fields__", None) or ())
        named = [self._field] if self._field else [name for name in _WORDS if name in fields]
        return (named or [name for name in fields if name != "metadata"] or ["text"])[0]

    def _act(self, task: Task, completion: str) -> Any:
        row = dict(task.columns)
        if isinstance(self._action, type):
            return filled(self._action, {**row, self._text_field(self._action): completion, "metadata": row})
        names = [self._field] if self._field else [*_WORDS, *self._read["action"]]
        return Standin(completion, {**dict.fromkeys(names, completion), "metadata": row})

    def _observe(self, task: Task) -> Any:
        row = dict(task.columns)
        shared = {**row, "done": True, "reward": None, "metadata": row}
        if isinstance(self._observation, type):
            return filled(self._observation, shared)
        asked = {name: task.text for name in ("prompt", "question", "problem") if name not in row}
        gold = {} if task.answer is None or "answer" in row else {"answer": task.answer}
        return Standin(task.text, {**asked, **gold, **shared, "metadata": {**asked, **gold, **row}})


def _attributes(source: str) -> dict[str, set[str]]:
    """Attributes of `action` and `observation` that a source reads."""
    read: dict[str, set[str]] = {"action": set(), "observation": set()}
    for part in source.split("\nclass "):
        text = part if part.startswith(("class ", "def ", "async ", "@")) else f"class {part}"
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in read:
                read[node.value.id].add(node.attr)
    return read


def _hints(function: Any) -> dict[str, Any]:
    try:
        hints = typing.get_type_hints(function)
    except Exception:
        return {}
    # The base classes have no field for a text: they say no more than that it is an action.
    return {
        name: kind
        for name, kind in hints.items()
        if isinstance(kind, type) and kind.__name__ not in ("Action", "Observation", "Any", "object", "str", "dict")
    }
