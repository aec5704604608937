"""Code for candidates that reach into the interpreter they run in: the grader's frames, and stand-ins lent to it.

What they replace goes back by itself: a stand-in acts only while a frame that was on the stack when it was put in
place still is. Once the grader's call is over nothing of it is left, even if the grader never ends its process.
"""

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
