"""Writing that is either there or not, and folders that one process at a time may use."""

import contextlib
import errno
import gzip
import hashlib
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gyges.faults import Exit, Fault

_DISK_ERRORS = frozenset(
    number
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EFBIG", "EIO", "ENOTDIR", "ENAMETOOLONG")
    if (number := getattr(errno, name, None)) is not None
)
_MARK = ".writing"


def is_disk_error(error: BaseException) -> bool:
    """Whether `error` says that a disk is full, broken or not ours to write to."""
    return isinstance(error, OSError) and error.errno in _DISK_ERRORS


def disk_fault(error: BaseException, path: Path) -> Fault:
    """The fault to raise when writing at `path` met `error`."""
    reason = getattr(error, "strerror", None) or str(error)
    return Fault(
        f"cannot write to {path}: {reason}. What was finished before is kept. Make room there (or make it "
        "writable) and give the same command again, or choose another place with --out.",
        Exit.DISK,
    )


def canonical(value: Any) -> bytes:
    """`value` as JSON, always in the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """SHA-256 of `content`, in hex."""
    return hashlib.sha256(content).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_file(path: Path, content: bytes) -> None:
    """Puts `content` at `path` so that a reader finds either the old file or the whole new one."""
    scratch = path.with_name(_scratch_name())
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Like `write_file`, with `value` as readable JSON."""
    write_file(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n")


def packed(value: Any) -> bytes:
    """`value` as gzipped JSON; the same value gives the same bytes at any time of day."""
    return gzip.compress(canonical(value), compresslevel=6, mtime=0)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A scratch folder that becomes `target` when the block ends well, and nothing when it does not.

    If somebody else put `target` there meanwhile, theirs stays.
    """
    scratch = target.with_name(_scratch_name())
    scratch.mkdir(parents=True)
    try:
        yield scratch
        for file in scratch.iterdir():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
        sync_folder(scratch)
        try:
            scratch.rename(target)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sync_folder(target.parent)


def sweep(folder: Path) -> None:
    """Removes scratch files and folders in `folder` whose writers are gone."""
    for left in folder.glob(f"{_MARK}-*"):
        _, _, host_and_rest = left.name.partition("-")
        host, pid, _ = host_and_rest.rsplit("-", 2)
        if host == socket.gethostname() and not _alive(int(pid)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes renames inside `folder` outlive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Lock:
    """A file that one process at a time holds; the system lets go of it when that process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Tries to take the lock, without waiting; says whether it is ours now."""
        if sys.platform == "win32":
            return True
        import fcntl

        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError:
            # Some network file systems have no locks: then two runs may do the same work twice.
            os.close(descriptor)
            return True
        if not _same_file(descriptor, self._path):
            # The last holder removed the file between our open and our lock.
            os.close(descriptor)
            return self.take()
        self._descriptor = descriptor
        return True

    def drop(self, *, remove: bool = False) -> None:
        """Lets go of the lock, and with `remove` takes its file away."""
        if self._descriptor is not None:
            if remove:
                self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _scratch_name() -> str:
    return f"{_MARK}-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(6)}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
