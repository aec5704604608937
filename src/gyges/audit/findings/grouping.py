"""Groups mistakes by root cause: what one change to the grader would mend is one finding."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gyges.audit.findings.aliases import CONTAINING, NOTHING, OCCURRENCE, SURFACE, canonical
from gyges.audit.findings.merging import Groups, merge
from gyges.audit.mistakes import PAID, Mistake
from gyges.audit.records import Relation
from gyges.audit.search.causes import CAUSES
from gyges.audit.subject import Subject

WHOLE = 1 - 1e-6
"""Paid as much as the reference, but for what floating-point arithmetic loses."""
VALUES = 8
"""Different scores between wrong and right on one task, from more of which on a scorer gives marks."""
FARMED = frozenset({"length", "repetition", "length_pays", "verbosity"})


def grouped(subject: Subject, found: Sequence[Mistake], scores: Iterable[tuple[int, float]] = ()) -> Groups:
    """Mistakes by (kind, root cause).

    **Arguments:** `scores`: task and value of every score that is known.
    """
    if not subject.references:
        return _of_surface(found)
    graded = _graded(found)
    nothing = _paid_for_nothing(subject, found)
    marks = _gives_marks(subject, scores)
    anywhere = _anywhere(subject, found, graded or marks)
    groups: Groups = defaultdict(list)
    for mistake in found:
        if mistake.kind == "false_positive" and mistake.task in nothing:
            # Where noise is paid, it is no news that wrong answers are.
            groups["false_positive", nothing[mistake.task]].append(mistake)
        else:
            part = graded or (marks and canonical(mistake.cause) not in SURFACE | NOTHING)
            groups[root_cause(subject, mistake, part, anywhere)].append(mistake)
    groups = dict(groups)
    merge(subject, groups)
    return groups


def _of_surface(found: Sequence[Mistake]) -> Groups:
    """Without references, all that is paid for its looks is one fault, named after length if that is among them."""
    groups: Groups = defaultdict(list)
    for mistake in found:
        slug = canonical(mistake.cause) if mistake.kind == "false_positive" else mistake.cause
        groups[mistake.kind, "surface" if mistake.kind == "false_positive" and slug in SURFACE else slug].append(
            mistake
        )
    paid = groups.pop(("false_positive", "surface"), [])
    lengthy = [mistake for mistake in paid if canonical(mistake.cause) == "length_bias"]
    if paid:
        groups["false_positive", "length_bias" if lengthy else "surface_features"] = lengthy or paid
    return dict(groups)


def root_cause(subject: Subject, mistake: Mistake, graded: bool, anywhere: bool) -> tuple[str, str]:
    """Kind and root cause of one mistake, given what is known of the grader."""
    if mistake.kind == "false_positive":
        return _paid(subject, mistake, graded, anywhere)
    if mistake.kind == "false_negative":
        return _refused(mistake)
    if subject.opened.program and mistake.candidate.relation is not Relation.SAME:
        # What a candidate does is not the grader's doing; that it can is for its author to weigh.
        if mistake.kind == "side_effect":
            return "contested", "candidates_unconfined"
        if mistake.score.fault == "hung":
            return "contested", "slow_to_refuse"
    return mistake.kind, mistake.cause


def _paid(subject: Subject, mistake: Mistake, graded: bool, anywhere: bool) -> tuple[str, str]:
    candidate, slug = mistake.candidate, canonical(mistake.cause)
    if slug == "answer_contained" and _numeric(subject, mistake.task) and not subject.facts.memberships:
        # Digits around the right ones, and nothing that searches for the reference: it is a pattern for numbers.
        slug = "number_in_part"
    if mistake.relative < WHOLE and (graded or candidate.relation is Relation.DIFFERENT):
        return "contested", "partial_credit"
    marked = subject.learned.format.marked
    mentioned = slug in OCCURRENCE or (slug not in CONTAINING and mentions(subject, mistake))
    if mentioned and not marked and not subject.opened.program:
        if subject.occurrence in ("first", "last"):
            typed = "number" if _numeric(subject, mistake.task) else "answer"
            return "false_positive", f"{subject.occurrence}_{typed}"
        if anywhere:
            return "false_positive", "answer_anywhere"
    if slug in CONTAINING and not marked and subject.occurrence == "any":
        return "false_positive", "answer_anywhere"
    if candidate.arguable or (slug in CAUSES and candidate.relation is not Relation.DIFFERENT):
        return "contested", "outside_the_marker" if marked and (slug in OCCURRENCE or slug in CAUSES) else slug
    return "false_positive", slug


def mentions(subject: Subject, mistake: Mistake) -> bool:
    """Whether the reference stands in a completion as a word or number of its own."""
    reference = subject.references.get(mistake.task, "").strip()
    if not reference:
        return False
    return re.search(rf"(?<![\w.]){re.escape(reference)}(?![\w]|[.,]\d)", mistake.candidate.completion) is not None


def _holds(subject: Subject, mistake: Mistake) -> bool:
    """Whether a completion has the reference in it, be it within another word: what finds it there is another fault."""
    reference = subject.references.get(mistake.task, "").strip().casefold()
    return bool(reference) and reference in mistake.candidate.completion.casefold()


def _anywhere(subject: Subject, found: Sequence[Mistake], marks: bool) -> bool:
    """Whether an answer counts in whatever frame it stands: in full, where a scorer gives marks for words shared."""
    frames = {
        mistake.cause
        for mistake in found
        if mistake.kind == "false_positive"
        and mistake.cause in OCCURRENCE
        and not (marks and (mistake.relative < WHOLE or mistake.candidate.arguable))
    }
    return (subject.occurrence == "any" and not marks) or len(frames) >= 3


def _refused(mistake: Mistake) -> tuple[str, str]:
    if mistake.candidate.arguable:
        return "contested", "notation"
    return "false_negative", mistake.cause


def _paid_for_nothing(subject: Subject, found: Sequence[Mistake]) -> Mapping[int, str]:
    """Tasks on which completions without any answer are paid, and what to call that."""
    paid: dict[int, set[str]] = defaultdict(set)
    for mistake in found:
        empty = mistake.cause in NOTHING or canonical(mistake.cause) in SURFACE
        sure = mistake.candidate.relation is Relation.NONE and not mistake.candidate.arguable
        if mistake.kind == "false_positive" and empty and sure and not _holds(subject, mistake):
            paid[mistake.task].add(mistake.cause)
    # One kind of emptiness alone has its own name (the prompt repeated, say); noise stands for them all.
    whole = {task: causes for task, causes in paid.items() if "gibberish" in causes or len(causes) > 2}
    return dict.fromkeys(whole, "no_answer_paid")


def _numeric(subject: Subject, task: int) -> bool:
    judge = subject.judges.get(task)
    return judge is not None and judge.name == "number"


def _graded(found: Sequence[Mistake]) -> bool:
    """Whether wrong answers earn a part of what the right one does: then so may anything that shares a part with it."""
    between = {
        round(mistake.relative, 3)
        for mistake in found
        if mistake.kind == "false_positive" and PAID <= mistake.relative < WHOLE
    }
    others = any(
        mistake.candidate.relation is Relation.DIFFERENT and PAID <= mistake.relative < WHOLE
        for mistake in found
        if mistake.kind == "false_positive"
    )
    return others or len(between) > 2


def _gives_marks(subject: Subject, scores: Iterable[tuple[int, float]]) -> bool:
    """Whether completions of one task earn so many different scores that nearness must be what is measured."""
    between: dict[int, set[float]] = defaultdict(set)
    for task, value in scores:
        if task in subject.learned.scales and subject.learned.scales[task].contrast:
            relative = subject.learned.relative(task, value)
            if 0.02 < relative < 0.98:
                between[task].add(round(relative, 2))
    return any(len(values) > VALUES for values in between.values())
