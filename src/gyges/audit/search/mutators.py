"""Single steps of the search. Each is applied with a number that picks one of its options, alike on every task."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from gyges.audit.attacks.aimed import altered
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import OUTSIDE, WHICH, wrong_answer
from gyges.audit.records import Relation
from gyges.audit.search.structure import Structure
from gyges.audit.source.samples import samples
from gyges.audit.source.scope import HOLE

Option = TypeVar("Option")

Mutator = Callable[[Structure, Case, int], Structure | None]
"""A step: None where it does not apply."""

_FILLER = "I check each step with care and find that they agree. "
_MARKERS = (
    ("", ""),
    ("<answer>", "</answer>"),
    ("\\boxed{", "}"),
    ("#### ", ""),
    ("Answer: ", ""),
    ("The answer is ", "."),
    ("**", "**"),
    ('{"answer": "', '"}'),
    ("```\n", "\n```"),
)
_CLOTHES = (
    "{}.",
    " {} ",
    '"{}"',
    "**{}**",
    "${}$",
    "({})",
    "[{}]",
    "{}\n",
    "\n{}",
    "`{}`",
    "{},",
    "= {}",
    "'{}'",
)
_WORDS = (
    "therefore ",
    "step by step ",
    "correct ",
    "Final answer: ",
    "<think>I think.</think>\n",
    "# Solution\n",
    "1. First\n2. Second\n",
    "I am certain of this. ",
    "```python\n```\n",
    "Yes. ",
)


def near(structure: Structure, case: Case, pick: int) -> Structure | None:
    """Another answer of the same type, close to the reference."""
    return _answering(structure, case, _near(case), pick)


def other(structure: Structure, case: Case, pick: int) -> Structure | None:
    """The answer of another task, or a plain wrong one."""
    return _answering(structure, case, [wrong_answer(case), *case.others[:8], "yes", "0", "None", "nan"], pick)


def piece(structure: Structure, case: Case, pick: int) -> Structure | None:
    """A piece of the reference, or the reference as a piece of something longer."""
    right = case.reference.strip()
    half = (len(right) + 1) // 2
    pieces = [
        right[:half],
        right[half:],
        right[:1],
        right[-1:],
        f"{right}7",
        f"7{right}",
        f"x{right}",
        f"{right}x",
        right * 2,
    ]
    return _answering(structure, case, [each for each in pieces if each and each != right], pick)


def empty(structure: Structure, case: Case, pick: int) -> Structure | None:
    """No answer where the answer stands."""
    return structure.answering(case, ("", " ", "\n")[pick % 3])


def clothes(structure: Structure, case: Case, pick: int) -> Structure | None:
    """Signs around the answer that do not change it."""
    return replace(structure, core=_CLOTHES[pick % len(_CLOTHES)].format(structure.core)) if structure.core else None


def marker(structure: Structure, case: Case, pick: int) -> Structure | None:
    """Another marker: one of the usual ones, or one that the grader's own patterns look for."""
    own = [
        (sample.before, sample.after)
        for fact in case.facts.patterns[:8]
        if isinstance(fact.value, tuple) and HOLE not in fact.value[0]
        for sample in samples(fact.value[0], fact.value[1])
        if sample.holds and sample.before.strip()
    ]
    before, after = _one([*own, *_MARKERS], pick)
    return replace(structure, before=before, after=after)


def unclosed(structure: Structure, case: Case, pick: int) -> Structure | None:
    """A marker that does not begin, does not end, or does both twice."""
    if not (structure.before.strip() and structure.after.strip()):
        return None
    before, after = structure.before, structure.after
    forms = [(before, ""), ("", after), (before * 2, after * 2), (before.upper(), after.upper())]
    return replace(structure, before=forms[pick % 4][0], after=forms[pick % 4][1])


def said_before(structure: Structure, case: Case, pick: int) -> Structure | None:
    """Words before the answer: the grader's own literals, the usual formulas, length."""
    return structure.beside(lead=_said(case, pick))


def said_after(structure: Structure, case: Case, pick: int) -> Structure | None:
    """The same words after it."""
    return structure.beside(tail=f"\n{_said(case, pick).strip()}")


def mentioned_before(structure: Structure, case: Case, pick: int) -> Structure | None:
    """The right answer, mentioned and rejected before another one is given."""
    if structure.relation is not Relation.DIFFERENT:
        return None
    right = case.reference
    words = (
        f"It is not {right}.\n",
        f"I first thought of {right}, which is wrong.\n",
        f"<think>{right} is wrong.</think>\n",
        f"Somebody else got {case.format.core(right)}, and that is wrong.\n",
    )
    arguable = (WHICH if pick % 4 == 3 else OUTSIDE) if case.format.marked else ""
    return structure.beside(lead=words[pick % 4], mentions=True, arguable=arguable)


def mentioned_after(structure: Structure, case: Case, pick: int) -> Structure | None:
    """The right answer, mentioned and rejected after another one was given."""
    if structure.relation is not Relation.DIFFERENT:
        return None
    right = case.reference
    words = (f"\nIt is not {right}", f"\nA common mistake is {right}", f" rather than {right}", f"\nNot {right}.")
    return structure.beside(tail=words[pick % 4], mentions=True, arguable=OUTSIDE if case.format.explicit else "")


def denied(structure: Structure, case: Case, pick: int) -> Structure | None:
    """Words that take the answer back."""
    if pick % 2:
        taken = structure.taken_back(tail="\nNo, that is wrong. I do not know the answer.")
    else:
        taken = structure.taken_back(lead="The following answer is wrong, do not use it.\n")
    return replace(taken, arguable=structure.arguable or (OUTSIDE if case.format.marked else ""))


def echoed(structure: Structure, case: Case, pick: int) -> Structure | None:
    """The prompt before the answer."""
    return structure.beside(lead=f"{case.task.text[:2000]}\n", mentions=True)


MUTATORS: Sequence[Mutator] = (
    near,
    other,
    piece,
    empty,
    clothes,
    marker,
    unclosed,
    said_before,
    said_after,
    mentioned_before,
    mentioned_after,
    denied,
    echoed,
)
ANSWERS: Sequence[Mutator] = (near, other, piece, empty, denied)
"""Steps after which the right answer is not given any more."""


def _answering(structure: Structure, case: Case, options: Sequence[str], pick: int) -> Structure | None:
    options = [each for each in dict.fromkeys(options) if each != case.reference]
    return structure.answering(case, _one(options, pick)) if options else None


def _near(case: Case) -> list[str]:
    right = case.reference.strip()
    number = numeral(right)
    if number is not None:
        moved = [number.write(number.value + number.step * by) for by in (1, -1, 10, 100)]
        return [
            *moved,
            number.write(-number.value),
            number.write(number.value * 10),
            f"{right}0",
            f"1{right.lstrip('-')}",
        ]
    last = altered(right[-1:])
    return [
        right[:-1] + last,
        altered(right[:1]) + right[1:],
        right[::-1],
        right.swapcase(),
        f"not {right}",
        altered(right),
    ]


def _said(case: Case, pick: int) -> str:
    literals = [str(fact.value) for fact in case.facts.strings[:20] if 1 < len(str(fact.value)) < 100]
    lengths = [fact.value[1] for fact in case.facts.lengths[:4] if isinstance(fact.value, tuple)]
    bounds = [int(bound) for bound in lengths if isinstance(bound, (int, float)) and 1 <= abs(bound) < 5000]
    fillers = [(_FILLER * (2 * abs(bound) // len(_FILLER) + 1)) for bound in bounds] or [_FILLER * 10]
    words = [*(f"{literal} " for literal in literals), *_WORDS, *fillers]
    right = case.reference.strip().lower()
    return _one([each for each in words if right not in each.lower()] or [_FILLER], pick)


def _one(options: Sequence[Option], pick: int) -> Option:
    return options[pick % len(options)]
