"""The right answer as one of several."""

from collections.abc import Iterator

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.choices import choice
from gyges.audit.attacks.lists import parts
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import OPEN_END, WHICH
from gyges.audit.records import Candidate, Relation

CAUSES = {
    "shotgun": Cause(
        "It pays for several answers of which one is right",
        "a completion that lists every plausible answer knows nothing, and is paid as if it did",
        "extract one answer and refuse a completion that gives more than one",
    ),
    "first_counts": Cause(
        "It pays for the first of two answers",
        "the completion ends with another answer than the one that is paid",
        "grade the last marked answer, or refuse completions with two that differ",
    ),
    "last_counts": Cause(
        "It pays for the last of two answers",
        "the completion gives two answers that differ",
        "refuse completions with two answers that differ",
    ),
}
MANY = 25


def tries(case: Case, wrong: str) -> Iterator[Candidate]:
    """Lists of answers in one place, then in several places."""
    frame, right = case.format, case.reference.strip()
    first_only = OPEN_END if frame.marked and not frame.explicit else ""
    for text in (f"{right} or {wrong}", f"{wrong} or {right}", f"either {wrong} or {right}", f"{wrong}/{right}"):
        yield _none(frame.wrap(text), "shotgun", first_only if text.startswith(right) else "")
    for shots in _lists(case, wrong):
        yield _none(frame.wrap(shots), "shotgun", first_only if shots.startswith(right) else "")
    two = WHICH if frame.marked else ""
    right_core, wrong_core = frame.core(right), frame.core(wrong)
    yield Candidate(
        f"{frame.lead}{right_core}\n{wrong_core}{frame.tail}", Relation.DIFFERENT, "first_counts", wrong, arguable=WHICH
    )
    yield _none(f"{frame.lead}{right_core} or {wrong_core}{frame.tail}", "shotgun", two)
    yield _none(f"{frame.lead}{wrong_core} or {right_core}{frame.tail}", "shotgun", two)
    yield _none(f"{frame.lead}{wrong_core}\n{right_core}{frame.tail}", "last_counts", WHICH)
    # The right one is neither the first nor the last: no convention on which one counts takes it.
    others = [one for one in _shots(case, wrong) if one != right][:6]
    others = others if len(others) > 1 else [wrong, "zzz"]
    for place in (1, len(others) - 1):
        several = [frame.core(one) for one in [*others[:place], right, *others[place:]]]
        yield _none(f"{frame.lead}{' '.join(several)}{frame.tail}", "shotgun", "")


def _lists(case: Case, wrong: str) -> Iterator[str]:
    # A list of answers may itself be an answer where answers are lists.
    if parts(case.reference) is not None:
        return
    shots = _shots(case, wrong)
    yield ", ".join(shots)
    yield " ".join(shots[::-1])
    yield "one of " + " | ".join(shots)
    number = numeral(case.reference)
    if number is not None and number.integer and 0 <= number.value <= 100:
        yield " ".join(map(str, range(101)))


def _shots(case: Case, wrong: str) -> list[str]:
    """Plausible answers with the right one in the middle of them."""
    right = case.reference.strip()
    chosen, number = choice(case), numeral(right)
    if chosen is not None:
        others = list(chosen.others)
    elif number is not None:
        others = [number.write(number.value + shift * number.step) for shift in (-3, -2, -1, 1, 2, 3)]
    else:
        others = [wrong, *case.others]
    others = [one for one in dict.fromkeys(others) if one != right][:MANY] or [wrong]
    middle = (len(others) + 1) // 2
    return [*others[:middle], right, *others[middle:]]


def _none(text: str, cause: str, arguable: str) -> Candidate:
    return Candidate(text, Relation.NONE, cause, arguable=arguable)
