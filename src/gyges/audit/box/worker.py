"""Performs calls of the grader, one after another. Runs inside the box: standard library only."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from time import perf_counter as _clock
from typing import Any

from gyges.audit.box import kernel, wire
from gyges.audit.box.conversion import Outcome, convert
from gyges.audit.box.hook import Hook
from gyges.audit.box.inputs import altered, fresh, overridden
from gyges.audit.box.limits import Limits
from gyges.audit.box.processes import limit_memory
from gyges.audit.box.state import State
from gyges.audit.records import Call, Task
from gyges.audit.targets.base import Abstained, Misshapen, Target

_getpid, _exit, _fstat, _truncate, _list, _len = os.getpid, os._exit, os.fstat, os.ftruncate, list, len
_gettrace, _settrace, _BaseException = sys.gettrace, sys.settrace, BaseException
FULL = 98
"""What a worker exits with when it has no memory left to say so."""
_HIGH = 200
"""Descriptors of the worker's own start here: out of the way of code that closes or replaces low ones."""


class Worker:
    """Everything that a call needs. Made once, before the fork; `work` is what the child does."""

    def __init__(self, target: Target, tasks: Sequence[Task], hook: Hook, limits: Limits) -> None:
        self._target, self._tasks = target, tasks
        self._hook, self._lines, self._limits = hook, hook.lines, limits

    def work(self, there: int, back: int) -> None:
        """Performs calls that arrive on `there` and answers on `back`, until nobody asks any more."""
        kernel.die_with_parent()
        os.setsid()
        self._output, self._spare = _file(), bytearray(1 << 23)
        os.dup2(self._output, 1)
        os.dup2(self._output, 2)
        self._hook.own(_file())
        self._state = State(self._hook, self._output)
        self._me = _getpid()
        limit_memory(self._limits.memory)
        try:
            for _, number, body in wire.receive(there):
                answer = self._perform(wire.unpack_call(body))
                full = any(fault == "memory" for fault, _ in answer.get("faults", ()))
                wire.send(back, wire.frame(wire.FULL if full else wire.RESULT, wire.encode(answer), number))
        except MemoryError:
            _exit(FULL)
        _exit(0)

    def _perform(self, call: Call) -> Mapping[str, Any]:
        originals = [overridden(self._tasks[index], call.overrides) for index in call.tasks]
        given = [fresh(task) for task in originals]
        completions = _list(call.completions)
        wanted = _len(completions)
        line, covered = "", frozenset[str]()
        if call.trace:
            self._lines.start()
        else:
            self._lines.rest()
        began = _clock()
        try:
            returned = self._target.grade(given, completions)
            left = _gettrace()
            _settrace(None)
            took = _clock() - began
            if call.trace:
                covered = self._lines.stop()
            self._state.restore()
            outcomes = convert(returned, wanted, self._target.abstains)
        except _BaseException as error:
            left = _gettrace()
            _settrace(None)
            took = _clock() - began
            if call.trace:
                covered = self._lines.stop()
            self._state.restore()
            outcome, line = self._failed(error)
            outcomes = [outcome] * wanted
        if _getpid() != self._me:
            # A copy of this process that the grader forked and let run on.
            _exit(0)
        if left is not None and not call.trace:
            self._hook.note("state", "left a trace function behind", "")
        if altered(originals, given) or completions != _list(call.completions):
            self._hook.note("input", "changed what it was given", "")
        self._state.restore()
        return self._answer(outcomes, line, took, covered)

    def _answer(
        self, outcomes: Sequence[Outcome], line: str, took: float, covered: frozenset[str]
    ) -> Mapping[str, Any]:
        printed = _fstat(self._output).st_size
        if printed:
            _truncate(self._output, 0)
        if printed > self._limits.output:
            outcomes = [(value, fault or "output", detail) for value, fault, detail in outcomes]
        answer: dict[str, Any] = {"values": [value for value, _, _ in outcomes], "seconds": took, "printed": printed}
        if any(fault for _, fault, _ in outcomes):
            answer["faults"] = [[fault, detail] for _, fault, detail in outcomes]
            answer["line"] = line
        effects = self._hook.take()
        if effects:
            answer["effects"] = [[e.kind, e.detail, e.line, e.blocked] for e in effects]
        if covered:
            answer["covered"] = sorted(covered)
        return answer

    def _failed(self, error: BaseException) -> tuple[Outcome, str]:
        if isinstance(error, MemoryError):
            # Room to go on in: the traceback still holds what filled the memory.
            self._spare = bytearray()
            line = self._lines.raised(error.__traceback__)
            error.__traceback__ = None
            return (None, "memory", "MemoryError"), line
        line = self._lines.raised(error.__traceback__)
        fault = "raised"
        if isinstance(error, Misshapen):
            fault = "shape"
        elif isinstance(error, Abstained):
            fault = "abstained"
        return (None, fault, _said(error) if fault == "raised" else wire.cut(str(error))), line


def _said(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as other:
        text = f"<its text raised {type(other).__name__}>"
    return wire.cut(f"{type(error).__name__}: {wire.cut(text)}" if text else type(error).__name__)


def _file() -> int:
    """A descriptor of a file without a name, that is always written at its end."""
    if sys.platform == "linux":
        low = os.memfd_create("gyges")
    else:
        low, name = tempfile.mkstemp()
        os.unlink(name)  # noqa: PTH108
    import fcntl

    fcntl.fcntl(low, fcntl.F_SETFL, fcntl.fcntl(low, fcntl.F_GETFL) | os.O_APPEND)
    high = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    os.close(low)
    return high
