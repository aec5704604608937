"""Groups mistakes by root cause: what one change to the grader would mend is one finding."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from gyges.audit.findings.aliases import CONTAINING, NOTHING, OCCURRENCE, SURFACE, canonical
from gyges.audit.mistakes import FULL, PAID, Mistake
from gyges.audit.records import Relation
from gyges.audit.search.causes import CAUSES
from gyges.audit.subject import Subject

Groups = dict[tuple[str, str], list[Mistake]]
FARMED = frozenset({"length", "repetition", "length_pays", "verbosity"})


def grouped(subject: Subject, found: Sequence[Mistake]) -> Groups:
    """Mistakes by (kind, root cause)."""
    if not subject.references:
        return _of_surface(found)
    graded = _graded(found)
    nothing = _paid_for_nothing(found)
    anywhere = _anywhere(subject, found)
    groups: Groups = defaultdict(list)
    for mistake in found:
        if mistake.kind == "false_positive" and mistake.task in nothing:
            # Where noise is paid, it is no news that wrong answers are.
            groups["false_positive", nothing[mistake.task]].append(mistake)
        else:
            groups[root_cause(subject, mistake, graded, anywhere)].append(mistake)
    _within_tolerance(subject, groups)
    return dict(groups)


def _within_tolerance(subject: Subject, groups: Groups) -> None:
    """Numbers read in part that are no farther off than what the tolerance admits are the tolerance's."""
    admitted = groups.get(("false_positive", "tolerance"), [])
    partly = groups.get(("false_positive", "number_in_part"), [])
    if not admitted or not partly:
        return
    widest = max(_off(subject, mistake) or 0.0 for mistake in admitted)
    kept: list[Mistake] = []
    for mistake in partly:
        off = _off(subject, mistake)
        (admitted if off is not None and off <= widest else kept).append(mistake)
    if kept:
        groups["false_positive", "number_in_part"] = kept
    else:
        del groups["false_positive", "number_in_part"]


def _off(subject: Subject, mistake: Mistake) -> float | None:
    """How far the number that a completion gives is from the reference; None if either is none."""
    try:
        return abs(float(mistake.candidate.states or "") - float(subject.references[mistake.task]))
    except (KeyError, ValueError):
        return None


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
    return mistake.kind, mistake.cause


def _paid(subject: Subject, mistake: Mistake, graded: bool, anywhere: bool) -> tuple[str, str]:
    candidate, slug = mistake.candidate, canonical(mistake.cause)
    if slug == "answer_contained" and _numeric(subject, mistake.task) and not subject.facts.memberships:
        # Digits around the right ones, and nothing that searches for the reference: it is a pattern for numbers.
        slug = "number_in_part"
    if mistake.relative < FULL and (graded or candidate.relation is Relation.DIFFERENT):
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
    if candidate.arguable:
        return "contested", "outside_the_marker" if marked and (slug in OCCURRENCE or slug in CAUSES) else slug
    return "false_positive", slug


def mentions(subject: Subject, mistake: Mistake) -> bool:
    """Whether the reference stands in a completion as a word or number of its own."""
    reference = subject.references.get(mistake.task, "").strip()
    if not reference:
        return False
    return re.search(rf"(?<![\w.]){re.escape(reference)}(?![\w]|[.,]\d)", mistake.candidate.completion) is not None


def _anywhere(subject: Subject, found: Sequence[Mistake]) -> bool:
    """Whether an answer counts in whatever frame it stands."""
    frames = {mistake.cause for mistake in found if mistake.kind == "false_positive" and mistake.cause in OCCURRENCE}
    return subject.occurrence == "any" or len(frames) >= 3


def _refused(mistake: Mistake) -> tuple[str, str]:
    if mistake.candidate.arguable:
        return "contested", "notation"
    return "false_negative", mistake.cause


def _paid_for_nothing(found: Sequence[Mistake]) -> Mapping[int, str]:
    """Tasks on which completions without any answer are paid, and what to call that."""
    paid: dict[int, set[str]] = defaultdict(set)
    for mistake in found:
        if mistake.kind == "false_positive" and mistake.cause in NOTHING and not mistake.candidate.arguable:
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
        if mistake.kind == "false_positive" and PAID <= mistake.relative < FULL
    }
    others = any(
        mistake.candidate.relation is Relation.DIFFERENT and PAID <= mistake.relative < FULL
        for mistake in found
        if mistake.kind == "false_positive"
    )
    return others or len(between) > 2
