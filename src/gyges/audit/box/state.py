"""Puts back what a call may have left changed in its interpreter, so that the next call finds it as it was.

Runs inside the box: standard library only.
"""

from __future__ import annotations

import builtins
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from types import ModuleType
from typing import Any

from gyges.audit.box.hook import Hook

_MODULES = (builtins, os, os.path, json, json.decoder, json.encoder, math, re, subprocess, time)
_getcwd, _chdir, _fstat, _dup2 = os.getcwd, os.chdir, os.fstat, os.dup2
_setitimer, _getsignal, _signal, _mask = signal.setitimer, signal.getsignal, signal.signal, signal.pthread_sigmask
_WATCHED = (signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)
_PASSING = frozenset({"_", "__warningregistry__"})
_dict, _setprofile, _environ, _TIMER = dict, sys.setprofile, os.environ, signal.ITIMER_REAL
_Exception, _sys, _getlimit, _setlimit = Exception, sys, sys.getrecursionlimit, sys.setrecursionlimit
_missing = object()


class State:
    """Remembers how a worker looks before its first call.

    **Arguments:**

    - `output`: descriptor that standard output and error must lead to.
    """

    def __init__(self, hook: Hook, output: int) -> None:
        self._hook, self._output = hook, output
        self._file = _fstat(output).st_ino
        self._modules = [(module, vars(module), _dict(vars(module))) for module in _MODULES]
        self._environment = _dict(_environ)
        self._raw: Any = getattr(_environ, "_data", None)
        self._raw_before: dict[Any, Any] = _dict(self._raw or {})
        self._folder = _getcwd()
        self._handlers = [(number, _getsignal(number)) for number in _WATCHED]
        self._blocked = _mask(signal.SIG_BLOCK, ())
        self._standard = (sys.stdout, sys.stderr, sys.stdin)
        self._loaded = _dict(sys.modules)
        self._finders, self._depth = [*sys.meta_path], sys.getrecursionlimit()

    def restore(self) -> None:
        """Puts everything back, and notes what somebody would want to know."""
        _setitimer(_TIMER, 0)
        _setprofile(None)
        depth = _getlimit()
        if depth != self._depth:
            _setlimit(self._depth)
        # The builtins come first: nearly everything else needs them.
        for module, now, before in self._modules:
            try:
                same = now == before
            except _Exception:
                same = False
            if not same:
                self._mend(module, now, before)
        for number, handler in self._handlers:
            if _getsignal(number) is not handler:
                _signal(number, handler)
        if depth != self._depth:
            self._hook.note("state", "changed the recursion limit", "")
        if self._raw != self._raw_before:
            self._mend_environment()
        self._mend_imports()
        self._mend_folder()
        self._mend_standard()

    def _mend(self, module: ModuleType, now: dict[str, Any], before: dict[str, Any]) -> None:
        replaced = [name for name, value in before.items() if now.get(name, _missing) is not value]
        for name in replaced:
            now[name] = before[name]
        for name in replaced:
            if name not in _PASSING:
                self._hook.note("state", f"replaced {module.__name__}.{name}", "")
        # What was added is left: importing a submodule does that.
        before.update(now)

    def _mend_environment(self) -> None:
        after = _dict(_environ)
        for name in sorted(after.keys() | self._environment.keys()):
            value = self._environment.get(name)
            if after.get(name) == value:
                continue
            self._hook.note("environment", name, self._hook.set_at(name))
            if value is None:
                del _environ[name]
            else:
                _environ[name] = value
        self._raw_before = _dict(self._raw)

    def _mend_imports(self) -> None:
        if _sys.modules.get("gyges.audit.records") is None or len(_sys.modules) < len(self._loaded):
            _sys.modules.update(self._loaded)
            self._hook.note("state", "removed modules from sys.modules", "")
        if not _sys.meta_path:
            _sys.meta_path[:] = self._finders
            self._hook.note("state", "emptied sys.meta_path", "")

    def _mend_folder(self) -> None:
        try:
            same = _getcwd() == self._folder
        except OSError:
            same = False
        if not same:
            self._hook.note("state", "changed the current folder", "")
            _chdir(self._folder)

    def _mend_standard(self) -> None:
        for descriptor in (1, 2):
            try:
                same = _fstat(descriptor).st_ino == self._file
            except OSError:
                same = False
            if not same:
                _dup2(self._output, descriptor)
                self._hook.note("state", "closed or replaced standard output", "")
        for stream in self._standard[:2]:
            try:
                stream.flush()
            except _Exception:
                self._hook.note("state", "broke sys.stdout", "")
                self._standard = (_fresh(1), _fresh(2), self._standard[2])
                break
        if _sys.stdout is not self._standard[0] or _sys.stderr is not self._standard[1]:
            self._hook.note("state", "replaced sys.stdout or sys.stderr", "")
        _sys.stdout, _sys.stderr, _sys.stdin = self._standard
        _mask(signal.SIG_SETMASK, self._blocked)


def _fresh(descriptor: int) -> Any:
    return open(descriptor, "w", encoding="utf-8", errors="replace", closefd=False)
