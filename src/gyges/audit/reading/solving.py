"""Solves tasks that come without a reference, where that is plain: a target from given numbers."""

from collections.abc import Mapping
from random import Random
from typing import Any

from gyges.audit.attacks.arithmetic import value
from gyges.audit.attacks.arithmetic_search import expressions
from gyges.audit.records import Task

NUMBERS = ("numbers", "nums", "digits", "operands")
TARGETS = ("target", "goal", "total", "result")


def solved(task: Task) -> str:
    """An expression of all given numbers that makes the target; empty where there is no such puzzle or no solution."""
    for columns in _levels(task.columns):
        numbers = next((columns[name] for name in NUMBERS if name in columns), None)
        target = next((columns[name] for name in TARGETS if name in columns), None)
        if _whole_numbers(numbers) and isinstance(target, int | float) and not isinstance(target, bool):
            made = expressions(list(numbers or ()), target - 1e-6, target + 1e-6, Random(0))
            return next((text for text in made if value(text) == target), "")
    return ""


def _levels(columns: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The columns, and what they hold one and two levels down."""
    found = [columns]
    for _ in range(2):
        inner = [value for level in found for value in level.values() if isinstance(value, Mapping)]
        found += [level for level in inner if level not in found]
    return found


def _whole_numbers(numbers: Any) -> bool:
    return (
        isinstance(numbers, list)
        and 2 <= len(numbers) <= 6
        and all(isinstance(one, int) and not isinstance(one, bool) for one in numbers)
    )
