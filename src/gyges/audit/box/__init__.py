"""The box: the grader runs in a child process with limits, and whatever it does costs nothing else.

The half that runs inside, under the interpreter of the grader, is imported from this package too; so the audit's own
half is imported only when asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gyges.audit.box.limits import Limits

if TYPE_CHECKING:
    from gyges.audit.box.host import Box
    from gyges.audit.box.pool import Pool

__all__ = ["Box", "Limits", "Pool"]


def __getattr__(name: str) -> Any:
    if name == "Box":
        from gyges.audit.box.host import Box

        return Box
    if name == "Pool":
        from gyges.audit.box.pool import Pool

        return Pool
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
