"""Reward functions of TRL's trainers: f(prompts, completions, **columns) -> one number per completion."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Abstained, Misshapen, Target, TargetError
from gyges.audit.targets.calling import Caller, arranged, bound, own_options
from gyges.audit.targets.plain import nothing
from gyges.audit.targets.rows import ANSWERS
from gyges.audit.targets.signatures import one_at_a_time, parameters
from gyges.audit.targets.sources import bare_functions, called, source_text
from gyges.audit.targets.tokens import stand_ins

_PROVIDED = ("prompts", "completions", "completion_ids", "trainer_state", "log_extra", "log_metric", "environments")
_MESSAGES = re.compile(r"""\[\s*['"](?:content|role)['"]\s*\]|\.get\(\s*['"]content['"]|\[(?:0|-1)\]\s*\[\s*['"]""")


class Trl(Target):
    """A reward function as GRPOTrainer and its like call it."""

    protocol: ClassVar[str] = "trl"
    abstains = True
    about: ClassVar[str] = "f(prompts, completions, **columns) -> a list of numbers, one per completion"
    requires: ClassVar[str] = "pip install trl"
    distribution: ClassVar[str] = "trl"
    own: ClassVar[Mapping[str, str]] = {
        "chat": "yes or no: whether prompts and completions are lists of messages (default: as the prompts are, or as "
        "the grader's source reads them)"
    }

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        found = parameters(thing)
        if found is None or inspect.isclass(thing) or one_at_a_time(thing):
            return 0.0
        if "completions" in found:
            return 0.95 if found.open or "prompts" in found else 0.85
        return 0.8 if "completion_ids" in found and found.open else 0.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        mine, given = own_options(options, self.own, thing)
        found = parameters(thing)
        self._parameters = found or nothing()
        self._thing, self._function, self._given = thing, bound(thing, given), frozenset(given)
        self._chat = _asked(mine.get("chat"))
        self._call = Caller()
        self._stands: dict[str, str] = {}
        self._notes: list[str] = []

    def prepare(self, tasks: Sequence[Task]) -> None:
        self._notes = []
        if self._chat is None:
            self._chat = any(isinstance(task.prompt, list) for task in tasks) or self._reads_messages()
        for name in self.columns():
            self._stands[name] = self._column(name, tasks)
        if "completion_ids" in self._parameters:
            self._notes.append("completion_ids are stand-ins: one number per word or sign, equal for equal ones")
        if not self._parameters.open:
            self._notes.append("it has no **kwargs: TRL hands over every column by name, and would fail")

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        values = self._values(tasks, completions)
        placed, named = arranged(self._parameters, values)
        try:
            returned = self._call(self._function, *placed, **named)
        finally:
            self._write_back(values, tasks)
        if hasattr(returned, "tolist"):
            returned = returned.tolist()
        if not isinstance(returned, (list, tuple)):
            raise Misshapen(f"returned {type(returned).__name__} for {len(completions)} completions; a list is wanted")
        if len(returned) != len(completions):
            raise Misshapen(f"returned {len(returned)} scores for {len(completions)} completions")
        if all(score is None for score in returned):
            raise Abstained
        return list(returned)

    def functions(self) -> Sequence[Any]:
        return bare_functions(self._thing)

    def columns(self) -> tuple[str, ...]:
        named = (name for name in self._parameters.names if name not in _PROVIDED and name not in self._given)
        return tuple(self._stands.get(name) or name for name in named)

    def signature(self) -> str:
        return f"{getattr(self._thing, '__name__', type(self._thing).__name__)}{self._parameters.text}"

    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def _reads_messages(self) -> bool:
        own = self.functions()
        hint = re.search(r"completions:\s*([^,)]*)", self._parameters.text)
        read = [source_text(function) for function in (*own, *called(own))]
        if (hint and "dict" in hint[1].lower()) or any(map(_MESSAGES.search, read)):
            self._notes.append(
                "completions are handed over as chat messages, as its source reads them; --option chat=no for strings"
            )
            return True
        return False

    def _column(self, name: str, tasks: Sequence[Task]) -> str:
        """The column that a parameter is given; empty to leave it at its default."""
        if all(name in task.columns for task in tasks):
            return name
        if name not in self._parameters.required:
            return ""
        held = tasks[0].answer_column if tasks else ""
        if held and name in ANSWERS:
            self._notes.append(f"{name!r} is given the column {held!r}")
            return held
        lacking = next(task for task in tasks if name not in task.columns)
        has = ", ".join(map(str, lacking.columns)) or "none"
        raise TargetError(
            f"the grader needs the column {name!r}, and row {lacking.index + 1} has none; its columns are {has}. Add "
            f"the column, or give one value for all with --option {name}=VALUE"
        )

    def _values(self, tasks: Sequence[Task], completions: Sequence[str]) -> dict[str, Any]:
        prompts = [self._prompt(task) for task in tasks]
        shown: Any = [[{"role": "assistant", "content": text}] for text in completions] if self._chat else completions
        values: dict[str, Any] = {}
        if self._parameters.open:
            shared = set(tasks[0].columns).intersection(*(task.columns for task in tasks))
            for name in shared - {"prompt", "prompts", "completion", "completions", "completion_ids"} - self._given:
                values[name] = [task.columns[name] for task in tasks]
        for name, column in self._stands.items():
            if column:
                values[name] = [task.columns.get(column) for task in tasks]
        provided = {
            "prompts": prompts,
            "completions": shown,
            "completion_ids": [stand_ins(text) for text in completions],
            "trainer_state": _state(),
            "log_extra": _ignore,
            "log_metric": _ignore,
        }
        values.update(
            (name, value) for name, value in provided.items() if self._parameters.open or name in self._parameters
        )
        return values

    def _write_back(self, values: Mapping[str, Any], tasks: Sequence[Task]) -> None:
        """What the grader did to the lists it was given is done to the tasks: there it is looked for."""
        for name, given in values.items():
            column = self._stands.get(name, name)
            if not isinstance(given, list) or column not in tasks[0].columns:
                continue
            for place, task in enumerate(tasks):
                left = given[place] if len(given) == len(tasks) else None
                if isinstance(task.columns, dict) and left is not task.columns.get(column):
                    task.columns[column] = left

    def _prompt(self, task: Task) -> Any:
        if self._chat and isinstance(task.prompt, str):
            return [{"role": "user", "content": task.prompt}]
        return task.text if not self._chat else task.prompt


def _asked(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    said = str(value).strip().lower()
    if said in ("yes", "true", "1"):
        return True
    if said in ("no", "false", "0"):
        return False
    raise TargetError(f"--option chat={value} is neither yes nor no")


def _state() -> SimpleNamespace:
    return SimpleNamespace(
        global_step=0, max_steps=1000, epoch=0.0, num_train_epochs=1, log_history=[], is_world_process_zero=True
    )


def _ignore(*_: Any, **__: Any) -> None:
    return None
