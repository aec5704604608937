"""Merges groups that are one fault: what a fault that was found explains is no finding of its own."""

import re
from collections.abc import Callable, Iterable

from gyges.audit.findings.aliases import NOTHING
from gyges.audit.mistakes import Mistake
from gyges.audit.subject import Subject

Groups = dict[tuple[str, str], list[Mistake]]

_NEAR = (
    "number_in_part",
    "part_suffices",
    "answer_contained",
    "scrambled",
    "one_letter",
    "notation_misread",
    "from_prompt",
    "other_answer",
)
"""Causes whose candidates may be near the reference by chance."""
_CUT = ("part_suffices", "from_prompt", "other_answer")
_ENDING = ("last_number", "tolerance", "from_prompt", "other_answer", "scrambled")
_AFTER = ("first_answer", "extra_part", "answer_contained", "order_and_count", "part_suffices")
"""Causes whose candidates may be the right answer with more after it; the first one that is there names the fault."""
_AFTER_WORDS = ("hedged", "retracted", "negated", "shotgun", "buried", "first_counts")
_NOT_FINITE = re.compile(r"\b(?:nan|inf|infinity)\b", re.IGNORECASE)
SHARE = 4
"""Noise paid on fewer than one of this many tasks is paid by chance."""


def merge(subject: Subject, groups: Groups) -> None:
    """Moves mistakes to the group that explains them."""
    _within_tolerance(subject, groups)
    _cut_short(subject, groups)
    _ends_alike(subject, groups)
    _worded(groups)
    if not subject.learned.format.marked and not subject.opened.program:
        _followed(subject, groups)
    _by_chance(groups)
    if ("false_positive", "not_a_number") in groups:
        _move(groups, sorted(NOTHING), "not_a_number", lambda mistake: _NOT_FINITE.search(_said(mistake)) is not None)


def _within_tolerance(subject: Subject, groups: Groups) -> None:
    """Numbers that are no farther off than what the tolerance admits are the tolerance's, however they were made."""
    admitted = groups.get(("false_positive", "tolerance"), [])
    widest = max((_off(subject, mistake) or 0.0 for mistake in admitted), default=0.0)

    def near(mistake: Mistake) -> bool:
        off = _off(subject, mistake)
        return off is not None and off <= widest

    if admitted:
        _move(groups, _NEAR, "tolerance", near)


def _off(subject: Subject, mistake: Mistake) -> float | None:
    """How far the number that a completion gives is from the reference; None if either is none."""
    try:
        return abs(float(mistake.candidate.states or "") - float(subject.references[mistake.task]))
    except (KeyError, ValueError):
        return None


def _cut_short(subject: Subject, groups: Groups) -> None:
    """Where numbers are read in part, the beginning of the right one is paid wherever it came from."""

    def begins(mistake: Mistake) -> bool:
        stated, reference = (mistake.candidate.states or "").strip(), subject.references.get(mistake.task, "").strip()
        return bool(stated) and stated != reference and reference.startswith(stated)

    def opposite(mistake: Mistake) -> bool:
        pair = {(mistake.candidate.states or "").strip(), subject.references.get(mistake.task, "").strip()}
        return len(pair) == 2 and len({text.removeprefix("-") for text in pair}) == 1

    if ("false_positive", "number_in_part") in groups:
        _move(groups, _CUT, "number_in_part", begins)
    if ("false_positive", "sign_lost") in groups:
        _move(groups, ("number_in_part",), "sign_lost", opposite)


def _ends_alike(subject: Subject, groups: Groups) -> None:
    """Where more digits before the right ones are paid, whatever ends like the right answer is."""

    def ends(mistake: Mistake) -> bool:
        reference = subject.references.get(mistake.task, "").strip()
        return bool(reference) and mistake.candidate.completion.rstrip(" .\n").endswith(reference)

    def longer(mistake: Mistake) -> bool:
        reference = subject.references.get(mistake.task, "").strip()
        return ends(mistake) and bool(re.search(rf"\d{re.escape(reference)}[ .\n]*$", mistake.candidate.completion))

    if any(map(longer, groups.get(("false_positive", "number_in_part"), []))):
        _move(groups, _ENDING, "number_in_part", ends)


def _worded(groups: Groups) -> None:
    """Where a few words around the answer are refused, that many words are is no news."""
    strict = {mistake.task for mistake in groups.get(("contested", "notation"), []) if mistake.cause == "text_around"}
    key = ("false_negative", "window_misses_answer")
    late = groups.pop(key, [])
    kept = [mistake for mistake in late if mistake.task not in strict]
    if kept:
        groups[key] = kept
    if len(kept) < len(late):
        groups["contested", "notation"] += [mistake for mistake in late if mistake.task in strict]


def _followed(subject: Subject, groups: Groups) -> None:
    """Right answers with more behind them, whatever that is: what follows is not read."""
    followed = [
        slug
        for slug in (*_AFTER, *_AFTER_WORDS)
        if (group := groups.get(("false_positive", slug))) and all(_goes_on(subject, mistake) for mistake in group)
    ]
    if len(followed) > 1 and followed[0] in _AFTER[:3]:
        _move(groups, followed[1:], followed[0], lambda mistake: True)


def _goes_on(subject: Subject, mistake: Mistake) -> bool:
    judge = subject.judges.get(mistake.task)
    reference = _squeezed(subject.references.get(mistake.task, "")).rstrip(")]}")
    said = _squeezed(mistake.candidate.completion)
    return judge is not None and judge.name != "number" and bool(reference) and said.startswith(reference)


def _said(mistake: Mistake) -> str:
    return mistake.candidate.completion[:1000]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _by_chance(groups: Groups) -> None:
    """Where an answer counts in any frame, noise that is paid on a few tasks holds one by chance: that is no news."""
    anywhere = groups.get(("false_positive", "answer_anywhere"), [])
    tasks = len({mistake.task for mistake in anywhere})
    for slug in ("no_answer_paid", *sorted(NOTHING)):
        group = groups.get(("false_positive", slug), [])
        if len({mistake.task for mistake in group}) * SHARE <= tasks:
            kept = [mistake for mistake in group if not mistake.candidate.completion.strip()]
            groups.pop(("false_positive", slug), None)
            if kept:
                groups["false_positive", slug] = kept


def _move(groups: Groups, slugs: Iterable[str], to: str, suits: Callable[[Mistake], bool]) -> None:
    for slug in slugs:
        group = groups.get(("false_positive", slug), [])
        moved = [mistake for mistake in group if suits(mistake)]
        if not moved or slug == to:
            continue
        groups["false_positive", to].extend(moved)
        kept = [mistake for mistake in group if not suits(mistake)]
        if kept:
            groups["false_positive", slug] = kept
        else:
            del groups["false_positive", slug]
