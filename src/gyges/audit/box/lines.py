"""Which line of the grader is responsible, and which of its lines ran. Runs inside the box: standard library only."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import CodeType, FrameType, TracebackType
from typing import Any

_realpath, _getframe, _settrace = os.path.realpath, sys._getframe, sys.settrace
_TOOL = 4
"""A number of `sys.monitoring` that neither debuggers, coverage nor profilers take."""


class Lines:
    """Knows the grader's own files.

    **Arguments:**

    - `files`: their names, as they are to be written.
    """

    def __init__(self, files: Sequence[str] = ()) -> None:
        self._names = {_realpath(name): name for name in files}
        self._of: dict[str, str | None] = {}
        self._ran: set[str] = set()
        self._monitored = False

    def name(self, filename: str) -> str | None:
        """What a file of the grader is called; None for any other file."""
        try:
            return self._of[filename]
        except KeyError:
            found = None if filename.startswith("<") else self._names.get(_realpath(filename))
            self._of[filename] = found
            return found

    def here(self) -> str:
        """The innermost line of the grader that is running, as FILE:LINE."""
        frame: FrameType | None = _getframe(1)
        while frame is not None:
            name = self.name(frame.f_code.co_filename)
            if name is not None:
                return f"{name}:{frame.f_lineno}"
            frame = frame.f_back
        return ""

    def raised(self, trace: TracebackType | None) -> str:
        """The innermost line of the grader in a traceback."""
        found = ""
        while trace is not None:
            name = self.name(trace.tb_frame.f_code.co_filename)
            if name is not None:
                found = f"{name}:{trace.tb_lineno}"
            trace = trace.tb_next
        return found

    def start(self) -> None:
        """Begins to record lines that run."""
        self._ran = set()
        if sys.version_info < (3, 12):
            _settrace(self._called)
            return
        if not self._monitored:
            self._monitored = True
            monitoring = sys.monitoring
            if monitoring.get_tool(_TOOL) is None:
                monitoring.use_tool_id(_TOOL, "gyges")
            monitoring.register_callback(_TOOL, monitoring.events.LINE, self._line)
            monitoring.set_events(_TOOL, monitoring.events.LINE)

    def stop(self) -> frozenset[str]:
        """Ends recording: the lines that ran since `start`."""
        if sys.version_info < (3, 12):
            _settrace(None)
        ran, self._ran = self._ran, set()
        return frozenset(ran)

    def rest(self) -> None:
        """Lets calls run at full speed again, until the next `start`."""
        if sys.version_info >= (3, 12) and self._monitored:
            self._monitored = False
            sys.monitoring.set_events(_TOOL, 0)

    def _line(self, code: CodeType, line: int) -> Any:
        name = self.name(code.co_filename)
        if name is None:
            return sys.monitoring.DISABLE  # type: ignore[attr-defined, unused-ignore]
        self._ran.add(f"{name}:{line}")
        return None

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._stepped if self.name(frame.f_code.co_filename) is not None else None

    def _stepped(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self._ran.add(f"{self.name(frame.f_code.co_filename)}:{frame.f_lineno}")
        return self._stepped
