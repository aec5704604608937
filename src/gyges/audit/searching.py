"""Runs the search after the attacks, and takes in what it finds."""

from collections.abc import Callable, Sequence

from gyges.audit.attacks.base import Case
from gyges.audit.curve import search_curve
from gyges.audit.grading import Grading
from gyges.audit.mistakes import PAID, Confirm, Mistake, mistakes
from gyges.audit.records import Relation
from gyges.audit.report import SearchPoint, Tried
from gyges.audit.search.loop import Budget, search
from gyges.audit.subject import Subject
from gyges.audit.trial import Outcome

CALLS = 2000
ABOUT = "changes composed and selected by score and by new lines of the grader, over all tasks"


def searched(
    grading: Grading,
    subject: Subject,
    cases: Sequence[Case],
    outcome: Outcome,
    confirm: Confirm,
    seconds: float,
    seed: int,
    shown: Callable[[int], None],
) -> tuple[tuple[SearchPoint, ...], Tried]:
    """The search's own curve, and what it tried; its mistakes are added to `outcome`.

    **Arguments:** `seconds`: its time; `shown`: told how many completions were scored since the last time.
    """
    trail, tasks, count = [], set(), 0
    for hit in search(subject, cases, grading.call, Budget(CALLS, seconds), seed):
        count += 1
        tasks.add(hit.task)
        shown(1)
        found: list[Mistake] = []
        truth: bool | None = hit.candidate.relation is Relation.SAME
        if hit.relative >= PAID or hit.score.fault or hit.score.effects:
            found = list(mistakes(subject, hit.candidate, hit.task, hit.score, confirm))
            wrong = any(mistake.kind == "false_positive" for mistake in found)
            truth = False if wrong else None if hit.relative >= PAID else truth
        outcome.mistakes += found
        outcome.by_cause[hit.candidate.cause].add(hit.task)
        trail.append((hit.task, hit.relative, truth))
    return search_curve(trail, len(subject.learned.scales)), Tried("search", count, len(tasks), ABOUT)
