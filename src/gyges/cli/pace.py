"""How fast a run goes and how long it will take."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from gyges.cell import Cell
from gyges.schedule import cost
from gyges.workbench import Progress

_WINDOW = 15.0


@dataclass
class _Place:
    cell: Cell
    first: int = -1
    """Updates at the first report: more than a few in a cell that went on from a checkpoint."""
    progress: Progress = field(default_factory=lambda: Progress(0, 0))


class Pace:
    """Counts cells, work and environment steps."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._steps: deque[tuple[float, int]] = deque()
        self._work, self._done = 0.0, 0.0
        self.total, self.stored, self.failed = 0, 0, 0
        self.places: dict[int, _Place] = {}
        """What each busy worker is at."""

    def plan(self, total: int, stored: int, work: float) -> None:
        """Takes note of what there is to do."""
        self.total, self.stored, self._work = total, stored, work
        self._began = self._clock()

    def start(self, worker: int, cell: Cell) -> None:
        """A worker began with a cell."""
        self.places[worker] = _Place(cell)

    def progress(self, worker: int, progress: Progress) -> None:
        """A worker made progress."""
        place = self.places[worker]
        if place.first < 0:
            place.first = progress.updates
        else:
            self._steps.append((self._clock(), progress.env_steps - place.progress.env_steps))
        place.progress = progress

    def leave(self, worker: int) -> None:
        """A worker stopped before the end."""
        self.places.pop(worker, None)

    def store(self, cell: Cell, worker: int | None) -> None:
        """A cell is stored."""
        self.stored += 1
        self._done += cost(cell)
        if worker is not None:
            self.leave(worker)

    def lose(self, cell: Cell) -> None:
        """A cell was given up."""
        self.failed += 1
        self._work -= cost(cell)

    def steps_per_second(self) -> float:
        """Environment steps per second, of all workers together, lately."""
        now = self._clock()
        while self._steps and self._steps[0][0] < now - _WINDOW:
            self._steps.popleft()
        return sum(steps for _, steps in self._steps) / max(1.0, min(_WINDOW, now - self._began))

    def seconds_left(self) -> float | None:
        """How long it will take; None before anything is known."""
        running = sum(
            cost(place.cell) * place.progress.updates / max(1, place.cell.updates) for place in self.places.values()
        )
        done = self._done + running
        if done <= 0:
            return None
        return (self._clock() - self._began) * max(0.0, self._work - done) / done


def duration(seconds: float | None) -> str:
    """A time to wait, as somebody would say it."""
    if seconds is None:
        return "preparing"
    if seconds < 90:
        return f"{max(1, round(seconds))} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"


def rate(steps: float) -> str:
    """Environment steps per second, short."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if steps >= size:
            return f"{steps / size:.1f}{letter} steps/s"
    return f"{steps:.0f} steps/s"
