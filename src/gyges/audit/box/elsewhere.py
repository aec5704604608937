"""Lets a grader that keeps a log go on: what it opens for writing outside the box lands in the box instead.

A refusal alone would make every call of such a grader fail, and nothing else could be learnt of it. This is a courtesy,
not a wall: only `open` and `os.mkdir` know of it, and everything else is refused. Runs inside the box: standard library
only.
"""

from __future__ import annotations

import builtins
import io
import os
import shutil
from typing import Any

from gyges.audit.box.hook import Hook

_open, _mkdir, _makedirs = io.open, os.mkdir, os.makedirs
_fspath, _fsdecode, _realpath, _dirname, _exists, _getsize = (
    os.fspath,
    os.fsdecode,
    os.path.realpath,
    os.path.dirname,
    os.path.exists,
    os.path.getsize,
)


class Elsewhere:
    """A folder that stands in for every other.

    **Arguments:**

    - `folder`: where to put what was meant for elsewhere.
    - `most`: bytes of a file that is copied there so that it can be added to.
    """

    def __init__(self, folder: str, hook: Hook, most: int) -> None:
        self._folder, self._hook, self._most = folder, hook, most
        self._used = False

    def install(self) -> None:
        """Puts `open` and `os.mkdir` in place of the real ones."""
        builtins.open = io.open = self.open
        os.mkdir = self.mkdir

    def open(self, file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
        """As the built-in."""
        return _open(self._place(file, mode), mode, *args, **kwargs)

    def mkdir(self, path: Any, *args: Any, **kwargs: Any) -> None:
        """As `os.mkdir`."""
        whole = self._outside(path)
        if whole is None or _exists(whole):
            return _mkdir(path, *args, **kwargs)
        self._hook.note("file", whole, blocked=True)
        self._used = True
        # Whoever asks whether it is there already looks outside, and makes it again.
        return _makedirs(self._folder + whole, exist_ok=True)

    def _place(self, file: Any, mode: Any) -> Any:
        writes = type(mode) is str and not set("wax+").isdisjoint(mode)
        if not writes and not self._used:
            return file
        whole = self._outside(file)
        if whole is None:
            return file
        inside = self._folder + whole
        if not writes:
            return inside if _exists(inside) else file
        parent = _dirname(whole)
        if not (_exists(parent) or _exists(self._folder + parent)) or ("x" in mode and _exists(whole)):
            return file
        self._hook.note("file", whole, blocked=True)
        self._used = True
        _makedirs(_dirname(inside), exist_ok=True)
        if "w" not in mode and not _exists(inside) and _exists(whole) and _getsize(whole) <= self._most:
            shutil.copyfile(whole, inside)
        return inside

    def _outside(self, path: Any) -> str | None:
        """The whole name of a path where the box lets nothing be written; None for any other."""
        if type(path) is int:
            return None
        try:
            whole = _realpath(_fsdecode(_fspath(path)))
        except (TypeError, ValueError, OSError):
            return None
        return None if self._hook.lets(whole) else whole
