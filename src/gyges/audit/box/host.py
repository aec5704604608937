"""The audit's side of the box: starts it, sends calls, and gets scores, whatever happens inside."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any, Self

from gyges.audit.box import wire
from gyges.audit.box.answers import broken, scores
from gyges.audit.box.limits import Limits
from gyges.audit.records import Call, Opened, Score
from gyges.faults import Fault

_AT_ONCE = 512
_SLACK = 15.0
_RESTARTS = 5
_BOOT = Path(__file__).with_name("boot.py")
# One box has one core; libraries that start a thread for each core of the machine would only stand in their own way.
_QUIET = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "MALLOC_ARENA_MAX": "4",
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
}


class Box:
    """A grader in a child process with limits.

    **Arguments:**

    - `spec`: what names the grader, as in `my_rewards.py:accuracy_reward`.
    - `protocol`: the calling convention; found out if left empty.
    - `options`: what the protocol wants to know beside.
    - `tasks`: rows of the task file; None if the target brings its own.
    - `python`: the interpreter to run it under, 3.10 or newer; Gyges need not be installed there.
    - `core`: the processor core to stay on.
    - `walls`: whether to ask the kernel for namespaces and Landlock; without them the limits and the hook remain.
    - `seed`: the seed of Python's hashing, which the order of sets follows.
    """

    def __init__(
        self,
        spec: str,
        *,
        protocol: str = "",
        options: Mapping[str, Any] | None = None,
        tasks: Sequence[Mapping[str, Any]] | None = None,
        limits: Limits | None = None,
        python: str = sys.executable,
        core: int | None = None,
        walls: bool = True,
        seed: int = 0,
    ) -> None:
        self.spec = spec
        self.limits = limits or Limits()
        self.contained: tuple[str, ...] = ()
        """What the kernel walls off: `processes`, `network`, `files`. Empty until it is open."""
        self._python, self._seed = python, seed
        self._start = {
            "spec": spec,
            "protocol": protocol,
            "options": dict(options or {}),
            "tasks": None if tasks is None else [dict(row) for row in tasks],
            "limits": asdict(self.limits),
            "core": core,
            "walls": walls,
        }
        self._child: subprocess.Popen[bytes] | None = None
        self._opened: Opened | None = None
        self._restarts = 0
        self._underway = self._doubtful = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> Opened:
        """Starts the box and loads the target; raises `Fault` if it cannot be loaded."""
        if self._opened is None:
            self._launch()
            try:
                self._opened = self._greet()
            except BaseException:
                self.close()
                raise
        return self._opened

    def score(self, calls: Sequence[Call]) -> list[tuple[Score, ...]]:
        """Performs the calls in order: one tuple per call, one score per completion; never raises for the grader."""
        waiting = deque(calls)
        done: list[tuple[Score, ...]] = []
        while waiting:
            try:
                if self._child is None:
                    self.open()
                self._exchange(waiting, done)
            except _GoneError as error:
                self.close()
                self._restarts += 1
                if self._underway > 1:
                    # Any of them may have done it: they are sent again, one at a time.
                    self._doubtful = self._underway
                else:
                    self._doubtful -= 1
                    done.append(broken({"fault": error.fault, "detail": error.detail}, waiting.popleft()))
            except Fault as error:
                self._restarts = _RESTARTS + 1
                done.append(broken({"fault": "killed", "detail": error.message}, waiting.popleft()))
            if self._restarts > _RESTARTS:
                detail = f"the box was ended {_RESTARTS} times, and was not started again"
                done += [broken({"fault": "killed", "detail": detail}, call) for call in waiting]
                break
        return done

    def close(self) -> None:
        """Ends the box and everything in it."""
        self._opened = None
        child, self._child = self._child, None
        if child is None:
            return
        for descriptor in (self._to, self._from, self._life):
            os.close(descriptor)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        self._log.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _launch(self) -> None:
        self._scratch = tempfile.mkdtemp(prefix="gyges-box-")
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        calls, self._to = os.pipe()
        self._from, results = os.pipe()
        life, self._life = os.pipe()
        environment = {**_QUIET, "PYTHONHASHSEED": str(self._seed), **os.environ}
        ours = [str(descriptor) for descriptor in (calls, results, life)]
        try:
            self._child = subprocess.Popen(
                [self._python, str(_BOOT), *ours],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(calls, results, life),
                env=environment,
            )
        except OSError as error:
            for descriptor in (self._to, self._from, self._life):
                os.close(descriptor)
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise Fault(
                f"cannot start {self._python}: {error.strerror}. Give a Python 3.10 or newer with --python."
            ) from None
        finally:
            for descriptor in (calls, results, life):
                os.close(descriptor)
        os.set_blocking(self._to, False)
        self._arriving = wire.Frames()
        self._came: deque[tuple[bytes, int, bytes]] = deque()
        self._out = bytearray(wire.frame(wire.START, wire.encode({**self._start, "scratch": self._scratch})))

    def _greet(self) -> Opened:
        until = monotonic() + self.limits.opening
        while len(self._came) < 2 and not (self._came and self._came[0][0] == wire.REFUSED):
            try:
                self._move(until, "")
            except _GoneError as error:
                raise self._failed_to_open(error) from None
        tag, _, body = self._came.popleft()
        said = wire.decode(body)
        if tag == wire.REFUSED:
            raise Fault(said["message"] if "message" in said else self._not_importable(said["raised"], said["trace"]))
        self.contained = tuple(said["walls"])
        return wire.unpack_opened(self._came.popleft()[2])

    def _failed_to_open(self, error: _GoneError) -> Fault:
        if error.fault == "hung":
            return Fault(
                f"importing {self.spec} took longer than {self.limits.opening:g} s. Move slow work out of the import, "
                "or give it more time."
            )
        return Fault(self._not_importable("the process ended while importing it", ""))

    def _not_importable(self, reason: str, trace: str) -> str:
        self._log.seek(0)
        printed = self._log.read()[-2000:].decode(errors="replace")
        last = "\n".join(f"  {line}" for line in (trace or printed).strip().splitlines()[-8:])
        return f"{self.spec} cannot be loaded under {self._python}: {reason}." + (
            f" Its last lines:\n{last}" if last else ""
        )

    def _exchange(self, waiting: deque[Call], done: list[tuple[Score, ...]]) -> None:
        pending = deque(waiting)
        self._underway = 0
        while waiting:
            most = _AT_ONCE if self._doubtful <= 0 else 1
            while pending and self._underway < most and len(self._out) < 1 << 18:
                self._out += wire.pack_call(pending.popleft())
                self._underway += 1
            self._move(monotonic() + 4 * self.limits.seconds + _SLACK, "the box itself no longer answers")
            while self._came and waiting:
                tag, _, body = self._came.popleft()
                said = _understood(body)
                call = waiting.popleft()
                done.append(broken(said, call) if tag == wire.BROKEN else scores(said, call))
                self._underway -= 1
                self._doubtful -= 1

    def _move(self, until: float, hung: str) -> None:
        """Writes what can be written and reads until at least one more frame is there."""
        there = len(self._came)
        while len(self._came) == there:
            writing = [self._to] if self._out else []
            readable, writable, _ = select.select([self._from], writing, [], max(0.0, until - monotonic()))
            if not readable and not writable:
                raise _GoneError("hung", hung)
            if writable:
                try:
                    del self._out[: os.write(self._to, self._out)]
                except BlockingIOError:
                    pass
                except BrokenPipeError:
                    raise _GoneError("killed", "the box was ended from inside") from None
            if readable:
                arrived = os.read(self._from, 1 << 18)
                if not arrived:
                    raise _GoneError("killed", "the box was ended from inside")
                try:
                    self._came += self._arriving.feed(arrived)
                except wire.Garbled as error:
                    raise _GoneError("killed", str(error)) from None


class _GoneError(Exception):
    """The box is not there any more, or as good as that."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(detail)
        self.fault, self.detail = fault, detail


def _understood(body: bytes) -> Mapping[str, Any]:
    with contextlib.suppress(ValueError, RecursionError):
        said = wire.decode(body)
        if isinstance(said, dict):
            return said
    return {}
