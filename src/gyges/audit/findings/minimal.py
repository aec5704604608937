"""Makes an exploit small, and finds the line of the grader that lets it through."""

from dataclasses import replace

from gyges.audit.findings.aliases import OCCURRENCE
from gyges.audit.grading import Grading
from gyges.audit.mistakes import PAID, Confirm, Mistake
from gyges.audit.records import Call, Relation, Truth
from gyges.audit.search.shrink import shrink
from gyges.audit.source import responsible
from gyges.audit.subject import Subject

LIMIT = 300
"""Calls of the grader that one exploit may cost to be made small."""
SHRUNK = ("false_positive", "crash", "out_of_range", "unread_input")


def minimise(grading: Grading, subject: Subject, mistake: Mistake, confirm: Confirm) -> Mistake:
    """The smallest mistake of the same kind that can be had from one; the judge has to agree at each step."""
    if (
        mistake.kind not in SHRUNK
        or _worded(subject, mistake)
        or subject.opened.program
        or mistake.score.fault in ("hung", "memory", "killed")
    ):
        return mistake

    def still(texts: list[str]) -> list[bool]:
        scores = grading.scores([(mistake.task, text) for text in texts])
        return [_same(subject, mistake, text, score, confirm) for text, score in zip(texts, scores, strict=True)]

    text = shrink(mistake.candidate.completion, still, LIMIT)
    score = grading.score(mistake.task, text)
    relative = subject.learned.relative(mistake.task, score.value) if mistake.task in subject.learned.scales else 0.0
    return replace(mistake, candidate=replace(mistake.candidate, completion=text), score=score, relative=relative)


def _worded(subject: Subject, mistake: Mistake) -> bool:
    """Whether the completion turns down an answer in words by reusing the reference's own.

    Words taken out of such a denial can leave an affirmation that no judge knows for one.
    """
    if mistake.kind != "false_positive":
        return False
    if mistake.candidate.cause in OCCURRENCE:
        return mistake.candidate.relation is Relation.NONE
    words = set(subject.references.get(mistake.task, "").casefold().split())
    return mistake.candidate.relation is Relation.NONE and bool(
        words & set(mistake.candidate.completion.casefold().split())
    )


def _same(subject: Subject, mistake: Mistake, text: str, score: object, confirm: Confirm) -> bool:
    value, fault = getattr(score, "value", None), getattr(score, "fault", "")
    if mistake.kind == "crash":
        return bool(fault == mistake.score.fault and getattr(score, "line", "") == mistake.score.line)
    if value is None:
        return False
    if mistake.kind == "out_of_range":
        low, high = subject.declared
        return (high is not None and value > high + 1e-9) or (low is not None and value < low - 1e-9)
    if subject.learned.relative(mistake.task, value) < max(PAID, 0.999 * min(mistake.relative, 1.0)):
        return False
    states = mistake.candidate.states
    if states is not None and states not in text:
        return False
    return confirm(replace(mistake.candidate, completion=text), mistake.task)[0] is Truth.WRONG


def blame(grading: Grading, subject: Subject, mistake: Mistake) -> str:
    """FILE:LINE of the grader that is responsible for a mistake, where that can be known."""
    if mistake.score.line:
        return mistake.score.line
    for effect in mistake.score.effects:
        if effect.line:
            return effect.line
    if not subject.opened.files or mistake.kind == "instability":
        return ""
    honest = subject.learned.honest.get(mistake.task, "")
    refused = subject.learned.format.wrap(next(iter(subject.wrong.get(mistake.task, ())), "lorem ipsum"))
    other = honest if mistake.kind == "false_negative" else refused
    calls = [Call((mistake.task,), (text,), trace=True) for text in (mistake.candidate.completion, other)]
    (exploit,), (plain,) = grading.call(calls)
    return responsible(subject.opened.files, exploit.covered, plain.covered, mistake.candidate.line)
