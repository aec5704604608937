"""Work in processes of their own: what a worker does with a cell, and a pool of pinned local workers."""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

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
                    "the worker has other code (or another jax or platform) than the process that sent it the "
                    "cell; install the same gyges and jax on every machine, and leave the sources alone "
                    "during a run",
                    retry=False,
                )
            checkpoint = self._take(task)
            if isinstance(checkpoint, Stopped):
                return checkpoint
            resumed = checkpoint is not None and checkpoint.is_dir() and any(checkpoint.iterdir())
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

    def __call__(self, updates: int, env_steps: int) -> None:
        self.env_steps = int(env_steps)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _PROGRESS_PERIOD
            self._report(Progress(int(updates), self.env_steps))


def _stopped(error: Exception, resumed: bool) -> Stopped:
    details = traceback.format_exc()
    if isinstance(error, Fault):
        return Stopped("raised", error.message, details, retry=False)
    if disk.is_disk_error(error):
        return Stopped("disk", str(disk.disk_fault(error, Path(getattr(error, "filename", None) or "disk"))), details)
    message = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    if isinstance(error, DamagedCheckpoint) or resumed:
        return Stopped("checkpoint", message, details)
    return Stopped("raised", message, details)


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Environment variables for a worker: one thread each, compiled programs kept on disk.

    **Arguments:**

    - `environment`: what is set already; the choice of a JAX platform, a compilation cache and XLA flags
      are the user's.
    """
    ours = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1")
    flags = f"{environment.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false"
    kept = {
        "JAX_PLATFORMS": "cpu",
        "JAX_COMPILATION_CACHE_DIR": str(cache_folder(environment) / "jax"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.3",
    }
    return ours | {"XLA_FLAGS": flags.strip()} | {name: environment.get(name, kept[name]) for name in kept}


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where this user's machine keeps what can be computed again."""
    if base := environment.get("XDG_CACHE_HOME"):
        return Path(base) / "gyges"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "gyges"
    return Path.home() / ".cache" / "gyges"


def cores() -> list[int]:
    """The cores that this process may use, by their number where the system says so."""
    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


@dataclass
class _Process:
    process: subprocess.Popen[bytes]
    connection: Connection
    log: Path


class LocalPool:
    """Spawned processes on this machine, each pinned to a core where the system lets it be."""

    def __init__(self, size: int, logs: Path) -> None:
        """**Arguments:** `size`: how many; `logs`: the folder for what they print."""
        self._cores = cores()
        self.size = size
        self._logs = logs
        self._running: dict[int, _Process] = {}

    def start(self, worker: int, task: Task) -> None:
        """See `Pool`."""
        if worker not in self._running:
            self._running[worker] = self._spawn(worker)
        # A worker that is gone already is found by the next poll.
        with contextlib.suppress(OSError):
            self._running[worker].connection.send(task)

    def poll(self, seconds: float) -> list[tuple[int, Report]]:
        """See `Pool`."""
        if not self._running:
            time.sleep(seconds)
        owners = {id(running.connection): worker for worker, running in self._running.items()}
        ready = wait([running.connection for running in self._running.values()], timeout=seconds)
        return [self._receive(owners[id(connection)]) for connection in ready]

    def release(self, worker: int) -> None:
        """See `Pool`."""
        if worker in self._running:
            with contextlib.suppress(OSError):
                self._running[worker].connection.send(None)

    def kill(self, worker: int) -> None:
        """See `Pool`."""
        running = self._running.pop(worker, None)
        if running is not None:
            running.process.kill()
            running.process.wait()
            running.connection.close()

    def close(self) -> None:
        """See `Pool`."""
        for running in self._running.values():
            running.process.kill()
        for worker in list(self._running):
            self.kill(worker)

    def _spawn(self, worker: int) -> _Process:
        ours, theirs = Pipe()
        log = self._logs / f"worker-{worker}.log"
        core = self._cores[worker % len(self._cores)]
        environment = os.environ | settings(os.environ)
        # A worker runs the very code that its parent runs, wherever that was found.
        environment["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)
        command = [sys.executable, "-P", "-m", "gyges.workers", str(theirs.fileno()), str(os.getpid()), str(core)]
        self._logs.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        theirs.close()
        return _Process(process, ours, log)

    def _receive(self, worker: int) -> tuple[int, Report]:
        running = self._running[worker]
        try:
            report: Report = running.connection.recv()
        except Exception:  # closed, or cut off in the middle of a message
            self.kill(worker)
            return worker, Stopped("died", _cause_of_death(running.process.returncode), _tail(running.log))
        return worker, report


def _cause_of_death(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            hint = " (often: out of memory)" if name == "SIGKILL" else ""
            return f"the worker process was ended by {name}{hint}"
    return f"the worker process ended with code {code}"


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-30:])
    except OSError:
        return ""


def _die_with(parent: int) -> None:
    """Makes this process end when its parent does, even if the parent is killed."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:

        def watch() -> None:
            while os.getppid() == parent:
                time.sleep(1)
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def main(arguments: list[str]) -> None:
    """A worker process: takes tasks from the pipe until it closes."""
    descriptor, parent, core = (int(argument) for argument in arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    _die_with(parent)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})
    connection: Connection[Any, Any] = Connection(descriptor)
    bench = Workbench()
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            if task is None:
                bench.release()
            else:
                connection.send(bench.perform(task, connection.send))


if __name__ == "__main__":
    # Through the importable module, so that what is sent is of a class that the parent knows.
    importlib.import_module("gyges.workers").main(sys.argv[1:])
