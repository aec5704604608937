"""What is known of a grader once it has been read, and before it is attacked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gyges.audit.judges.base import Judge
from gyges.audit.reading.learn import Learned
from gyges.audit.records import Opened
from gyges.audit.report import InputRead
from gyges.audit.source.facts import Facts

_GRADING = re.compile(
    r"accura|correct|answer|solution|verif|match|grade|exact|equal|solve|solved|right|compute_score", re.IGNORECASE
)
_FORM = re.compile(r"format|length|style|tag|shape|structure|repetition|brevity|concise|penalt|count", re.IGNORECASE)
_RANGE = re.compile(
    r"(?:between|from|in|range)\s+(?:the\s+(?:range|interval)\s+)?[\[(]?\s*(-?\d+(?:\.\d+)?)\s*(?:,|to|and|-|–)\s*"
    r"(-?\d+(?:\.\d+)?)\s*[\])]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Subject:
    """The grader under audit."""

    opened: Opened
    facts: Facts
    references: Mapping[int, str]
    """Bare answers, by task; tasks without a reference are not in it."""
    wrong: Mapping[int, Sequence[str]]
    judges: Mapping[int, Judge]
    learned: Learned
    reads: tuple[InputRead, ...]
    occurrence: str

    @property
    def reads_answer(self) -> bool:
        """Whether the score depends on the reference, or at least on whether the answer is right."""
        columns = [one for one in self.reads if one.detail == "the reference"]
        if any(one.read for one in columns):
            return True
        return any(scale.contrast for scale in self.learned.scales.values())

    @property
    def claims_answer(self) -> bool:
        """Whether the grader says, by its signature or its name, that it grades the answer."""
        answers = {task.answer_column for task in self.opened.tasks if task.answer_column}
        if answers & set(self.opened.columns):
            return True
        return bool(_GRADING.search(self.opened.name)) and not _FORM.search(self.opened.name)

    @property
    def declared(self) -> tuple[float | None, float | None]:
        """The range of scores that the protocol or the grader's documentation declares."""
        if self.opened.low is not None or self.opened.high is not None:
            return self.opened.low, self.opened.high
        for sentence in re.split(r"(?<=[.\n])\s", self.opened.doc):
            found = _RANGE.search(sentence)
            if found and re.search(r"score|reward|return|float", sentence, re.IGNORECASE):
                low, high = float(found[1]), float(found[2])
                if low < high:
                    return low, high
        return None, None

    @property
    def semantic(self) -> bool:
        """Whether the grader means to compare values, not texts: it coerces, normalises or computes."""
        called = {str(fact.value) for fact in self.facts.coercions} | set(self.facts.calls)
        return any(
            name.rpartition(".")[2]
            in {
                "float",
                "Fraction",
                "Decimal",
                "sympify",
                "parse",
                "verify",
                "simplify",
                "isclose",
                "parse_latex",
                "parse_expr",
            }
            for name in called
        )
