"""Sees what the grader does beside computing, by an audit hook of the interpreter, and refuses some of it.

The hook is the eye of the box, not its wall: code that means harm can get past it, and then meets what the kernel
enforces. Runs inside the box: standard library only.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from gyges.audit.box import wire
from gyges.audit.box.lines import Lines
from gyges.audit.box.processes import Processes
from gyges.audit.records import Effect

_MOST = 50
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HARMLESS = ("/dev/null", "/dev/tty", "/dev/full", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/shm/")
_realpath, _fsdecode, _split, _join, _getpid = os.path.realpath, os.fsdecode, os.path.split, os.path.join, os.getpid
_fstat, _pread, _truncate, _active = os.fstat, os.pread, os.ftruncate, threading.active_count
_Arguments = tuple[Any, ...]


class Hook:
    """Collects effects from now on; installed once, and for good.

    **Arguments:**

    - `scratch`: the folder that may be written to.
    - `most`: processes, or threads, that may be there at one time.
    """

    def __init__(self, scratch: str, most: int, processes: Processes) -> None:
        self.lines = Lines()
        self._scratch = _realpath(scratch)
        self._most, self._processes = most, processes
        self._found: dict[tuple[str, str, bool], Effect] = {}
        self._owner = _getpid()
        self._shared = -1
        self._set: dict[str, str] = {}
        self._started = 0

    def install(self) -> None:
        """Starts to look."""
        look: Callable[[str], Callable[[_Arguments], None] | None] = self._handlers().get

        def hook(event: str, arguments: _Arguments) -> None:
            handler = look(event)
            if handler is not None:
                handler(arguments)

        sys.addaudithook(hook)

    def own(self, shared: int) -> None:
        """This process is a new worker; processes that it forks write what they see into `shared`."""
        self._owner, self._shared = _getpid(), shared
        self.take()

    def take(self) -> tuple[Effect, ...]:
        """What was seen since the last time."""
        found = list(self._found.values())
        self._found.clear()
        self._set.clear()
        if self._shared >= 0 and (size := _fstat(self._shared).st_size):
            for line in _pread(self._shared, min(size, 1 << 16), 0).split(b"\n"):
                if line:
                    found.append(Effect(*wire.decode(line)))
            _truncate(self._shared, 0)
        return tuple(found[:_MOST])

    def note(self, kind: str, detail: str, line: str | None = None, blocked: bool = False) -> None:
        """Adds an effect."""
        key = (kind, detail, blocked)
        if key in self._found or len(self._found) >= _MOST:
            return
        effect = Effect(kind, wire.cut(detail), self.lines.here() if line is None else line, blocked)
        self._found[key] = effect
        if _getpid() != self._owner and self._shared >= 0:
            wire.send(self._shared, wire.encode([kind, effect.detail, effect.line, blocked]) + b"\n")

    def lets(self, path: str) -> bool:
        """Whether the box lets this path be written."""
        return path.startswith(_HARMLESS) or (path + "/").startswith(self._scratch + "/")

    def set_at(self, name: str) -> str:
        """The line that set an environment variable, where that was seen."""
        return self._set.get(name, "")

    def _handlers(self) -> Mapping[str, Callable[[_Arguments], None]]:
        removing = dict.fromkeys(
            ("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.utime", "shutil.rmtree"),
            lambda arguments: self._alter(arguments[0]),
        )
        starting = {
            "os.fork": lambda arguments: self._start("fork"),
            "os.forkpty": lambda arguments: self._start("fork"),
            "os.system": lambda arguments: self._start(wire.cut(_text(arguments[0]))),
            "os.exec": lambda arguments: self._start(_command(arguments[1])),
            "os.posix_spawn": lambda arguments: self._start(_command(arguments[1])),
            "subprocess.Popen": lambda arguments: self._start(_command(arguments[1])),
            "_thread.start_new_thread": self._thread,
            "_thread.start_joinable_thread": self._thread,
        }
        talking = {
            "socket.connect": lambda arguments: self._connect(arguments[1]),
            "socket.bind": lambda arguments: self._connect(arguments[1]),
            "socket.sendto": lambda arguments: self._connect(arguments[1]),
            "socket.sendmsg": lambda arguments: self._connect(arguments[1]),
            "socket.getaddrinfo": self._resolve,
            "socket.gethostbyname": self._resolve,
            "socket.gethostbyaddr": self._resolve,
        }
        return (
            removing
            | starting
            | talking
            | {
                "open": self._open,
                "os.rename": self._rename,
                "os.link": lambda arguments: self._alter(arguments[1]),
                "os.symlink": lambda arguments: self._alter(arguments[1]),
                "os.putenv": lambda arguments: self._put(arguments[0]),
                "os.unsetenv": lambda arguments: self._put(arguments[0]),
                "os.kill": lambda arguments: self._kill(arguments[0], arguments[1]),
                "os.killpg": lambda arguments: self._kill(arguments[0], arguments[1]),
            }
        )

    def _open(self, arguments: _Arguments) -> None:
        path, mode, flags = arguments
        writes = flags & _WRITING if type(flags) is int else 0
        if type(mode) is str and not writes:
            writes = int("w" in mode or "a" in mode or "x" in mode or "+" in mode)
        if writes and type(path) is not int:
            self._alter(path)

    def _alter(self, path: Any) -> None:
        if type(path) is int:
            return
        folder, name = _split(_fsdecode(path))
        whole = _join(_realpath(folder), name)
        if self.lets(whole):
            return
        if "__pycache__" not in whole:
            self.note("file", whole, blocked=True)
        raise PermissionError(errno.EACCES, "the box lets nothing be written outside its own folder", whole)

    def _rename(self, arguments: _Arguments) -> None:
        self._alter(arguments[0])
        self._alter(arguments[1])

    def _start(self, what: str) -> None:
        self._started += 1
        # Looking at all of /proc is dear where it shows more than the box.
        full = self._processes.alone or self._started % self._most == 0
        blocked = full and len(self._processes.others()) > self._most < self._processes.used()[0]
        self.note("process", what, blocked=blocked)
        if blocked:
            raise BlockingIOError(errno.EAGAIN, f"more than {self._most} processes at one time")

    def _thread(self, arguments: _Arguments) -> None:
        if _active() > self._most:
            self.note("process", "thread", blocked=True)
            raise RuntimeError(f"can't start new thread: more than {self._most} at one time")

    def _connect(self, address: Any) -> None:
        if address is None:
            return
        if isinstance(address, (str, bytes)):
            name = _fsdecode(address)
            if name == "" or name[0] == "\0" or _realpath(name).startswith(self._scratch + "/"):
                return
            self.note("network", name, blocked=True)
        else:
            self.note("network", ":".join(wire.cut(_text(part)) for part in list(address)[:2]), blocked=True)
        raise OSError(errno.ENETUNREACH, "Network is unreachable (the box has none)")

    def _resolve(self, arguments: _Arguments) -> None:
        host = arguments[0]
        if not host or host in ("localhost", b"localhost") or _numeric(_text(host)):
            return
        self.note("network", _text(host), blocked=True)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution (the box has no network)")

    def _put(self, name: Any) -> None:
        self._set[_text(name)] = self.lines.here()

    def _kill(self, pid: int, number: int) -> None:
        if number == 0 or pid in (0, _getpid()) or pid in self._processes.below(_getpid()):
            return
        self.note("signal", f"signal {number} to process {pid}", blocked=True)
        raise PermissionError(errno.EPERM, "the box lets no signal be sent to processes of others")


def _text(value: Any) -> str:
    return _fsdecode(value) if isinstance(value, (str, bytes)) else wire.cut(value)


def _numeric(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError, ValueError):
            socket.inet_pton(family, host)
            return True
    return False


def _command(arguments: str | bytes | Sequence[Any]) -> str:
    if isinstance(arguments, (str, bytes)):
        return wire.cut(_text(arguments))
    return wire.cut(" ".join(_text(part) for part in list(arguments)[:20]))
