"""What is to be seen while a run goes on: bars on a terminal, lines elsewhere."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from gyges import workbench
from gyges.cell import Cell
from gyges.cli.pace import Pace, duration, rate
from gyges.watcher import Failure, Watcher, describe

_LINE_PERIOD = 10.0
_GAUGE = 6
"""Width of a full gauge in characters."""


class Lines(Watcher):
    """A line every ten seconds, and one for each thing that goes wrong."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._pace = Pace(clock)
        self._next = clock() + _LINE_PERIOD

    def shown(self) -> AbstractContextManager[object]:
        """A block during which progress is shown."""
        return nullcontext()

    def planned(self, total: int, stored: int, work: float) -> None:
        self._pace.plan(total, stored, work)
        self.note(f"{total} cells, {stored} of them stored already")

    def started(self, worker: int, cell: Cell) -> None:
        self._pace.start(worker, cell)

    def progressed(self, worker: int, cell: Cell, progress: workbench.Progress) -> None:
        self._pace.progress(worker, progress)

    def left(self, worker: int, cell: Cell) -> None:
        self._pace.leave(worker)

    def stored(self, cell: Cell, worker: int | None) -> None:
        self._pace.store(cell, worker)

    def failed(self, failure: Failure) -> None:
        self._pace.lose(failure.cell)
        self.note(f"failed: {describe(failure.cell)}: {failure.message}")

    def note(self, message: str) -> None:
        self._console.print(escape(message), soft_wrap=True, highlight=False)

    def tick(self) -> None:
        if self._clock() >= self._next:
            self._next = self._clock() + _LINE_PERIOD
            self.note(f"{self._summary()}; training {self._training()}")

    def _summary(self) -> str:
        pace = self._pace
        failed = f", {pace.failed} failed" if pace.failed else ""
        speed, left = rate(pace.steps_per_second()), duration(pace.seconds_left())
        return f"{pace.stored}/{pace.total} cells{failed}, {speed}, {left}"

    def _training(self) -> str:
        places = [
            f"{describe(place.cell)} ({place.progress.updates}/{place.cell.updates}{_said(place.progress)})"
            for _, place in sorted(self._pace.places.items())
        ]
        return ", ".join(places) or "nothing"


class Bars(Lines):
    """A bar for the run and one for each worker."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._run = Progress(BarColumn(), TextColumn("{task.description}"), console=console)
        self._workers = Progress(
            TextColumn("{task.fields[worker]}"),
            BarColumn(bar_width=16),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[earned]}", markup=False),
            console=console,
        )
        self._all = self._run.add_task("", total=None)
        self._bars: dict[int, TaskID] = {}
        self._live = Live(Group(self._run, self._workers), console=console, refresh_per_second=5, transient=True)

    def shown(self) -> AbstractContextManager[object]:
        return self._live

    def planned(self, total: int, stored: int, work: float) -> None:
        super().planned(total, stored, work)
        self._run.update(self._all, total=total)

    def tick(self) -> None:
        pace = self._pace
        self._run.update(self._all, completed=pace.stored + pace.failed, description=self._summary())
        for worker, place in pace.places.items():
            if worker not in self._bars:
                self._bars[worker] = self._workers.add_task("", worker=f"worker {worker + 1}", earned="")
            self._workers.update(
                self._bars[worker],
                total=place.cell.updates,
                completed=place.progress.updates,
                description=describe(place.cell),
                earned=gauges(place.progress),
            )
        for worker in self._bars.keys() - pace.places.keys():
            self._workers.update(self._bars[worker], completed=0, description="waiting", earned="")


def gauges(progress: workbench.Progress) -> str:
    """Reward and true utility of the last update, as small bars where they lie in [0, 1]."""
    if progress.earned is None:
        return ""
    return "  ".join(
        f"{name} {_gauge(value)}{value:.2f}" for name, value in zip(("reward", "true"), progress.earned, strict=True)
    )


def _gauge(value: float) -> str:
    if not 0 <= value <= 1:
        return ""
    whole, eighths = divmod(round(value * 8 * _GAUGE), 8)
    return ("█" * whole + " ▏▎▍▌▋▊▉"[eighths]).ljust(_GAUGE + 1)


def _said(progress: workbench.Progress) -> str:
    if progress.earned is None:
        return ""
    reward, true = progress.earned
    return f", reward {reward:.2f}, true {true:.2f}"


def watch(console: Console) -> Lines:
    """Bars if somebody is looking, lines if not."""
    return Bars(console) if console.is_terminal else Lines(console)
