"""What a call hands to the grader: fresh copies each time, since a grader may alter what it is given.

Runs inside the box: standard library only.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gyges.audit.records import Task

_SIMPLE = frozenset({str, int, float, bool, type(None), bytes})


def overridden(task: Task, overrides: Mapping[str, Any] | None) -> Task:
    """The task with other values in some columns; its prompt and its answer follow their columns."""
    if not overrides:
        return task
    prompt, answer = task.prompt, task.answer
    for name, value in overrides.items():
        if name == task.answer_column and name:
            answer = value
        if name == "prompt" or (name in task.columns and _same(task.columns[name], task.prompt)):
            prompt = value
    return replace(task, prompt=prompt, answer=answer, columns={**task.columns, **overrides})


def fresh(task: Task) -> Task:
    """A copy that shares nothing that can be altered."""
    return replace(task, prompt=_copy(task.prompt), answer=_copy(task.answer), columns=_copy(dict(task.columns)))


def altered(originals: Sequence[Task], given: Sequence[Task]) -> bool:
    """Whether the copies are no longer what they were."""
    return not all(
        _same(dict(ours.columns), theirs.columns)
        and _same(ours.prompt, theirs.prompt)
        and _same(ours.answer, theirs.answer)
        for ours, theirs in zip(originals, given, strict=True)
    )


def _same(ours: Any, theirs: Any) -> bool:
    kind = type(ours)
    if type(theirs) is not kind:
        return False
    if kind in _SIMPLE:
        return ours is theirs or bool(ours == theirs)
    if kind is dict:
        return list(ours) == list(theirs) and all(_same(ours[key], theirs[key]) for key in ours)
    if kind is list or kind is tuple:
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    # Objects of a target's own tasks: most of them are not equal to their own copies.
    return True


def _copy(value: Any) -> Any:
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if kind is dict:
        return {key: _copy(inner) for key, inner in value.items()}
    if kind is list:
        return [_copy(inner) for inner in value]
    if kind is tuple:
        return tuple([_copy(inner) for inner in value])
    try:
        return copy.deepcopy(value)
    except Exception:
        return value
