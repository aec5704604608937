"""Takes the score out of what a grader wraps it in; what is inside stays as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEYS = ("score", "reward", "value", "passed", "correct", "is_correct", "acc", "accuracy", "result")


def score_of(returned: Any) -> Any:
    """The score in (score, information), {"score": …}, or an object with a `score`; anything else as it is."""
    if isinstance(returned, tuple) and returned and not hasattr(returned, "_fields"):
        return returned[0]
    if isinstance(returned, Mapping):
        return next((returned[key] for key in KEYS if key in returned), returned)
    if returned is None or isinstance(returned, (bool, int, float, str, list)) or hasattr(returned, "__float__"):
        return returned
    for key in KEYS:
        held = getattr(returned, key, None)
        if isinstance(held, (bool, int, float)):
            return held
    return returned
