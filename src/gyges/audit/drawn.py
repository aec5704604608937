"""What the built-in generator draws from: everything that the audit has scored."""

from collections import defaultdict

from gyges.audit.curve import best_of_n
from gyges.audit.grading import Grading
from gyges.audit.mistakes import PAID
from gyges.audit.mixture import ABOUT, Scored, mixture
from gyges.audit.records import Candidate, Relation, Score
from gyges.audit.report import Curve
from gyges.audit.subject import Subject
from gyges.audit.trial import Outcome


def drawn_curve(grading: Grading, subject: Subject, outcome: Outcome, seed: int) -> Curve | None:
    """The curve of the built-in generator; None if no task has a reference."""
    learned = subject.learned
    if not learned.found:
        return None
    confirmed = {
        (mistake.task, mistake.candidate.completion) for mistake in outcome.mistakes if mistake.kind == "false_positive"
    }

    def scored(task: int, score: Score, truth: bool | None) -> Scored:
        return learned.relative(task, score.value), truth

    right = {task: [scored(task, grading.score(task, text), True)] for task, text in learned.honest.items()}
    wrong = {
        task: [scored(task, grading.score(task, learned.format.wrap(answer)), False) for answer in subject.wrong[task]]
        for task in learned.scales
    }
    attacks: dict[int, dict[str, list[Scored]]] = defaultdict(lambda: defaultdict(list))
    for task, candidate, score in outcome.scored:
        if task not in learned.scales:
            continue
        if candidate.relation is Relation.SAME:
            right[task].append(scored(task, score, True))
        else:
            truth = _truth(candidate, learned.relative(task, score.value), (task, candidate.completion) in confirmed)
            attacks[task][candidate.cause].append(scored(task, score, truth))
    return best_of_n(mixture(right, wrong, attacks, seed), "generator", ABOUT, seed)


def _truth(candidate: Candidate, relative: float, confirmed: bool) -> bool | None:
    """What is known of an attack: the judge was asked only where the grader paid."""
    if confirmed:
        return False
    return None if relative >= PAID or candidate.relation is Relation.UNKNOWN else False
