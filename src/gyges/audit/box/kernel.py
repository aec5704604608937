"""What Linux offers to shut a process in, asked for through ctypes: namespaces, capabilities, Landlock.

Runs inside the box: standard library only. Nothing here is needed for the box to work. Whatever the system refuses is
left out, and the box says so.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_PARENT_DEATH, _NO_NEW_PRIVILEGES, _SUBREAPER, _DROP_BOUND = 1, 38, 36, 24
_PRIVATE, _RECURSIVE = 1 << 18, 1 << 14
_NOSUID, _NODEV, _NOEXEC = 2, 4, 8
# Reading and writing as the owner of a file must go on working for a box that root opened.
_KEPT_CAPABILITIES = (0, 1, 2, 3)


def unshare() -> frozenset[str]:
    """Moves this process into namespaces of its own; says which: `processes`, `network`, `mounts`.

    The process namespace holds from the next fork on.
    """
    if _libc is None:
        return frozenset()
    user, group = os.getuid(), os.getgid()
    wanted = _NEWPID | _NEWNET | _NEWNS | _NEWIPC
    everything = frozenset({"processes", "network", "mounts"})
    if _libc.unshare(wanted) == 0:
        return everything
    # Some systems let a process into a user namespace and then give it no rights there: a child tries it first.
    trial = os.fork()
    if trial == 0:
        try:
            _enter(_NEWUSER | wanted, user, group)
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(trial, 0)[1] != 0:
        return frozenset()
    _enter(_NEWUSER | wanted, user, group)
    return everything


def _enter(spaces: int, user: int, group: int) -> None:
    assert _libc is not None
    if _libc.unshare(spaces) != 0:
        raise OSError(ctypes.get_errno(), "no namespaces")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def own_mounts() -> bool:
    """In a fresh mount and process namespace: a /proc and a /dev/shm that show this box only. Says if /proc is so."""
    if _libc is None or _libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None) != 0:
        return False
    if Path("/dev/shm").is_dir():
        _libc.mount(b"tmpfs", b"/dev/shm", b"tmpfs", _NOSUID | _NODEV, b"size=64m,mode=1777")
    return bool(_libc.mount(b"proc", b"/proc", b"proc", _NOSUID | _NODEV | _NOEXEC, None) == 0)


def die_with_parent() -> None:
    """Asks for SIGKILL when the parent dies."""
    if _libc is not None:
        _libc.prctl(_PARENT_DEATH, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Makes orphans among the descendants children of this process."""
    if _libc is not None:
        _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def drop_privileges() -> None:
    """Gives up every way to more rights, and all capabilities of root but those about files."""
    if _libc is None:
        return
    _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    for capability in range(64):
        if capability not in _KEPT_CAPABILITIES:
            _libc.prctl(_DROP_BOUND, capability, 0, 0, 0)
    header = struct.pack("=Ii", 0x20080522, 0)
    data = ctypes.create_string_buffer(24)
    if _libc.capget(header, data) == 0:
        kept = sum(1 << capability for capability in _KEPT_CAPABILITIES)
        effective, permitted, _, high_effective, high_permitted, _ = struct.unpack("=6I", data.raw)
        del high_effective, high_permitted
        _libc.capset(header, struct.pack("=6I", effective & kept, permitted & kept, 0, 0, 0, 0))


_WRITE_FILE, _IOCTL_DEV = 1 << 1, 1 << 15
# Removing and making of every kind: read and execute are left alone.
_ALTER = sum(1 << bit for bit in range(4, 13)) | _WRITE_FILE
_BY_VERSION = {2: 1 << 13, 3: 1 << 14, 5: _IOCTL_DEV}
_ON_A_FILE = _WRITE_FILE | 1 << 14 | _IOCTL_DEV
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446


def landlock(writable: Sequence[str]) -> int:
    """Forbids this process and its children to write anywhere but below `writable`, and to use TCP.

    Also signals and abstract sockets stay inside, where the kernel is new enough. Returns the version of Landlock, 0 if
    there is none.
    """
    if _libc is None:
        return 0
    version = int(_libc.syscall(_CREATE, None, 0, 1))
    if version < 1:
        return 0
    handled = _ALTER | sum(bit for since, bit in _BY_VERSION.items() if version >= since)
    fields = [handled]
    if version >= 4:
        fields.append(0b11)
    if version >= 6:
        fields.append(0b11)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = int(_libc.syscall(_CREATE, attributes, len(attributes), 0))
    if rules < 0:
        return 0
    try:
        for name in writable:
            try:
                descriptor = os.open(name, 0o10000000 | os.O_CLOEXEC)
            except OSError:
                continue
            allowed = handled if Path(name).is_dir() else handled & _ON_A_FILE
            _libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", allowed, descriptor), 0)
            os.close(descriptor)
        _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return version if _libc.syscall(_RESTRICT, rules, 0) == 0 else 0
    finally:
        os.close(rules)
