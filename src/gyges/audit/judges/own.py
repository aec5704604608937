"""The user's own truth: a function of a file that says whether a completion is right."""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gyges.audit.records import Task, Truth
from gyges.faults import Fault, unknown
from gyges.registry import describe, load_file

Own = Callable[[str, Task], Truth]
_WANTED = "True (right), False (wrong) or None (cannot be said)"


def load_own(spec: str) -> Own:
    """The truth that `--truth FILE:FUNCTION` names, called with a completion and the row of its task.

    Raises `Fault` if there is no such function; what it returns raises `Fault` if it raises or answers anything other
    than True, False or None.
    """
    file, colon, name = spec.rpartition(":")
    if not colon or not file or not name:
        raise Fault(f"--truth {spec!r} is not FILE:FUNCTION; give for example my_truth.py:is_right")
    module = load_file(Path(file))
    if not hasattr(module, name):
        raise unknown(f"function in {file}", name, [other for other in vars(module) if not other.startswith("_")])
    function = getattr(module, name)
    if not callable(function):
        raise Fault(f"{spec} is {describe(function)}; a function f(completion, row) is wanted that returns {_WANTED}")

    def own(completion: str, task: Task) -> Truth:
        return _truth(spec, name, function, completion, _row(task))

    return own


def _row(task: Task) -> Mapping[str, Any]:
    row = dict(task.columns)
    row.setdefault("prompt", task.prompt)
    row.setdefault("answer", task.answer)
    return row


def _truth(spec: str, name: str, function: Callable[..., Any], completion: str, row: Mapping[str, Any]) -> Truth:
    try:
        said = function(completion, row)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        raise Fault(
            f"--truth {spec} raised {type(error).__name__}: {error} ({where}) for the completion {_short(completion)}; "
            f"`{name}(completion, row)` has to return {_WANTED}"
        ) from error
    if said is None:
        return Truth.UNSURE
    # numpy's booleans are meant as booleans; 0.5 or "no" are not.
    if type(said).__name__ in ("bool", "bool_"):
        return Truth.RIGHT if said else Truth.WRONG
    raise Fault(
        f"--truth {spec} returned {said!r:.60} ({type(said).__name__}) for the completion {_short(completion)}; "
        f"return {_WANTED}"
    )


def _short(completion: str) -> str:
    return repr(completion if len(completion) <= 60 else completion[:57] + "...")
