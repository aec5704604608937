"""A pool of workers on a Ray cluster (the optional extra `ray`)."""

import contextlib
import os
import socket
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from gyges.faults import Fault
from gyges.workbench import Finished, Progress, Report, Stopped, Task, Workbench
from gyges.workers import settings

_CONNECT_SECONDS = 10.0


class _Place:
    """The actor: a workbench in a process somewhere, whose progress can be asked for."""

    def __init__(self) -> None:
        self._bench = Workbench()
        self._progress = Progress(0, 0)

    def perform(self, task: Task) -> Finished | Stopped:
        self._progress = Progress(0, 0)
        return self._bench.perform(task, self._note)

    def progress(self) -> Progress:
        return self._progress

    def release(self) -> None:
        self._bench.release()

    def _note(self, progress: Progress) -> None:
        self._progress = progress


class RayPool:
    """One worker per core of the cluster. See `Pool`.

    Each machine of the cluster needs the same gyges and jax as this one. Checkpoints are kept where the
    machines share the folder of the results; elsewhere a cell that is cut off starts over.
    """

    def __init__(self, address: str) -> None:
        """**Arguments:** `address`: what `ray.init` takes, as in `auto` or `host:6379`."""
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            self._ray: Any = import_module("ray")
        except ModuleNotFoundError as error:
            raise Fault(
                "--ray needs Ray, an optional extra: pip install 'gyges[ray]', or in a checkout: pip install '.[ray]'"
            ) from error
        self._connected = not self._ray.is_initialized()
        if self._connected:
            self._connect(address)
        self.size = int(self._ray.cluster_resources().get("CPU", 0))
        if self.size < 1:
            self.close()
            raise Fault(f"--ray {address}: the cluster has no free CPU. Add a node: ray start --address …")
        self._actors: dict[int, Any] = {}
        self._answers: dict[int, Any] = {}
        self._questions: dict[int, Any] = {}
        self._heard: dict[int, Progress] = {}

    def start(self, worker: int, task: Task) -> None:
        """See `Pool`."""
        if worker not in self._actors:
            remote = self._ray.remote(
                num_cpus=1,
                max_concurrency=3,
                max_restarts=0,
                runtime_env={"env_vars": _variables(os.environ)},
            )
            self._actors[worker] = remote(_Place).remote()
        self._answers[worker] = self._actors[worker].perform.remote(task)
        self._heard[worker] = Progress(0, 0)

    def poll(self, seconds: float) -> list[tuple[int, Report]]:
        """See `Pool`."""
        owners = {answer: worker for worker, answer in self._answers.items()}
        ready, _ = self._ray.wait(list(owners), timeout=seconds) if owners else ([], [])
        final: list[tuple[int, Report]] = [(owners[answer], self._answer(owners[answer])) for answer in ready]
        return [*self._progress(), *final]

    def release(self, worker: int) -> None:
        """See `Pool`."""
        if worker in self._actors:
            self._actors[worker].release.remote()

    def kill(self, worker: int) -> None:
        """See `Pool`."""
        for held in (self._answers, self._questions):
            held.pop(worker, None)
        actor = self._actors.pop(worker, None)
        if actor is not None:
            with contextlib.suppress(Exception):  # gone already
                self._ray.kill(actor)

    def close(self) -> None:
        """See `Pool`."""
        for worker in list(getattr(self, "_actors", {})):
            self.kill(worker)
        if self._connected:
            self._ray.shutdown()

    def _connect(self, address: str) -> None:
        try:
            _knock(address)
            self._ray.init(address=address, log_to_driver=False, logging_level="error")
        except Exception as error:
            reason = str(error).strip().partition("\n")[0]
            raise Fault(
                f"--ray {address}: no Ray cluster answers there ({reason}). Start one with "
                "`ray start --head` and give its address, or leave --ray out to run on this machine."
            ) from error

    def _answer(self, worker: int) -> Finished | Stopped:
        try:
            answer: Finished | Stopped = self._ray.get(self._answers.pop(worker))
        except Exception as error:
            self.kill(worker)
            return Stopped("died", "the worker process on the cluster died", str(error))
        self._questions.pop(worker, None)
        return answer

    def _progress(self) -> list[tuple[int, Report]]:
        """New answers to the question how far they are; then asks again."""
        reports: list[tuple[int, Report]] = []
        for worker in self._answers:
            question = self._questions.get(worker)
            if question is not None:
                ready, _ = self._ray.wait([question], timeout=0)
                if not ready:
                    continue
                with contextlib.suppress(Exception):  # it died: its answer will say so
                    progress = self._ray.get(question)
                    if progress != self._heard[worker]:
                        self._heard[worker] = progress
                        reports.append((worker, progress))
            self._questions[worker] = self._actors[worker].progress.remote()
        return reports


def _knock(address: str) -> None:
    """Finds out in seconds whether anybody listens there; Ray itself takes minutes to give up."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """What a worker's process has set on the cluster: the same as a worker's on this machine."""
    path = {name: environment[name] for name in ("PYTHONPATH",) if name in environment}
    return settings(environment) | path
