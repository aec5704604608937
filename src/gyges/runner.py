"""Runs cells on a pool of workers, stores each as it finishes, and survives what goes wrong with one."""

import importlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Self

from gyges.cell import Cell
from gyges.faults import Exit, Fault
from gyges.schedule import Schedule, cost, expand
from gyges.store.cells import Store
from gyges.watcher import Failure, Outcome, Watcher, describe
from gyges.workbench import Finished, Pool, Progress, Stopped, Task

EXECUTOR = "gyges.experiment"
"""The module whose `run_cell`, `cell_key` and `signature` do the work."""
_POLL = 0.25
_BUSY_WAIT = 1.0
_ATTEMPTS = 2


@dataclass(frozen=True)
class Limits:
    """When a worker counts as hung, in seconds."""

    cell: float = 3600.0
    """From the start of a cell to its end."""
    silence: float = 900.0
    """Without a sign of progress; compiling and evaluating give none."""


class Runner:
    """One run: its cells, a store, and what it knows about them."""

    def __init__(
        self,
        cells: Iterable[Cell],
        store: Store,
        *,
        executor: str = EXECUTOR,
        limits: Limits | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        """**Arguments:**

        - `cells`: what to run; the cells that they need are added.
        - `store`: where results go. What is there already is not run again.
        - `executor`: name of a module with `run_cell`, `cell_key` and `signature`.
        """
        self._store = store
        self._executor = executor
        self._limits = limits or Limits()
        self._watcher = watcher or Watcher()
        # The key of a cell says which platform it runs on: ours must be that of the workers.
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
        self._module = importlib.import_module(executor)
        self._keys: dict[int, str] = {}
        self._kept: list[Cell] = []
        self.cells = expand(list(cells), self.key_of)
        """All cells, under their keys, each after those that it needs."""
        self._needs = {key: tuple(map(self.key_of, cell.needs)) for key, cell in self.cells.items()}
        self._signatures = {key: str(self._module.signature(cell)) for key, cell in self.cells.items()}

    def key_of(self, cell: Cell) -> str:
        """The key of one of the cells given, or of one that they need."""
        # By identity, since hashing a design and its code again for every question is slow. All the cells
        # are kept, so identities are not reused.
        if id(cell) not in self._keys:
            self._keys[id(cell)] = self._module.cell_key(cell)
            self._kept.append(cell)
        return self._keys[id(cell)]

    def missing(self) -> list[str]:
        """Keys of the cells that are not stored soundly; damaged ones are set aside."""
        missing = []
        for key, cell in self.cells.items():
            if not self._store.has(key):
                missing.append(key)
            elif damage := self._store.damage(key):
                aside = self._store.set_aside(key)
                missing.append(key)
                self._watcher.note(
                    f"the stored result of {describe(cell)} is damaged ({damage}): set aside as "
                    f"{aside.name}, computed anew"
                )
        return missing

    def run(self, pool: Pool) -> Outcome:
        """Runs what is missing. Returns when all is done or given up, or on Ctrl-C.

        Raises a `Fault` if the disk refuses. The pool is closed in any case.
        """
        missing = self.missing()
        outcome = Outcome(len(self.cells), set(self.cells) - set(missing))
        schedule = Schedule(self.cells, self._needs, self._signatures, set(missing))
        work = sum(cost(self.cells[key]) for key in missing)
        self._watcher.planned(outcome.total, len(outcome.stored), work)
        with _Interruptible() as interruption:
            shift = _Shift(self, pool, schedule, outcome)
            try:
                while not schedule.over and not interruption.asked:
                    shift.hand_out()
                    shift.hear(_POLL)
                    shift.end_overdue()
                    self._watcher.tick()
                if interruption.asked and not schedule.over:
                    outcome.interrupted = True
                    shift.hear(0.0)
            finally:
                pool.close()
                self._store.tidy()
        return outcome


@dataclass
class _Assignment:
    key: str
    began: float
    heard: float


class _Shift:
    """The state of a run while workers work."""

    def __init__(self, runner: Runner, pool: Pool, schedule: Schedule, outcome: Outcome) -> None:
        self._cells, self._needs = runner.cells, runner._needs
        self._store, self._watcher, self._limits = runner._store, runner._watcher, runner._limits
        self._executor = runner._executor
        self._pool, self._schedule, self._outcome = pool, schedule, outcome
        self._busy: dict[int, _Assignment] = {}
        self._attempts: dict[str, int] = {}
        self._started_over: set[str] = set()

    def hand_out(self) -> None:
        """Gives idle workers cells."""
        for worker in range(self._pool.size):
            while worker not in self._busy:
                now = time.monotonic()
                key = self._schedule.take(worker, now)
                if key is None:
                    return
                cell = self._cells[key]
                if self._store.has(key):
                    self._done(key, None)
                    continue
                inputs = {str(n): self._store.metrics(need) for n, need in enumerate(self._needs[key])}
                self._busy[worker] = _Assignment(key, now, now)
                self._watcher.started(worker, cell)
                self._pool.start(worker, Task(key, cell, inputs, self._executor, self._store.out))

    def hear(self, seconds: float) -> None:
        """Takes in what workers report."""
        for worker, report in self._pool.poll(seconds):
            if worker not in self._busy:
                self._schedule.restarted(worker)  # an idle worker's process died
            elif isinstance(report, Progress):
                self._busy[worker].heard = time.monotonic()
                self._watcher.progressed(worker, self._cells[self._busy[worker].key], report)
            elif isinstance(report, Finished):
                self._keep(worker, report)
            else:
                self._stopped(worker, report)

    def end_overdue(self) -> None:
        """Kills workers that hang."""
        now = time.monotonic()
        for worker, assignment in list(self._busy.items()):
            if now - assignment.began > self._limits.cell:
                why = f"took longer than the limit of {self._limits.cell:.0f} s (see --limit)"
            elif now - assignment.heard > self._limits.silence:
                why = f"gave no sign of progress for {self._limits.silence:.0f} s"
            else:
                continue
            self._pool.kill(worker)
            self._schedule.restarted(worker)
            # The checkpoint stays: a rerun goes on from there.
            self._again(worker, Stopped("died", why), forget=False)

    def _keep(self, worker: int, report: Finished) -> None:
        key = self._busy[worker].key
        facts = {"seconds": report.seconds, "env_steps": report.env_steps}
        try:
            self._store.put(key, self._cells[key], report.result, facts)
        except Fault as fault:
            raise self._disk(fault) from fault
        except Exception as error:
            message = f"the result cannot be stored: {type(error).__name__}: {error}"
            self._stopped(worker, Stopped("raised", message, retry=False))
            return
        self._pool.release(worker)
        del self._busy[worker]
        self._done(key, worker)

    def _stopped(self, worker: int, report: Stopped) -> None:
        key = self._busy[worker].key
        if report.reason == "disk":
            raise self._disk(Fault(report.message, Exit.DISK))
        if report.reason in ("busy", "stored"):
            self._leave(worker)
            self._schedule.put_back(key, time.monotonic() + _BUSY_WAIT)
        elif report.reason == "checkpoint" and key not in self._started_over:
            self._started_over.add(key)
            aside = self._store.set_checkpoint_aside(key)
            self._leave(worker)
            self._schedule.put_back(key)
            self._watcher.note(
                f"{describe(self._cells[key])} could not go on from its checkpoint ({report.message}): set "
                f"aside as {aside.name}, started over"
            )
        else:
            if report.reason == "died":
                self._schedule.restarted(worker)
            self._again(worker, report, forget=True)

    def _again(self, worker: int, report: Stopped, *, forget: bool) -> None:
        """Lets a failed cell be tried again, or gives it up."""
        key = self._busy[worker].key
        cell = self._cells[key]
        self._attempts[key] = self._attempts.get(key, 0) + 1
        if report.retry and self._attempts[key] < _ATTEMPTS:
            self._schedule.put_back(key)
            self._watcher.note(f"{describe(cell)}: {report.message}; trying once more")
        else:
            if forget:
                self._store.forget(key)
            self._fail(Failure(key, cell, report.message, report.details))
            for lost in self._schedule.give_up(key):
                self._fail(Failure(lost, self._cells[lost], f"needs {describe(cell)}, which failed"))
        self._leave(worker)

    def _leave(self, worker: int) -> None:
        self._watcher.left(worker, self._cells[self._busy[worker].key])
        self._pool.release(worker)
        del self._busy[worker]

    def _done(self, key: str, worker: int | None) -> None:
        self._schedule.done(key)
        self._outcome.stored.add(key)
        self._watcher.stored(self._cells[key], worker)

    def _fail(self, failure: Failure) -> None:
        self._outcome.failures.append(failure)
        self._watcher.failed(failure)

    def _disk(self, fault: Fault) -> Fault:
        stored = f" {len(self._outcome.stored)} of {self._outcome.total} cells are stored."
        return Fault(fault.message + stored, Exit.DISK)


class _Interruptible:
    """Turns the first Ctrl-C (or SIGTERM) into a question that the loop asks; the second is as usual."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        self._restore()

    def _restore(self) -> None:
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)
