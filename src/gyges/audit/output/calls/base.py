"""What a way of calling is: source code for a test file that calls a grader as its library would."""

import ast
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.report import Report

AWAITED = '''
def settled(value):
    """The value; awaited if the grader is async."""
    return asyncio.run(_awaited(value)) if inspect.isawaitable(value) else value


async def _awaited(value):
    return await value
'''
NUMBER = '''
def number(returned):
    """The score in what the grader returned: a number, (score, ...), {"score": ...} or an object with a score."""
    returned = settled(returned)
    keys = ("score", "reward", "value", "passed", "correct", "is_correct", "acc", "accuracy", "result")
    if isinstance(returned, tuple):
        returned = returned[0]
    elif isinstance(returned, dict):
        returned = next((returned[key] for key in keys if key in returned), None)
    elif not hasattr(returned, "__float__"):
        returned = next((getattr(returned, key) for key in keys if hasattr(returned, key)), None)
    return float(returned)
'''


class Call(ABC):
    """One protocol. A subclass is a file in this folder."""

    name: ClassVar[str]
    """The protocol, as `Opened.protocol` calls it."""
    imports: ClassVar[tuple[str, ...]] = ("import asyncio", "import inspect")
    """Lines that import what the code needs."""
    loads: ClassVar[bool] = True
    """Whether the grader is a Python object that the test file loads as `grader`."""

    @abstractmethod
    def code(self, report: Report) -> str:
        """Source of `grades(rows, completions)`, which returns a number for each completion."""


@dataclass(frozen=True)
class Signature:
    """Parameters of a grader, read off the text of its signature."""

    names: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    positional: frozenset[str] = frozenset()
    """Those that cannot be given by name."""
    open: bool = True
    """Whether it takes any further names."""


def read_signature(text: str) -> Signature:
    """The parameters in `name(a, b=1, **rest)`; an open one if that cannot be read."""
    head = text[text.find("(") :] if "(" in text else "(*args, **kwargs)"
    body = _parsed(head)
    if body is None:
        return Signature()
    arguments = body.args
    plain = [*arguments.posonlyargs, *arguments.args]
    bare = plain[: len(plain) - len(arguments.defaults)]
    needed = [one for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None]
    return Signature(
        names=tuple(one.arg for one in (*plain, *arguments.kwonlyargs)),
        required=frozenset(one.arg for one in (*bare, *needed)),
        positional=frozenset(one.arg for one in arguments.posonlyargs),
        open=arguments.kwarg is not None,
    )


def _parsed(head: str) -> ast.FunctionDef | None:
    """The signature parsed; what stands there for an object (`<object at …>`) is no Python and becomes None."""
    try:
        node = ast.parse(f"def f{re.sub(r'<[^<>]*>', 'None', head)}: ...").body[0]
    except (SyntaxError, ValueError):
        return None
    return node if isinstance(node, ast.FunctionDef) else None


@dataclass(frozen=True)
class Row:
    """A task as the test file holds it: its columns, with prompt and answer under names of their own."""

    columns: Mapping[str, Any]
    prompt: str
    """Column of the prompt."""
    answer: str
    """Column of the answer."""


def row_of(task: Task) -> Row:
    """The row of a task."""
    columns = dict(task.columns)
    prompt = next((name for name, value in columns.items() if value == task.prompt), "prompt")
    columns.setdefault(prompt, task.prompt)
    answer = task.answer_column or "answer"
    columns.setdefault(answer, task.answer)
    return Row(columns, prompt, answer)


@dataclass(frozen=True)
class Arguments:
    """Arguments of a call, as source."""

    placed: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def give(self, name: str, source: str, signature: Signature) -> None:
        if name in signature.positional:
            self.placed.append(source)
        else:
            self.named.append(f"{name}={source}")

    def __str__(self) -> str:
        return ", ".join([*self.placed, *self.named])
