"""What an attack is: a generator of candidates for one task."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from gyges.audit.attacks.causes import Cause
from gyges.audit.judges.base import Judge
from gyges.audit.reading.formats import Format
from gyges.audit.records import Candidate, Opened, Task
from gyges.audit.source.facts import Facts


@dataclass(frozen=True)
class Case:
    """All that an attack may know when it makes candidates for one task."""

    task: Task
    reference: str
    """The bare answer of the task, as text ("#### 42" is "42"); empty if there is none."""
    format: Format
    """A way of writing an answer down that the grader pays for."""
    judge: Judge
    """The judge of this task's type of answer."""
    facts: Facts
    """What the grader's source says; empty where the source cannot be read."""
    opened: Opened
    others: Sequence[str] = ()
    """Bare answers of other tasks that differ from this one's."""
    honest: str = ""
    """An honest completion of this task that is paid (or ought to be)."""
    graded: bool = False
    """Whether scores take many values between the lowest and the highest."""
    random: Random = field(default_factory=lambda: Random(0))
    """A source of chance that depends on the audit's seed and on the task alone."""


class Attack(ABC):
    """One family of candidates. A subclass is a file in this folder; nothing else has to know it."""

    name: ClassVar[str]
    """What reports call the family."""
    about: ClassVar[str]
    """What it tries, in one line: shown in the report's list of what was tried."""
    causes: ClassVar[Mapping[str, Cause]] = {}
    """The words for each slug that its candidates name as their cause."""

    def suits(self, case: Case) -> bool:
        """Whether there is any point in trying it on this task. Default: whenever completions are not programs."""
        return not case.opened.program

    @abstractmethod
    def candidates(self, case: Case) -> Iterator[Candidate]:
        """Candidates, the most telling first: a budget may end the iteration anywhere."""
