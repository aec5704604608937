"""A completion in parts, so that what it states stays known when it is changed."""

from dataclasses import dataclass, replace

from gyges.audit.attacks.base import Case
from gyges.audit.records import Candidate, Relation, Truth

CAUSE = "found_by_search"


@dataclass(frozen=True)
class Structure:
    """What is said before an answer, its marker, the answer, and what is said after it."""

    lead: str
    before: str
    core: str
    after: str
    tail: str
    relation: Relation
    states: str | None = None
    arguable: str = ""

    @classmethod
    def honest(cls, case: Case) -> "Structure":
        """The reference in the format that is paid: where every recipe starts."""
        frame = case.format
        core = case.reference
        return cls(frame.lead, frame.before, core, frame.after, frame.tail, Relation.SAME, core)

    @property
    def completion(self) -> str:
        return f"{self.lead}{self.before}{self.core}{self.after}{self.tail}"

    def answering(self, case: Case, core: str) -> "Structure":
        """The same around another answer."""
        if not core.strip():
            return replace(self, core=core, states=None, relation=Relation.NONE)
        truth = case.judge.compare(core, case.task, case.reference)
        relation = {Truth.RIGHT: Relation.SAME, Truth.WRONG: Relation.DIFFERENT, Truth.UNSURE: Relation.UNKNOWN}[truth]
        return replace(self, core=core, states=core, relation=relation)

    def taken_back(self, lead: str = "", tail: str = "") -> "Structure":
        """The same with words around it that deny the answer: none is given any more."""
        return replace(self, lead=lead + self.lead, tail=self.tail + tail, relation=Relation.NONE, states=None)

    def beside(self, lead: str = "", tail: str = "", mentions: bool = False, arguable: str = "") -> "Structure":
        """The same with words around it that leave the answer as it is.

        **Arguments:** `mentions`: whether the words mention an answer. That is harmless beside an answer that is
        given, and unclear where none is.
        """
        unclear = mentions and self.states is None
        return replace(
            self,
            lead=lead + self.lead,
            tail=self.tail + tail,
            relation=Relation.UNKNOWN if unclear else self.relation,
            arguable=self.arguable or arguable,
        )

    def candidate(self) -> Candidate:
        return Candidate(
            self.completion, self.relation, CAUSE, states=self.states, family="search", arguable=self.arguable
        )
