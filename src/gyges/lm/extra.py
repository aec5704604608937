"""What needs the extra `lm`, and what to say where it is not installed."""

import contextlib
from collections.abc import Iterator

from gyges.faults import Fault

LIBRARIES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets")
"""What the extra brings."""


@contextlib.contextmanager
def extra(what: str) -> Iterator[None]:
    """Turns a missing library of the extra into a `Fault` that says how to install it; `what` is what needs it."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in LIBRARIES:
            raise
        raise Fault(
            f"{what} needs {missing}, which is not installed. Install it: pip install 'gyges[lm]', "
            "or in a checkout: pip install '.[lm]'"
        ) from error
