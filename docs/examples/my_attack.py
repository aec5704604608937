"""The answer of another task: graders that look answers up in a set of all of them, or in the wrong row."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate, Relation, Truth


class AnotherTask(Attack):
    """Answers that are right, though not here."""

    name = "another task's answer"
    about = "the answers of up to five other tasks, in the format that is paid"
    causes: ClassVar[dict[str, Cause]] = {
        "another_task": Cause(
            "It pays for the answer of another task",
            "the completion answers a question that was not asked",
            "compare with the reference of the row that the completion belongs to, and with no other",
        )
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and bool(case.reference)

    def candidates(self, case: Case) -> Iterator[Candidate]:
        for other in case.others[:5]:
            if case.judge.compare(other, case.task, case.reference) is Truth.WRONG:
                completion = case.format.wrap(other)
                yield Candidate(completion, Relation.DIFFERENT, "another_task", states=other)
