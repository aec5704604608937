"""Loads the target once, and keeps a worker going that performs the calls.

A worker that hangs, dies, or takes too much is killed with everything it started, and another is forked from here at
once: nothing is imported again. Runs inside the box: standard library only.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from gyges.audit.box import wire
from gyges.audit.box.forks import ask_before_forks, hand_over, let_fork, take_over
from gyges.audit.box.limits import Limits
from gyges.audit.box.processes import Processes
from gyges.audit.box.worker import FULL

_WINDOW = 1 << 16
_TICK = 0.02
_read, _write, _fork, _pipe, _close, _exit, _waitpid = (
    os.read,
    os.write,
    os.fork,
    os.pipe,
    os.close,
    os._exit,
    os.waitpid,
)
_poll, _kill, _set_blocking = select.poll, os.kill, os.set_blocking
_IN, _OUT, _GONE = select.POLLIN, select.POLLOUT, select.POLLHUP | select.POLLERR | select.POLLNVAL
_signal_name = {number.value: number.name for number in signal.Signals}
_CLOSED = 97
# The hook refuses what goes through Python at the limit itself, and the call goes on; this is for all that does not.
_MARGIN = 8


class Supervisor:
    """Between the audit and the worker: passes calls and results on, and watches the clock.

    **Arguments:**

    - `calls`, `results`: descriptors to and from the audit.
    - `work`: what a worker does with descriptors of its own.
    """

    def __init__(
        self, calls: int, results: int, limits: Limits, processes: Processes, work: Callable[[int, int], None]
    ) -> None:
        self._calls, self._results = calls, results
        self._limits, self._processes, self._work = limits, processes, work
        self._waiting: deque[bytes] = deque()
        self._sent = 0
        self._lost = self._row = 0.0
        self._out, self._in = bytearray(), bytearray()
        self._worker = 0
        self._to = self._from = self._forks = -1
        self._room = 0
        self._since = 0.0

    def run(self) -> None:
        """Serves until the audit closes its end."""
        arriving = wire.Frames()
        _set_blocking(self._calls, False)
        _set_blocking(self._results, False)
        self._hire()
        while True:
            ready = self._wait()
            if ready.get(self._results, 0) & _GONE:
                return
            if ready.get(self._forks, 0):
                self._allow_fork(ready[self._forks])
            elif ready.get(self._from, 0):
                self._listen()
            if ready.get(self._calls, 0):
                arrived = _read(self._calls, 1 << 18)
                if not arrived:
                    return
                if not self._waiting:
                    self._since = monotonic()
                self._waiting += [wire.frame(tag, body, number) for tag, number, body in arriving.feed(arrived)]
            self._forward()
            if self._waiting:
                self._watch()

    def _wait(self) -> dict[int, int]:
        poll = _poll()
        poll.register(self._calls, _IN)
        poll.register(self._from, _IN)
        poll.register(self._results, _OUT if self._out else 0)
        if self._forks >= 0:
            poll.register(self._forks, _IN)
        if self._in:
            poll.register(self._to, _OUT)
        return dict(poll.poll(_TICK * 1000 if self._waiting else None))

    def _forward(self) -> None:
        while self._sent < len(self._waiting) and len(self._in) < _WINDOW:
            self._in += self._waiting[self._sent]
            self._sent += 1
        try:
            if self._in:
                del self._in[: _write(self._to, self._in)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._in.clear()
        try:
            if self._out:
                del self._out[: _write(self._results, self._out)]
        except BlockingIOError:
            pass

    def _listen(self, status: int | None = None) -> bool:
        """Passes on what the worker said; says whether there may be more.

        **Arguments:**

        - `status`: how the worker ended, if that is known already: what it said before still counts.
        """
        try:
            arrived = _read(self._from, 1 << 18)
        except BlockingIOError:
            arrived = b""
            if status is None:
                return False
        if not arrived:
            self._bury(_waitpid(self._worker, 0)[1] if status is None else status)
            return False
        try:
            for tag, number, body in self._heard.feed(arrived):
                if tag not in (wire.RESULT, wire.FULL) or not self._sent:
                    raise wire.Garbled("a result that nobody asked for")
                self._waiting.popleft()
                self._sent -= 1
                self._out += wire.frame(tag, body, number)
                self._row = self._row + monotonic() - self._since if tag == wire.FULL else 0.0
                self._since = monotonic()
        except wire.Garbled as error:
            self._give_up("killed", f"wrote on the line to the audit: {error}")
            return False
        if self._waiting and self._row > self._limits.patience:
            # The worker has been sent some of what is not to be tried.
            self._fire()
            self._tire()
            self._hire()
            return False
        return True

    def _watch(self) -> None:
        passed = monotonic() - self._since
        if passed < _TICK:
            return
        # Its end shows here first if something that it started still holds its descriptors.
        for pid, status in self._processes.ended():
            if pid == self._worker:
                self._worker = 0
                while self._listen(status):
                    pass
                return
        allowed = self._allowed()
        if passed > allowed:
            self._lost += passed
            self._give_up("hung", f"no score within {allowed:g} s")
            return
        count, memory = self._processes.used()
        if count - 1 > self._limits.processes + _MARGIN:
            self._too_many()
        elif memory > self._limits.memory:
            self._give_up("memory", f"its processes held {memory >> 20} MiB more than the target at rest")

    def _allow_fork(self, event: int) -> None:
        if event & _GONE:
            # Nobody is left who could ask.
            _close(self._forks)
            self._forks = -1
            return
        if self._room <= 0:
            self._room = self._limits.processes + _MARGIN + 1 - self._processes.used()[0]
        if self._room <= 0:
            self._too_many()
        else:
            self._room -= 1
            let_fork(self._forks)

    def _too_many(self) -> None:
        self._give_up("killed", f"wanted more than {self._limits.processes} processes and threads at one time")

    def _allowed(self) -> float:
        # A batch is one call, but most protocols grade its completions one by one.
        batch = min(4, max(1, int.from_bytes(self._waiting[0][1:5], "big")))
        if self._lost > self._limits.patience:
            return min(self._limits.seconds, self._limits.impatient) * batch
        return self._limits.seconds * batch

    def _bury(self, status: int) -> None:
        self._worker = 0
        fault = "killed"
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            detail = f"died of signal {number} ({_signal_name.get(number, 'unknown')})"
        elif os.WEXITSTATUS(status) == FULL:
            fault, detail = "memory", "MemoryError"
        elif os.WEXITSTATUS(status) == _CLOSED:
            detail = "closed the descriptors of its process, or wrote into them"
        else:
            detail = f"ended its process with exit code {os.WEXITSTATUS(status)}"
        self._give_up(fault, detail)

    def _give_up(self, fault: str, detail: str) -> None:
        """Ends the worker and all that it started, reports the call that it was at, and takes another worker."""
        self._fire()
        if self._waiting:
            passed = monotonic() - self._since
            self._row += passed
            self._break(fault, detail, passed)
        self._tire()
        self._hire()

    def _break(self, fault: str, detail: str, seconds: float) -> None:
        """Reports the first call that waits as one that gave nothing."""
        call = self._waiting.popleft()
        body = {"fault": fault, "detail": detail, "seconds": seconds}
        self._out += wire.frame(wire.BROKEN, wire.encode(body), int.from_bytes(call[1:5], "big"))

    def _tire(self) -> None:
        """At the end of patience nothing that waits is tried any more; what comes later is, one call at least."""
        while self._waiting and self._row > self._limits.patience:
            self._break("untried", f"the calls before it took {self._row:.0f} s and gave nothing", 0.0)

    def _hire(self) -> None:
        there, self._to = _pipe()
        self._from, back = _pipe()
        ours, theirs = socket.socketpair()
        gc.freeze()
        self._worker = _fork()
        if self._worker == 0:
            for descriptor in (self._to, self._from, self._calls, self._results):
                _close(descriptor)
            try:
                ours.close()
                hand_over(theirs.fileno(), ask_before_forks())
                theirs.close()
                self._work(there, back)
            finally:
                _exit(_CLOSED)
        theirs.close()
        self._forks = take_over(ours.fileno())
        ours.close()
        _close(there)
        _close(back)
        _set_blocking(self._to, False)
        _set_blocking(self._from, False)
        self._heard = wire.Frames()
        self._in.clear()
        self._sent = 0
        self._room = 0
        self._since = monotonic()

    def _fire(self) -> None:
        if self._worker:
            with suppress(ProcessLookupError):
                _kill(self._worker, signal.SIGKILL)
        self._processes.end()
        self._worker = 0
        _close(self._to)
        _close(self._from)
        if self._forks >= 0:
            _close(self._forks)
