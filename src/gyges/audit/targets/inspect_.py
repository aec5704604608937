"""Scorers of Inspect: async score(state, target) -> Score, mostly made by a factory with @scorer."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task
from gyges.audit.targets.base import Abstained, Target, TargetError
from gyges.audit.targets.calling import Caller, own_options
from gyges.audit.targets.missing import missing
from gyges.audit.targets.signatures import parameters
from gyges.audit.targets.sources import bare_functions

_MODEL = "mockllm/model"


class Inspect(Target):
    """A scorer, or the factory of one."""

    protocol: ClassVar[str] = "inspect"
    about: ClassVar[str] = "a @scorer of Inspect: async score(state, target) -> Score"
    requires: ClassVar[str] = "pip install inspect-ai"
    distribution: ClassVar[str] = "inspect-ai"
    own: ClassVar[Mapping[str, str]] = {
        "key": "the score to read, for a scorer that gives several by name (default: mean)"
    }

    @classmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        if _registered(thing):
            return 1.0
        found = parameters(thing)
        if found is None or inspect.isclass(thing):
            return 0.0
        return 0.9 if found.names[:2] == ("state", "target") else 0.0

    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        try:
            self._scorers = importlib.import_module("inspect_ai.scorer")
            self._solvers = importlib.import_module("inspect_ai.solver")
            self._models = importlib.import_module("inspect_ai.model")
        except ImportError as error:
            raise missing(spec, self.requires, error) from error
        mine, given = own_options(options, self.own, thing)
        self._key = str(mine.get("key") or "")
        self._scorer = _made(spec, thing, given)
        self._thing = thing
        self._number: Callable[[Any], float] = self._scorers.value_to_float()
        self._call = Caller()
        self._notes: list[str] = []
        self._column = "target"

    def prepare(self, tasks: Sequence[Task]) -> None:
        self._column = (tasks[0].answer_column if tasks else "") or "target"
        more = [name for name in (tasks[0].columns if tasks else ()) if name not in ("choices", "metadata")]
        if len(more) > 2:
            self._notes = ["the columns of a task are in state.metadata"]

    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        given = []
        for task, completion in zip(tasks, completions, strict=True):
            gold = self._scorers.Target(_texts(task.answer))
            scored = self._call(self._scorer, self._state(task, completion, gold), gold)
            if scored is None:
                raise Abstained
            given.append(self._value(scored))
        return given

    def functions(self) -> Sequence[Any]:
        made = bare_functions(self._scorer)
        return tuple(dict.fromkeys([*made, *bare_functions(self._thing)]))

    def columns(self) -> tuple[str, ...]:
        return (self._column,)

    def signature(self) -> str:
        found = parameters(self._scorer)
        return f"{getattr(self._thing, '__name__', type(self._thing).__name__)}: score{found.text if found else ''}"

    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def _state(self, task: Task, completion: str, gold: Any) -> Any:
        asked = task.prompt if isinstance(task.prompt, list) else [{"role": "user", "content": task.text}]
        kinds: dict[Any, Any] = {
            "system": self._models.ChatMessageSystem,
            "assistant": self._models.ChatMessageAssistant,
        }
        messages = [
            kinds.get(turn.get("role"), self._models.ChatMessageUser)(content=turn["content"]) for turn in asked
        ]
        metadata = task.columns.get("metadata")
        rest = {name: value for name, value in task.columns.items() if name not in ("metadata", "choices")}
        choices = task.columns.get("choices")
        state = self._solvers.TaskState(
            model=self._models.ModelName(_MODEL),
            sample_id=task.index,
            epoch=1,
            input=messages if isinstance(task.prompt, list) else task.text,
            messages=[*messages, self._models.ChatMessageAssistant(content=completion)],
            target=gold,
            choices=[str(choice) for choice in choices] if isinstance(choices, list) else None,
            output=self._models.ModelOutput.from_content(_MODEL, completion),
            completed=True,
            metadata={**rest, **metadata} if isinstance(metadata, Mapping) else rest,
        )
        if isinstance(choices, list):
            _choose(state)
        return state

    def _value(self, scored: Any) -> Any:
        """The score as Inspect's own metrics read it: letters by their meaning, several by their mean."""
        value = getattr(scored, "value", scored)
        if isinstance(value, Mapping):
            if self._key and self._key not in value:
                raise TargetError(f"the scorer gives no {self._key!r}; it gives {', '.join(map(str, value))}")
            value = value[self._key] if self._key else list(value.values())
        if isinstance(value, (list, tuple)):
            numbers = [self._value(one) for one in value]
            return sum(numbers) / len(numbers) if numbers else None
        return self._number(value) if isinstance(value, str) else value


def _registered(thing: Any) -> bool:
    said = getattr(thing, "__registry_info__", None)
    return getattr(said, "type", None) == "scorer"


def _made(spec: str, thing: Any, given: Mapping[str, Any]) -> Any:
    """The scorer itself: a factory is called."""
    found = parameters(thing)
    if found is not None and not inspect.isclass(thing) and found.names[:2] == ("state", "target"):
        return thing
    lacking = [name for name in (found.required if found else ()) if name not in given]
    if lacking:
        options = " ".join(f"--option {name}=VALUE" for name in lacking)
        raise TargetError(f"the scorer {spec} needs {', '.join(lacking)}; say {options}")
    try:
        made = thing(**given)
    except Exception as error:
        raise TargetError(f"the scorer {spec} cannot be made: {type(error).__name__}: {error}") from error
    if not callable(made):
        raise TargetError(f"{spec} makes {type(made).__name__}; an async function of (state, target) is wanted")
    return made


def _texts(answer: Any) -> str | list[str]:
    if isinstance(answer, (list, tuple)):
        return [str(one) for one in answer]
    return "" if answer is None else str(answer)


def _choose(state: Any) -> None:
    """Marks the choices that the completion names, as the multiple-choice solver does before the scorer comes."""
    try:
        solver = importlib.import_module("inspect_ai.solver._multiple_choice")
        solver.set_choices_based_on_generated_response(state, solver.parse_answers(state, len(state.target) > 1))
    except (ImportError, AttributeError):
        return
