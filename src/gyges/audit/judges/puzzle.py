"""Judges puzzles in which given numbers have to be joined into an expression that reaches a target."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gyges.audit.judges import formulas
from gyges.audit.judges.base import Judge
from gyges.audit.judges.notation import LONGEST, plain
from gyges.audit.judges.quantities import readings
from gyges.audit.records import Task, Truth

_NUMBERS = ("numbers", "nums", "digits", "cards", "operands")
_TARGETS = ("target", "goal", "target_number", "target_value")
_LISTED = re.compile(
    r"(?:numbers?|using|use|cards?|digits?)\b[^\d\[\n-]{0,40}[\[(]?\s*(\d+(?:\s*,\s*(?:and\s+)?\d+"
    r"|\s+and\s+\d+|\s+\d+)+)",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"(?:\bmake|\breach|\bequals?|\bobtain|\bget|\bcalculate|\bform|\btarget(?: (?:number|value))?(?: of| is"
    r"|:)?|\bresult(?:s in|ing in)"
    r"|\bevaluates? to|\bgives?)\s*:?\s*(\d+)(?![\d.,]*\d)",
    re.IGNORECASE,
)
_MAKING = re.compile(r"\bexpression|\bequation|\bnumbers?\b|\bcountdown|\b24\b|\bmake\b", re.IGNORECASE)
_ALL = re.compile(
    r"\ball (?:of )?(?:the|these|the given|given|four|five|six)?\s*numbers|\bexactly once|\bevery number"
    r"|\beach (?:number|card)[^.\n]{0,20} must|must use (?:all|each|every)|\ball \d+ numbers"
    r"|(?<!only )(?<!can )\buse each\b(?! (?:number|card)?[^.\n]{0,10}at most)",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\bsome (?:or all )?of|\ba subset|not (?:have|need) to use (?:all|every)|\bany of the (?:numbers"
    r"|following)|needn't use",
    re.IGNORECASE,
)
_OPERATORS = re.compile(r"operat\w+[^.\n]{0,40}?([-+*/×÷,()\s−and]{5,})", re.IGNORECASE)


@dataclass(frozen=True)
class Puzzle:
    """What is given and what is wanted."""

    numbers: tuple[Fraction, ...]
    target: Fraction
    all_used: bool | None
    """Whether every number has to be used, None if that is not said."""
    basic: bool
    """Whether the prompt says that nothing but + - * / may be used."""


class Puzzles(Judge):
    """Expressions that must reach a target from given numbers: evaluated exactly, and their numbers counted."""

    name = "puzzle"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        return 1.0 if read(task, reference) is not None else 0.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        puzzle = read(task, reference)
        return Truth.UNSURE if puzzle is None else judged(stated, puzzle)


def judged(stated: str, puzzle: Puzzle) -> Truth:
    """Whether an expression solves a puzzle."""
    text = plain(stated)
    if len(stated) > LONGEST:
        return Truth.UNSURE
    if not re.search(r"\d", text):
        return Truth.WRONG
    left, equals, right = text.partition("=")
    try:
        tree = formulas.parse(left)
        used, odd = Counter[Fraction](), _odd(left)
        for node in _leaves(tree):
            used[node.value] += 1
        value = formulas.value_of(tree)
    except ZeroDivisionError:
        return Truth.WRONG
    except formulas.Unreadable:
        return Truth.UNSURE
    given = Counter(puzzle.numbers)
    if value != puzzle.target or used - given:
        return Truth.WRONG
    if equals and readings(right) and readings(right)[0].value != puzzle.target:
        return Truth.WRONG
    if "**" in left or "^" in left or "!" in left:
        return Truth.WRONG if puzzle.basic else Truth.UNSURE
    if used != given:
        return {True: Truth.WRONG, False: Truth.RIGHT, None: Truth.UNSURE}[puzzle.all_used]
    return Truth.UNSURE if odd or equals else Truth.RIGHT


def read(task: Task, reference: str) -> Puzzle | None:
    """The puzzle of a task, None if it is none or its constraint cannot be read."""
    if not _MAKING.search(task.text[:20_000]):
        return None
    tree = _expression(reference)
    for numbers, target in _stated(task):
        if tree is None:
            # The reference is the target itself, or the puzzle written down as data.
            found = readings(reference)
            if reference.strip() and (not found or found[0].value != target) and not re.search(r"target", reference):
                continue
            return Puzzle(numbers, target, _all_used(task, None), _basic(task))
        used = Counter(node.value for node in _leaves(tree))
        try:
            reached = formulas.value_of(tree) == target
        except (formulas.Unreadable, ZeroDivisionError):
            continue
        # A reading under which the reference is no solution was not what the task says.
        if reached and not used - Counter(numbers):
            return Puzzle(numbers, target, _all_used(task, used == Counter(numbers)), _basic(task))
    return None


def _expression(reference: str) -> formulas.Node | None:
    """The reference as a sum with at least two numbers."""
    try:
        tree = formulas.parse(reference.partition("=")[0]) if len(reference) < LONGEST else None
    except formulas.Unreadable:
        return None
    return tree if tree is not None and len(list(_leaves(tree))) > 1 and not tree.symbols() else None


def _stated(task: Task) -> Iterator[tuple[tuple[Fraction, ...], Fraction]]:
    """Numbers and targets: from the columns, from the prompt, and from one with the other."""
    columns = [task.columns, *_nested(task.columns), *([task.answer] if isinstance(task.answer, Mapping) else [])]
    lists = [tuple(map(Fraction, row[key])) for row in columns for key in _NUMBERS if _plain_list(row.get(key))]
    aims = [Fraction(row[key]) for row in columns for key in _TARGETS if _plain_number(row.get(key))]
    text = task.text[-4000:]
    told = [tuple(Fraction(one) for one in re.findall(r"\d+", found[1])) for found in _LISTED.finditer(text)]
    wanted = [Fraction(found[1]) for found in _AIM.finditer(text)]
    for aim in aims or wanted:
        for numbers in lists or told:
            yield numbers, aim


def _nested(columns: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for value in columns.values():
        if isinstance(value, Mapping):
            yield value
            yield from (inner for inner in value.values() if isinstance(inner, Mapping))


def _plain_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and 1 < len(value) <= 30 and all(map(_plain_number, value))


def _plain_number(value: Any) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"-?\d{1,12}", value))
    return isinstance(value, int) and not isinstance(value, bool)


def _all_used(task: Task, by_reference: bool | None) -> bool | None:
    if by_reference is False or _SOME.search(task.text):
        return False
    return True if _ALL.search(task.text) else None


def _basic(task: Task) -> bool:
    listed = _OPERATORS.search(task.text)
    return bool(listed) and all(sign in plain(listed[1]) for sign in "+-*/") if listed else False


def _leaves(tree: formulas.Node) -> Iterator[formulas.Node]:
    if tree.kind == "number":
        yield tree
    for part in tree.parts:
        yield from _leaves(part)


def _odd(text: str) -> bool:
    """What some would not accept as written: 7.0, 07, 2(3 + 4)."""
    return bool(re.search(r"(?<![\d.])0\d|\d\.|\.\d|\d[eE]\d|\||[\d)]\s*\(|\)\s*\d", text))
