"""Which cell next: what others wait for, then what is compiled already, then the longest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gyges.cell import Cell


def expand(cells: Iterable[Cell], key_of: Callable[[Cell], str]) -> dict[str, Cell]:
    """All cells that the given ones need, and they themselves, each once, under their keys."""
    found: dict[str, Cell] = {}
    for cell in cells:
        for key, inner in expand(cell.needs, key_of).items():
            found.setdefault(key, inner)
        found.setdefault(key_of(cell), cell)
    return found


def cost(cell: Cell) -> float:
    """How long a cell takes compared with others, as far as its design tells."""
    return max(1, cell.updates) * max(1, len(cell.seeds))


@dataclass
class Schedule:
    """The cells still to run. Each is taken by one worker at a time until it is done or given up."""

    cells: dict[str, Cell]
    needs: dict[str, tuple[str, ...]]
    """For each key, those of the cells that it needs."""
    signatures: dict[str, str]
    """Cells of one signature share compiled programs."""
    waiting: set[str]
    """Keys to run; all others are done already."""
    _taken: set[str] = field(default_factory=set)
    _not_before: dict[str, float] = field(default_factory=dict)
    _compiled: dict[int, set[str]] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether nothing is left to run or running."""
        return not self.waiting and not self._taken

    def take(self, worker: int, now: float) -> str | None:
        """The key that this worker should run next, or None if it has to wait."""
        ready = [
            key
            for key in self.waiting
            if self._not_before.get(key, 0.0) <= now
            and not any(need in self.waiting or need in self._taken for need in self.needs[key])
        ]
        if not ready:
            return None
        awaited = {need for key in self.waiting for need in self.needs[key]}
        mine = self._compiled.setdefault(worker, set())
        others = set().union(*(done for other, done in self._compiled.items() if other != worker))

        def rank(key: str) -> tuple[bool, bool, bool, float, str]:
            signature = self.signatures[key]
            return (
                key not in awaited,
                signature not in mine,
                signature in others,
                -cost(self.cells[key]),
                key,
            )

        key = min(ready, key=rank)
        self.waiting.remove(key)
        self._taken.add(key)
        mine.add(self.signatures[key])
        return key

    def put_back(self, key: str, not_before: float = 0.0) -> None:
        """The cell was not finished: let a worker take it again, from the time `not_before` on."""
        self._taken.discard(key)
        self._not_before[key] = not_before
        self.waiting.add(key)

    def done(self, key: str) -> None:
        """The cell is stored."""
        self._taken.discard(key)
        self.waiting.discard(key)

    def give_up(self, key: str) -> list[str]:
        """The cell will never be done, nor those that need it, which are returned."""
        self.done(key)
        lost = [other for other in self.waiting if key in self.needs[other]]
        for other in lost:
            lost += self.give_up(other)
        return sorted(set(lost))

    def restarted(self, worker: int) -> None:
        """The worker's process is new: it has compiled nothing."""
        self._compiled.pop(worker, None)
