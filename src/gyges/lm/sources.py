"""Where a number about a completion comes from: a column, a constant, a reward, or a function."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gyges.faults import Fault
from gyges.lm.guard import Call, answered, scored
from gyges.lm.samples import HANDED, Sample, batch_of, shown
from gyges.registry import name_of
from gyges.rewards.base import HostReward, Reward


class Source(NamedTuple):
    """Something that says one thing of each sample, and its name."""

    name: str
    call: Call

    def values(self, samples: list[Sample]) -> list[Any]:
        """What it says, of any type; checked to be one per sample."""
        return answered(self.call, samples, self.name)

    def numbers(self, samples: list[Sample]) -> list[float]:
        """What it says, as numbers; raises `Fault` at the first sample of which it says nothing."""
        found = scored(self.call, samples, self.name)
        for index, value in enumerate(found):
            if value is None:
                raise Fault(
                    f"`{self.name}` says nothing of sample {index} ({shown(samples[index])}); a number is wanted"
                )
        return [float(value) for value in found if value is not None]

    def flags(self, samples: list[Sample]) -> list[bool]:
        """What it says, as yes (above one half) or no."""
        return [value > 0.5 for value in self.numbers(samples)]


def source(thing: Any, what: str) -> Source:
    """The source that `thing` names.

    **Arguments:**

    - `thing`: the name of a column, a number for all samples, a `HostReward` (or anything with `score(samples)`), a
      TRL reward function (one that names `completions`), or a function of one sample.
    - `what`: the argument that it was given as, for errors.
    """
    if isinstance(thing, str):
        return Source(thing, lambda samples: [_column(sample, thing, what) for sample in samples])
    if isinstance(thing, int | float):
        return Source(what, lambda samples: [float(thing)] * len(samples))
    if isinstance(thing, Reward):
        raise Fault(
            f"{what}={type(thing).__name__}(...) reads records, which are built by gyges.lm.reward(...); "
            f"give {what}=gyges.lm.reward({type(thing).__name__}(...), ...)"
        )
    if hasattr(thing, "score"):
        name = name_of(type(thing)) if isinstance(thing, HostReward) else getattr(thing, "__name__", what)
        return Source(getattr(thing, "label", None) or name, thing.score)
    if not callable(thing):
        raise Fault(f"{what}={thing!r} is neither a column, a number nor a function; give one of these")
    if is_trl(thing):
        return Source(called(thing), lambda samples: call_trl(thing, samples))
    return Source(called(thing), lambda samples: [thing(sample) for sample in samples])


def called(function: Callable[..., Any]) -> str:
    """What a function is called, as TRL calls it: partial ones as what they call, objects as their class."""
    while hasattr(function, "func"):
        function = function.func
    return str(getattr(function, "__name__", type(function).__name__))


def is_trl(function: Callable[..., Any]) -> bool:
    """Whether a function is called with a batch, as TRL's trainers call it."""
    try:
        named = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return bool({"completions", "completion_ids"} & named.keys())


def required(function: Callable[..., Any]) -> tuple[str, ...]:
    """The columns of a data set that a TRL reward function names and has no default for."""
    handed = {"prompts", "completions", "completion_ids", *HANDED}
    named = inspect.signature(function).parameters.values()
    plain = [
        one.name for one in named if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL) and one.default is one.empty
    ]
    return tuple(name for name in plain if name not in handed)


def call_trl(
    function: Callable[..., Any], samples: list[Sample], *, chat: bool = False, handed: Mapping[str, Any] | None = None
) -> Any:
    """Calls a TRL reward function with samples.

    **Arguments:**

    - `chat`: whether text is handed over as messages.
    - `handed`: what a trainer gives beside the columns; outside of one its state is None and logging goes nowhere.
    """
    batch = batch_of(samples, chat=chat)
    handed = {"trainer_state": None, "log_extra": _nowhere, "log_metric": _nowhere} | dict(handed or {})
    kinds = inspect.signature(function).parameters.values()
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in kinds):
        named = {parameter.name for parameter in kinds}
        batch = {name: values for name, values in batch.items() if name in named}
        handed = {name: value for name, value in handed.items() if name in named}
    found = function(**handed | batch)
    if inspect.iscoroutine(found):
        import asyncio

        found = asyncio.run(found)
    return found


def _column(sample: Sample, name: str, what: str) -> Any:
    if name not in sample:
        known = ", ".join(f"`{one}`" for one in sample if one not in HANDED)
        raise Fault(f"{what}={name!r}: the data has no such column. It has {known}.")
    return sample[name]


def _nowhere(*_: Any) -> None:
    """Takes what a reward function logs, outside a trainer."""
