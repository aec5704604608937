"""Workers on this machine: processes of their own, each pinned to a core, that die with their parent."""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from gyges.workbench import Report, Stopped, Task, Workbench


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
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        environment["PYTHONPATH"] = os.pathsep.join(path)
        numbers = [str(number) for number in (theirs.fileno(), os.getpid(), core)]
        command = [sys.executable, "-P", "-m", "gyges.workers", *numbers]
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
