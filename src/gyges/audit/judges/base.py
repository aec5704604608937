"""What a judge is: it says whether an answer is right, knowing nothing of who made it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

from gyges.audit.records import Task, Truth


class Judge(ABC):
    """Compares a stated answer with the reference of a task, for one type of answer."""

    name: ClassVar[str]
    """The type of answer: `number`, `expression`, `collection`, `string`, `choice`, `puzzle`, `program`."""

    @classmethod
    @abstractmethod
    def suits(cls, task: Task, reference: str) -> float:
        """How well this judge fits a task, 0 (not at all) to 1; the best fit judges."""

    @abstractmethod
    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        """Whether `stated`, a bare answer, answers `task` rightly. UNSURE where that cannot be known."""

    @classmethod
    def for_tasks(cls, tasks: Sequence[Task], references: Sequence[str]) -> Self:
        """A judge for these tasks, for kinds that can only be told from all references together."""
        return cls()

    def rivals(self, task: Task, reference: str) -> frozenset[str]:
        """Other answers that are known to be of this kind, casefolded: those of other tasks, other choices."""
        return frozenset()

    def fits(self, task: Task, reference: str) -> float:
        """`suits`, with what `for_tasks` learned."""
        return self.suits(task, reference)
