"""What is handed to a worker, what it answers, and what it does with a cell in between."""

import importlib
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from gyges import disk
from gyges.cell import Cell
from gyges.checkpoints import DamagedCheckpoint
from gyges.faults import Fault
from gyges.store.cells import Result, Store

if TYPE_CHECKING:
    import pandas as pd

_PROGRESS_PERIOD = 0.2


@dataclass(frozen=True)
class Task:
    """All that a worker needs to know to run one cell."""

    key: str
    cell: Cell
    inputs: "dict[str, pd.DataFrame]"
    executor: str
    """Name of the module that has `run_cell` and `cell_key`."""
    out: Path


@dataclass(frozen=True)
class Progress:
    """How far a worker is."""

    updates: int
    env_steps: int
    earned: tuple[float, float] | None = None
    """Reward and true utility of an episode of the last update, over all seeds; None before the first."""


@dataclass(frozen=True)
class Finished:
    """A worker's answer: the cell is done. It holds the cell's lock until it is released."""

    result: Result
    seconds: float
    env_steps: int


@dataclass(frozen=True)
class Stopped:
    """A worker's answer, or what became of the worker: the cell is not done.

    `reason`:

    - `raised`: the executor raised; `retry` says whether trying again can help.
    - `checkpoint`: it raised when going on from a checkpoint; starting over may help.
    - `disk`: the disk refused.
    - `busy`: another run is at this cell.
    - `stored`: another run has just stored it.
    - `died`: the process is gone.
    """

    reason: Literal["raised", "checkpoint", "disk", "busy", "stored", "died"]
    message: str = ""
    details: str = ""
    retry: bool = True


Report = Progress | Finished | Stopped


class Pool(Protocol):
    """Workers that each run one cell at a time, wherever they are."""

    @property
    def size(self) -> int: ...

    def start(self, worker: int, task: Task) -> None:
        """Gives an idle worker a cell; starts its process if there is none."""

    def poll(self, seconds: float) -> list[tuple[int, Report]]:
        """What the workers reported, waiting at most `seconds` for a first report."""

    def release(self, worker: int) -> None:
        """Tells a worker that its finished cell is stored."""

    def kill(self, worker: int) -> None:
        """Ends a worker's process at once; the next `start` begins a new one."""

    def close(self) -> None:
        """Ends all processes."""


class Workbench:
    """The inside of a worker process: runs cells, one after another, and keeps what was compiled."""

    def __init__(self) -> None:
        self._lock: disk.Lock | None = None

    def perform(self, task: Task, report: Callable[[Progress], None]) -> Finished | Stopped:
        """Runs a cell from its last checkpoint to the end."""
        self.release()
        resumed = False
        try:
            executor = importlib.import_module(task.executor)
            if executor.cell_key(task.cell) != task.key:
                return Stopped(
                    "raised",
                    "the worker has other code (or another jax or platform) than the process that sent it "
                    "the cell; install the same gyges and jax on every machine, and leave the sources alone "
                    "during a run",
                    retry=False,
                )
            checkpoint = self._take(task)
            if isinstance(checkpoint, Stopped):
                return checkpoint
            resumed = checkpoint is not None and checkpoint.is_dir() and any(checkpoint.iterdir())
            report(Progress(0, 0))  # a sign of life: it is up and has the cell
            meter = _Meter(report)
            began = time.monotonic()
            result = executor.run_cell(task.cell, inputs=task.inputs, checkpoint=checkpoint, progress=meter)
            return Finished(result, time.monotonic() - began, meter.env_steps)
        except Exception as error:
            return _stopped(error, resumed)

    def release(self) -> None:
        """Lets go of the last cell's checkpoint."""
        if self._lock is not None:
            self._lock.drop(remove=True)
            self._lock = None

    def _take(self, task: Task) -> Path | Stopped | None:
        if not task.out.is_dir():
            return None  # another machine without the shared folder: no checkpoints there
        store = Store(task.out)
        lock = store.checkpoint_lock(task.key)
        if not lock.take():
            return Stopped("busy")
        if store.has(task.key):
            lock.drop(remove=True)
            return Stopped("stored")
        self._lock = lock
        return store.checkpoint(task.key)


class _Meter:
    """Passes progress on, but not more often than somebody could read it."""

    def __init__(self, report: Callable[[Progress], None]) -> None:
        self._report = report
        self._next = 0.0
        self.env_steps = 0

    def __call__(self, updates: int, env_steps: int, earned: tuple[float, float] | None = None) -> None:
        self.env_steps = int(env_steps)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_PERIOD
            self._report(Progress(int(updates), self.env_steps, earned))


def _stopped(error: Exception, resumed: bool) -> Stopped:
    details = traceback.format_exc()
    if isinstance(error, Fault):
        return Stopped("raised", error.message, details, retry=False)
    if disk.is_disk_error(error):
        where = Path(getattr(error, "filename", None) or "the disk")
        return Stopped("disk", disk.disk_fault(error, where).message, details)
    message = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    if isinstance(error, DamagedCheckpoint) or resumed:
        return Stopped("checkpoint", message, details)
    return Stopped("raised", message, details)
