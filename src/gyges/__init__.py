"""Gyges: a laboratory for reward functions.

It trains agents under a reward, hands them the ring that makes Gyges invisible, and measures what they do.
`gyges --help` is the way in; `gyges.load(run)` gives the results of a run as a dataframe.
"""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Imported when asked for, so that `gyges --help` does not wait for pandas.
    if name == "load":
        from gyges.store.queries import load

        return load
    raise AttributeError(f"module 'gyges' has no attribute {name!r}")
