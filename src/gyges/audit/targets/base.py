"""What a target is: one calling convention of reward functions, made to look like every other.

Everything in this room runs inside the box, under the interpreter of the grader: it imports the standard library, the
audit's records, and (only once a target needs it) the outside library that it adapts. Python 3.10 is enough.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from gyges.audit.records import Task


class TargetError(Exception):
    """The target cannot be loaded or called; the message says what came, what was wanted, and the mend."""


class Abstained(Exception):  # noqa: N818
    """The grader returned None where its protocol allows that."""


class Misshapen(Exception):  # noqa: N818
    """The grader returned the wrong number of scores."""


class Target(ABC):
    """A grader, loaded. A subclass is one protocol, in a file of its own."""

    protocol: ClassVar[str]
    """What `--protocol` calls it."""
    about: ClassVar[str]
    """The calling convention in one line, for `gyges audit --help` and for errors."""
    requires: ClassVar[str] = ""
    """What to install where its library is missing, as in `pip install inspect-ai`."""
    distribution: ClassVar[str] = ""
    """Name of the distribution that it adapts, for the report's list of versions."""
    imports: ClassVar[bool] = True
    """Whether a spec of this protocol names a Python object; otherwise only the protocol understands it."""
    own: ClassVar[Mapping[str, str]] = {}
    """Options of the protocol itself, by name, with what they do; all others go to the grader."""
    answer_only: ClassVar[bool] = False
    """See `Opened.answer_only`."""
    program: ClassVar[bool] = False
    """See `Opened.program`."""
    abstains: ClassVar[bool] = False
    """Whether None in place of one score means that the grader abstains."""

    @classmethod
    @abstractmethod
    def recognises(cls, spec: str, thing: Any) -> float:
        """How sure it is that `thing` (None if `spec` is no MODULE:NAME) follows this protocol: 0 to 1."""

    @abstractmethod
    def __init__(self, spec: str, thing: Any, options: Mapping[str, Any]) -> None:
        """Loads the target; raises `TargetError`."""

    @abstractmethod
    def grade(self, tasks: Sequence[Task], completions: Sequence[str]) -> Sequence[Any]:
        """Calls the grader once, as its library would, and returns what it gave for each completion, unconverted.

        Where the protocol grades one completion a call, it is called once for each. An exception of the grader goes
        through. Raises `Misshapen` or `Abstained`.
        """

    def tasks(self) -> Sequence[Task] | None:
        """The target's own tasks; None if they have to be given."""
        return None

    def functions(self) -> Sequence[Any]:
        """The Python functions or classes that hold the grader's logic, for reading their source."""
        return ()

    def range(self) -> tuple[float | None, float | None]:
        """The declared range of scores, None where nothing is declared."""
        return (None, None)

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Sees the tasks before anything is graded; raises `TargetError` if they lack what the grader needs."""
        return None

    def columns(self) -> tuple[str, ...]:
        """Columns of the tasks that the grader's signature names."""
        return ()

    def signature(self) -> str:
        """The grader's signature as its author wrote it; empty if it has none."""
        return ""

    def notes(self) -> tuple[str, ...]:
        """What the user should know of the target: columns missing, options assumed."""
        return ()
