"""Groups mistakes by root cause: what one change to the grader would mend is one finding."""

from collections import defaultdict
from collections.abc import Sequence

from gyges.audit.mistakes import FULL, Mistake
from gyges.audit.records import Relation
from gyges.audit.subject import Subject

FRAMING = ("misframed", "search")
"""How families are called whose candidates put the right answer into the wrong frame."""
FARMED = frozenset({"length", "repetition"})


def grouped(subject: Subject, found: Sequence[Mistake]) -> dict[tuple[str, str], list[Mistake]]:
    """Mistakes by (kind, root cause)."""
    graded = is_graded(subject, found)
    groups: dict[tuple[str, str], list[Mistake]] = defaultdict(list)
    for mistake in found:
        groups[root_cause(subject, mistake, graded)].append(mistake)
    return dict(groups)


def root_cause(subject: Subject, mistake: Mistake, graded: bool) -> tuple[str, str]:
    """Kind and root cause of one mistake, given what is known of the grader."""
    if mistake.kind == "false_positive":
        return _paid(subject, mistake, graded)
    if mistake.kind == "false_negative":
        return _refused(subject, mistake)
    return mistake.kind, mistake.cause


def _paid(subject: Subject, mistake: Mistake, graded: bool) -> tuple[str, str]:
    candidate, frame = mistake.candidate, subject.learned.format
    if not subject.reads_answer and subject.references:
        return "unread_input", "answer_unread"
    if candidate.family.startswith(FRAMING) and not frame.marked and not subject.opened.program:
        if subject.occurrence in ("first", "last"):
            typed = "number" if _numeric(subject, mistake.task) else "answer"
            return "false_positive", f"{subject.occurrence}_{typed}"
        if subject.occurrence == "any":
            return "false_positive", "answer_anywhere"
    if candidate.arguable:
        return "contested", "outside_the_marker" if candidate.family.startswith(FRAMING) and frame.marked else mistake.cause
    if graded and mistake.relative < FULL and candidate.relation is not Relation.NONE:
        return "contested", "partial_credit"
    return "false_positive", mistake.cause


def _refused(subject: Subject, mistake: Mistake) -> tuple[str, str]:
    if mistake.candidate.arguable:
        return "contested", "notation"
    return "false_negative", mistake.cause


def _numeric(subject: Subject, task: int) -> bool:
    judge = subject.judges.get(task)
    return judge is not None and judge.name == "number"


def is_graded(subject: Subject, found: Sequence[Mistake]) -> bool:
    """Whether wrong answers earn many different scores, as partial credit does."""
    between = {round(mistake.relative, 3) for mistake in found if 0.05 < mistake.relative < 0.95}
    return len(between) >= 4
