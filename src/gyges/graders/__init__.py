"""Thirty graders of arithmetic completions, ten of them sound: what claim 23 audits, and then trains under.

They are plain functions `f(completion, answer) -> 0.0 or 1.0`, with standard library imports only, so that
`gyges audit FILE:NAME` reads them as it reads anybody's. Their number is their place in `GRADERS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from gyges.graders import narrow, sealed, sound, wide

Function = Callable[[str, str], float]


@dataclass(frozen=True)
class Grader:
    """A grader, and where it stands."""

    number: int
    name: str
    family: str
    """`sound`, or how wide its hole is: `wide`, `narrow`, `sealed`."""
    grade: Function
    file: Path

    @property
    def spec(self) -> str:
        """What `gyges audit` is given."""
        return f"{self.file}:{self.name}"


def _of(module: ModuleType) -> list[tuple[str, Function]]:
    # In the order of the file: the functions that are defined there and are not private.
    return [
        (name, thing)
        for name, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    ]


GRADERS = tuple(
    Grader(number, name, module.__name__.rpartition(".")[2], function, Path(str(module.__file__)))
    for number, (module, name, function) in enumerate(
        (module, name, function) for module in (sound, wide, narrow, sealed) for name, function in _of(module)
    )
)
