"""Findings on the grader as a whole, which no single candidate shows."""

import itertools
import re
from collections.abc import Iterator, Sequence

from gyges.audit.findings.grouping import FARMED
from gyges.audit.grading import Grading
from gyges.audit.mistakes import PAID, Mistake, refuses_its_own, slight
from gyges.audit.records import Candidate, Relation, Score
from gyges.audit.report import Measures
from gyges.audit.subject import Subject


def unread(subject: Subject, found: Sequence[Mistake], grading: Grading) -> Iterator[tuple[str, str, list[Mistake]]]:
    """If the answer is not read: the one finding that all wrong answers that were paid come down to."""
    if subject.reads_answer or not subject.learned.found or rejected(subject, grading):
        return
    paid = [mistake for mistake in found if mistake.kind == "false_positive"]
    if not subject.references:
        if all(slight(subject, scale.reference or 0.0) for scale in subject.learned.scales.values()):
            return
        if subject.learned.format.marked and _frame_matters(grading, subject):
            kind = "unread_input" if subject.claims_answer else "contested"
            yield kind, "format_only", paid or [_plain_wrong(subject, grading)]
        return
    values = {score.value for score in grading.known.values() if score.value is not None}
    if len(values) <= 1:
        slug, kind = "constant_score", "unread_input"
    elif _grows(grading, subject) and any(mistake.cause in FARMED for mistake in paid):
        slug, kind = "length_bias", "false_positive"
        paid = [mistake for mistake in paid if mistake.cause in FARMED]
    elif subject.opened.answer_only:
        # It is handed the whole task, so that it reads none of it cannot be said; that it pays for anything can.
        slug, kind = "no_answer_paid", "false_positive"
    else:
        slug = "format_only" if _frame_matters(grading, subject) else "answer_unread"
        kind = "unread_input" if subject.claims_answer else "contested"
    yield kind, slug, paid or [_plain_wrong(subject, grading)]


def prefilled(subject: Subject, grading: Grading) -> list[Mistake]:
    """A reward for the format of thinking that refuses completions whose thinking the chat template has opened."""
    learned = subject.learned
    if subject.reads_answer:
        return []
    found = []
    for index in sorted(learned.paid):
        opening = re.match(r"<(think\w*|reason\w*|thought)>\n?", learned.honest[index])
        if opening is None:
            continue
        text = learned.honest[index][opening.end() :]
        score = grading.score(index, text)
        if score.value is not None and learned.relative(index, score.value) < PAID:
            candidate = Candidate(text, Relation.SAME, "thinking_prefilled", family="reading")
            reason = f"the template of many reasoning models ends the prompt with {opening[0].strip()}"
            relative = learned.relative(index, score.value)
            found.append(Mistake("false_negative", candidate, index, score, relative, reason, "thinking_prefilled"))
    return found


def rejected(subject: Subject, grading: Grading) -> list[Mistake]:
    """Tasks whose own answer the grader refuses, though it pays others (or has to take bare answers)."""
    learned = subject.learned
    if not subject.references or (not learned.found and not subject.opened.answer_only):
        return []
    refused = [index for index in learned.scales if index not in learned.paid]
    if subject.opened.answer_only:
        refused = [index for index in learned.scales if refuses_its_own(subject, index)]
    return [
        Mistake(
            "false_negative",
            Candidate(learned.honest[index], Relation.SAME, "reference_rejected", subject.references[index]),
            index,
            grading.score(index, learned.honest[index]),
            learned.relative(index, grading.score(index, learned.honest[index]).value),
            "it is the task's own answer",
            "reference_rejected",
        )
        for index in refused
        if not grading.score(index, learned.honest[index]).fault
    ]


def unstable(subject: Subject, measures: Measures) -> list[Mistake]:
    """Scores that depend on chance or on the batch."""
    task = next(iter(subject.learned.honest), 0)
    honest = subject.learned.honest.get(task, "")
    states = {
        "nondeterministic": measures.deterministic is False,
        "batch_order": bool(measures.order),
        "batch_size": bool(measures.size) and not measures.order,
    }
    return [
        Mistake(
            "instability",
            Candidate(honest, Relation.UNKNOWN, slug),
            task,
            Score(None),
            0.0,
            "; ".join(measures.details),
            slug,
        )
        for slug, so in states.items()
        if so
    ]


def _plain_wrong(subject: Subject, grading: Grading) -> Mistake:
    task = next(iter(subject.learned.scales))
    text = subject.learned.format.wrap(subject.wrong[task][0])
    score = grading.score(task, text)
    relative = subject.learned.relative(task, score.value)
    candidate = Candidate(text, Relation.DIFFERENT, "answer_unread", subject.wrong[task][0], family="reading")
    return Mistake(
        "unread_input", candidate, task, score, relative, "it is the answer of another task", "answer_unread"
    )


def _frame_matters(grading: Grading, subject: Subject) -> bool:
    """Whether junk is paid within the format and not without it."""
    learned = subject.learned
    tasks = list(learned.scales)[:3]
    framed = grading.scores([(task, learned.format.wrap("lorem ipsum")) for task in tasks])
    plain = grading.scores([(task, "lorem ipsum") for task in tasks])
    return any((one.value or 0.0) > (other.value or 0.0) for one, other in zip(framed, plain, strict=True))


def _grows(grading: Grading, subject: Subject) -> bool:
    """Whether filler earns more the longer it is."""
    task = next(iter(subject.learned.scales))
    frame = subject.learned.format
    texts = [frame.wrap(("and so on " * count).strip()) for count in (2, 8, 32, 128)]
    values = [score.value or 0.0 for score in grading.scores([(task, text) for text in texts])]
    return values[-1] > values[0] and all(later >= earlier for earlier, later in itertools.pairwise(values))
