"""Code for candidates that reach into the interpreter they run in: the grader's frames, and stand-ins lent to it.

What they replace goes back by itself: a stand-in acts only while a frame that was on the stack when it was put in
place still is. Once the grader's call is over nothing of it is left, even if the grader never ends its process.
"""

from typing import Final

from gyges.audit.attacks.causes import Cause

SHARED: Final = "shares_process"
CAUSES: Final[dict[str, Cause]] = {
    SHARED: Cause(
        "It runs candidate programs in the process that judges them",
        "A candidate there can switch assertions off, replace the grader's functions, write the verdict itself, or "
        "read the expected results: being paid says nothing of being right",
        "Run each candidate in a fresh process that gets the inputs alone, take back plain data (JSON), and compare it "
        "with the expected results, type by type, in a process that never runs candidate code",
    )
}
"""What everything that reaches into the process comes down to: one change to the grader mends it."""

_AUDIT = "/gyges/audit/"

FRAMES = f"""
import sys
def frames(skip=2):
    frame, found = sys._getframe(skip), []
    while frame is not None and {_AUDIT!r} not in frame.f_code.co_filename.replace(chr(92), "/"):
        found.append(frame)
        frame = frame.f_back
    return found
"""
"""Defines `frames()`: the callers of a candidate, up to the audit's own."""

LENT = (
    FRAMES
    + """
home = frames(1)
def lent(owner, name, stand_in):
    table = owner if isinstance(owner, dict) else None
    real = table[name] if table is not None else getattr(owner, name)
    def put(value):
        if table is not None:
            table[name] = value
        else:
            setattr(owner, name, value)
    def acting(*given, **named):
        frame = sys._getframe(1)
        while frame is not None and frame not in home:
            frame = frame.f_back
        if frame is None:
            put(real)
            return real(*given, **named)
        return stand_in(real, *given, **named)
    put(acting)
"""
)
"""Defines `lent(owner, name, stand_in)`: replaces a function for as long as the grader's call lasts."""
