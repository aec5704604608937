"""Asks before every new process or thread: a filter in the kernel that hands each fork to the supervisor first.

A bomb doubles faster than anything that only looks now and then can count. Runs inside the box: standard library only.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# Architecture as the filter sees it, number of seccomp(2), numbers of clone, clone3, fork and vfork.
_MACHINES = {
    "x86_64": (0xC000003E, 317, (56, 435, 57, 58)),
    "aarch64": (0xC00000B7, 277, (220, 435)),
}
_NO_NEW_PRIVILEGES, _SET_FILTER, _NEW_LISTENER = 38, 1, 8
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ASK = 0x7FFF0000, 0x7FC00000
_RECEIVE, _SEND, _CONTINUE = 0xC0502100, 0xC0182101, 1


def ask_before_forks() -> int:
    """From now on forks of this process and its children wait for an answer; where to give it, -1 if it cannot be."""
    machine = _MACHINES.get(platform.machine())
    if _libc is None or machine is None:
        return -1
    architecture, seccomp, numbers = machine
    tests = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(numbers) + 1, architecture), (_LOAD, 0, 0, 0)]
    tests += [(_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps = [*tests, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ASK)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return int(_libc.syscall(seccomp, _SET_FILTER, _NEW_LISTENER, program))


def let_fork(listener: int) -> None:
    """Lets the fork that waits go on."""
    import fcntl

    with suppress(OSError):
        asked = bytearray(80)
        fcntl.ioctl(listener, _RECEIVE, asked)
        answer = bytearray(struct.pack("=QqiI", struct.unpack_from("=Q", asked)[0], 0, 0, _CONTINUE))
        fcntl.ioctl(listener, _SEND, answer)


def hand_over(channel: int, listener: int) -> None:
    """Gives `listener` to the process at the other end of a socket, and keeps no copy of it."""
    import socket

    with socket.socket(fileno=os.dup(channel)) as end:
        socket.send_fds(end, [b"L"], [listener] if listener >= 0 else [])
    if listener >= 0:
        os.close(listener)


def take_over(channel: int) -> int:
    """The listener that came over a socket; -1 if there is none."""
    import socket

    with socket.socket(fileno=os.dup(channel)) as end:
        _, found, _, _ = socket.recv_fds(end, 1, 1)
    return found[0] if found else -1
