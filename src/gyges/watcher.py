"""What a run tells whoever watches it, and what became of it in the end."""

from dataclasses import dataclass, field

from gyges.cell import Cell
from gyges.workbench import Progress


@dataclass(frozen=True)
class Failure:
    """A cell that was given up."""

    key: str
    cell: Cell
    message: str
    details: str = ""


@dataclass
class Outcome:
    """What became of a run."""

    total: int = 0
    stored: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    interrupted: bool = False


class Watcher:
    """Told what happens while cells run. This one ignores it."""

    def planned(self, total: int, stored: int, work: float) -> None:
        """`total` cells, of which `stored` are done already; `work` is the cost of the others."""

    def started(self, worker: int, cell: Cell) -> None:
        """A worker began with a cell, or with going on with it."""

    def progressed(self, worker: int, cell: Cell, progress: Progress) -> None:
        """A worker made progress."""

    def left(self, worker: int, cell: Cell) -> None:
        """A worker stopped before the end of the cell."""

    def stored(self, cell: Cell, worker: int | None) -> None:
        """A cell is stored; by another run if there is no worker."""

    def failed(self, failure: Failure) -> None:
        """A cell was given up."""

    def note(self, message: str) -> None:
        """Something that the user should know and need not act on."""

    def tick(self) -> None:
        """Called a few times a second."""


def describe(cell: Cell) -> str:
    """A cell in a message."""
    return f"{cell.environment} / {cell.name} / {cell.agent}"
