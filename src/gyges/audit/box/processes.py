"""Counting and ending what a grader started. Runs inside the box: standard library only."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep as _sleep

_kill, _getpid, _waitpid, _listdir, _sigkill = os.kill, os.getpid, os.waitpid, os.listdir, signal.SIGKILL
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Processes:
    """The processes below this one.

    **Arguments:**

    - `alone`: whether /proc shows this box only, with this process as number 1.
    """

    def __init__(self, alone: bool) -> None:
        self.alone = alone
        self.root = _getpid()
        self.kept: frozenset[int] = frozenset()

    def others(self) -> list[int]:
        """Every process below the one that made this object, but those that were there when the target was loaded."""
        if self.alone:
            found = [int(name) for name in _listdir("/proc") if name.isdigit()]
            return [pid for pid in found if pid != self.root and pid not in self.kept]
        return [pid for pid in self.below(self.root) if pid not in self.kept]

    def below(self, pid: int) -> list[int]:
        """Every descendant of a process."""
        return _descendants(pid)

    def keep(self) -> None:
        """What runs now belongs to the target itself."""
        self.kept = frozenset(self.others())

    def used(self) -> tuple[int, int]:
        """Processes and threads, and bytes of memory that they hold beyond what they share with this process."""
        own = _resident(self.root)
        count = memory = 0
        for pid in self.others():
            count += _threads(pid)
            memory += max(0, _resident(pid) - own)
        return count, memory

    def end(self) -> None:
        """Kills them all, and buries them."""
        for _ in range(200):
            if self.alone and not self.kept:
                _signal(-1)
            found = self.others()
            for pid in found:
                _signal(pid)
            for _ in self.ended():
                pass
            if not found:
                return
            _sleep(0.001)

    def ended(self) -> Iterator[tuple[int, int]]:
        """Buries every child that has ended: its number, and its status."""
        while True:
            try:
                pid, status = _waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            yield pid, status


def limit_memory(beyond: int) -> None:
    """Lets this process take `beyond` bytes of address space more than it has."""
    if sys.platform == "win32":
        return
    import resource

    now = _size(_getpid())
    if now:
        resource.setrlimit(resource.RLIMIT_AS, (now + beyond, now + beyond))


def limit_files(file: int) -> None:
    """Limits the size of files, their number, and forbids core dumps."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file, file))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 1024 if hard == resource.RLIM_INFINITY else min(1024, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _signal(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        _kill(pid, _sigkill)


def _descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for name in _listdir("/proc") if Path("/proc/self/stat").exists() else ():
        if name.isdigit():
            stat = _read(f"/proc/{name}/stat")
            if stat:
                parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _threads(pid: int) -> int:
    """How many; none if it has ended and only waits to be asked for its status."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[17]) if fields and fields[0] != "Z" else 0


def _resident(pid: int) -> int:
    statm = _read(f"/proc/{pid}/statm").split()
    return int(statm[1]) * _PAGE if statm else 0


def _size(pid: int) -> int:
    statm = _read(f"/proc/{pid}/statm").split()
    return int(statm[0]) * _PAGE if statm else 0


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""
