"""What goes wrong for a user, and the exit codes that say so."""

import difflib
from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `gyges`. What a claim's verdict is never changes them."""

    DONE = 0
    INCOMPLETE = 1
    """A cell failed, or a check did; everything else is stored."""
    USAGE = 2
    """An option, a name or a file that came from the user is not usable."""
    DISK = 3
    """Results could not be written or read."""
    INTERRUPTED = 130


class Fault(Exception):  # noqa: N818
    """A mistake or a mishap that the user can mend.

    `message` says what came, what was wanted and how to mend it; the command line prints it without a
    traceback and exits with `exit_code`.
    """

    def __init__(self, message: str, exit_code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[type["Fault"], tuple[str, Exit]]:
        return type(self), (self.message, self.exit_code)


def unknown(kind: str, name: str, known: Iterable[str], see: str = "") -> Fault:
    """The fault for a name that nothing answers to, with the nearest ones that something does.

    **Arguments:**

    - `kind`: what was looked for, as in "claim".
    - `name`: what came.
    - `known`: all names that would have been found.
    - `see`: where to see them all, as in "gyges list".
    """
    names = list(dict.fromkeys(known))
    folded = {known_name.casefold(): known_name for known_name in names}
    near = [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]
    near += [other for other in names if name and name.casefold() in other.casefold() and other not in near]
    if near:
        mend = f"Did you mean {_either(near[:3])}?"
    elif names and len(names) <= 12:
        mend = f"Known: {', '.join(names)}."
    elif names:
        mend = f"There are {len(names)} others."
    else:
        mend = "There are none yet."
    return Fault(f"no {kind} is called {name!r}. {mend}" + (f" All of them: {see}" if see else ""))


def _either(names: list[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]
