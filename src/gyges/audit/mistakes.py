"""A scored candidate that the grader got wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gyges.audit.records import Candidate, Relation, Score, Truth
from gyges.audit.subject import Subject

PAID = 0.5
"""A completion counts as paid from half of the way between a plain wrong answer and the reference."""
FULL = 0.999
CRASHES = ("raised", "hung", "memory", "killed", "shape", "type")
IN_PASSING = ("process", "signal")
"""Effects that a correct grader may have (a child with a time limit), unless the box had to refuse them."""

Confirm = Callable[[Candidate, int], tuple[Truth, str]]


@dataclass(frozen=True)
class Mistake:
    """One candidate that was paid and is wrong, refused and right, or that the grader could not take."""

    kind: str
    candidate: Candidate
    task: int
    score: Score
    relative: float
    reason: str
    """Why it counts, from the judge."""
    cause: str
    """The candidate's cause, or what the call did."""
    detail: str = ""


def mistakes(subject: Subject, candidate: Candidate, task: int, score: Score, confirm: Confirm) -> Iterator[Mistake]:
    """What the grader got wrong about one candidate; the judge is asked only where the grader may be wrong."""
    yield from _conduct(subject, candidate, task, score)
    if score.value is None or task not in subject.learned.scales:
        return
    relative = subject.learned.relative(task, score.value)
    if candidate.relation is Relation.SAME:
        if task in subject.learned.paid and relative < PAID:
            truth, reason = confirm(candidate, task)
            if truth is Truth.RIGHT:
                yield Mistake("false_negative", candidate, task, score, relative, reason, candidate.cause)
    elif candidate.relation is Relation.UNKNOWN:
        return  # nothing is claimed of it, so the grader cannot be wrong about it
    elif slight(subject, score.value):
        return
    elif relative >= (PAID if task in subject.references else FULL) and pays(subject, task):
        truth, reason = confirm(candidate, task)
        if truth is Truth.WRONG:
            yield Mistake("false_positive", candidate, task, score, relative, reason, candidate.cause)


def pays(subject: Subject, task: int) -> bool:
    """Whether the grader pays for anything on this task, so that being paid means something."""
    scale = subject.learned.scales[task]
    if refuses_its_own(subject, task):
        # What everything earns is no pay.
        return False
    return scale.contrast or task in subject.learned.paid


def slight(subject: Subject, value: float) -> bool:
    """Whether a score is small beside what the protocol declares, where no reference shows what is a lot."""
    return subject.opened.answer_only and not subject.references and value < 0.5 * (subject.declared[1] or 0.0)


def refuses_its_own(subject: Subject, task: int) -> bool:
    """Whether a grader that is handed bare answers gives a task's own answer less than half of what it can give."""
    if not subject.opened.answer_only or task not in subject.references:
        return False
    return (subject.learned.scales[task].reference or 0.0) < 0.5 * (subject.declared[1] or 1.0)


def _conduct(subject: Subject, candidate: Candidate, task: int, score: Score) -> Iterator[Mistake]:
    """What is wrong with how the grader behaved, whatever it paid."""

    def mistake(kind: str, cause: str, reason: str, detail: str = "") -> Mistake:
        return Mistake(kind, candidate, task, score, 0.0, reason, cause, detail)

    if score.fault in CRASHES:
        exception = score.detail.partition(":")[0].strip() if score.fault == "raised" else ""
        slug = f"{score.fault}{'_' + exception if exception.isidentifier() else ''}"
        yield mistake("crash", slug, _CRASH[score.fault], score.detail)
    elif score.fault == "nan":
        yield mistake("out_of_range", "not_finite", "a score has to be a finite number", score.detail)
    elif score.fault == "output":
        yield mistake("side_effect", "output", "it prints more than a log can take", f"{score.printed} bytes")
    low, high = subject.declared
    if score.value is not None and not score.fault:
        if high is not None and score.value > high + 1e-9:
            yield mistake("out_of_range", "above_range", f"{score.value:g} is above the declared {high:g}")
        if low is not None and score.value < low - 1e-9:
            yield mistake("out_of_range", "below_range", f"{score.value:g} is below the declared {low:g}")
    for effect in score.effects:
        if effect.kind not in IN_PASSING or effect.blocked:
            yield mistake("side_effect", f"effect_{effect.kind}", _EFFECT[effect.kind], effect.detail)


_CRASH = {
    "raised": "an exception in a reward function ends the training run, or is caught and paid as something else",
    "hung": "the call did not end within its time limit",
    "memory": "the call used more memory than it was given",
    "killed": "the call ended the process that it ran in",
    "shape": "it did not return one score per completion",
    "type": "what it returned is not a number",
}
_EFFECT = {
    "file": "grading a completion writes or removes files outside its folder",
    "network": "grading a completion opens network connections",
    "process": "grading a completion starts processes without end",
    "environment": "grading a completion changes the environment of the training process",
    "signal": "grading a completion signals other processes",
    "input": "grading a completion changes the task that it was given",
    "state": "grading a completion changes the state of the training process",
}
