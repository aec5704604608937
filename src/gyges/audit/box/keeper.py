"""The outermost process of a box: makes the walls, starts the supervisor behind them, and takes it along when it goes.

It runs none of the grader's code. Runs inside the box: standard library only.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import Any

from gyges.audit.box import kernel, wire
from gyges.audit.box.processes import Processes


def keep(calls: int, results: int, life: int) -> None:
    """Runs the box until the other end of `life` is closed, or the supervisor is gone.

    **Arguments:**

    - `calls`, `results`: descriptors to read calls from and to write results to.
    - `life`: descriptor whose other end the audit holds for as long as it lives.
    """
    start = _start(calls)
    os.setsid()
    walls = kernel.unshare() if start["walls"] else frozenset()
    kernel.adopt_orphans()
    supervisor = os.fork()
    if supervisor == 0:
        kernel.die_with_parent()
        os.close(life)
        from gyges.audit.box.opening import supervise

        code = 1
        try:
            supervise(start, calls, results, walls)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(calls)
    os.close(results)
    _wait(life, supervisor)
    if "processes" not in walls:
        # With a namespace the kernel has done it, and the numbers in /proc are not those of this process.
        Processes(alone=False).end()
    os._exit(0)


def _start(calls: int) -> dict[str, Any]:
    # Byte by byte up to its end: what follows is for the supervisor.
    header = b""
    while len(header) < 9:
        header += os.read(calls, 9 - len(header)) or sys.exit(1)
    length = int.from_bytes(header[5:], "big")
    body = bytearray()
    while len(body) < length:
        body += os.read(calls, length - len(body)) or sys.exit(1)
    start: dict[str, Any] = wire.decode(bytes(body))
    return start


def _wait(life: int, supervisor: int) -> None:
    poll = select.poll()
    poll.register(life, select.POLLIN)
    while not poll.poll(200):
        if os.waitpid(supervisor, os.WNOHANG)[0]:
            return
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
