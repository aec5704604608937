"""Judges choices: one of a few answers that are all known, so that any other text is wrong."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Self

from gyges.audit.judges.base import Judge
from gyges.audit.judges.notation import unwrapped, words
from gyges.audit.judges.quantities import readings
from gyges.audit.records import Task, Truth

MOST = 10
"""Members of a set that is inferred from the references."""
PER_MEMBER = 3
"""Tasks for each member on average, before a set counts as closed."""
LONGEST = 2000
_PAIRS = (frozenset({"true", "false"}), frozenset({"yes", "no"}))
_AFFIRMATIVE = frozenset({"true", "yes", "correct", "1", "t", "y"})
_NEGATIVE = frozenset({"false", "no", "incorrect", "0", "f", "n"})
_OPTION = re.compile(r"(?:^|\n|\s)\(?([A-J])(?:[).:]|\s?[-–])\s+([^\n]{1,200}?)(?=\s+\(?[A-J][).:]\s|\n|$)")
_LETTER = re.compile(r"\(?([A-Ja-j])\)?[.:)]?")
_LED = re.compile(r"(?:option|choice|answer|letter)\s+", re.IGNORECASE)


class Choices(Judge):
    """Letters, true and false, yes and no, and closed sets that all references together show."""

    name = "choice"

    def __init__(self, members: Sequence[str] = ()) -> None:
        self._closed = frozenset(fold(member) for member in members)

    @classmethod
    def for_tasks(cls, tasks: Sequence[Task], references: Sequence[str]) -> Self:
        return cls(closed_set(references))

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        folded = fold(reference)
        if any(folded in pair for pair in _PAIRS):
            return 0.9
        letter = _LETTER.fullmatch(reference.strip())
        return 0.9 if letter and letter[1].upper() in options(task.text) else 0.0

    def fits(self, task: Task, reference: str) -> float:
        return 0.85 if fold(reference) in self._closed else self.suits(task, reference)

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        wanted = fold(reference)
        if stated.strip() == reference.strip():
            return Truth.RIGHT
        if len(stated) > LONGEST:
            return Truth.UNSURE
        text = _LED.sub("", unwrapped(stated), count=1) if _LED.match(unwrapped(stated)) else stated
        given = fold(text)
        offered = options(task.text)
        if given == wanted:
            return Truth.RIGHT
        if wanted.upper() in offered:
            return _letter(text, wanted.upper(), offered)
        if given in self._members(wanted):
            return Truth.WRONG
        if (wanted in _AFFIRMATIVE and given in _AFFIRMATIVE) or (wanted in _NEGATIVE and given in _NEGATIVE):
            return Truth.UNSURE
        said = f" {' '.join(words(given))} "
        return Truth.UNSURE if f" {' '.join(words(wanted))} " in said else Truth.WRONG

    def rivals(self, task: Task, reference: str) -> frozenset[str]:
        letters = frozenset(letter.casefold() for letter in options(task.text))
        wanted = fold(reference)
        return (letters if wanted in letters else self._members(wanted)) - {wanted}

    def _members(self, wanted: str) -> frozenset[str]:
        return self._closed.union(*(pair for pair in _PAIRS if wanted in pair))


def fold(text: str) -> str:
    """A choice without case, brackets and punctuation."""
    return " ".join(unwrapped(text[: LONGEST + 1]).casefold().split()).strip(" .,;:!?\"'`*()[]")


def options(prompt: str) -> dict[str, str]:
    """The options that a prompt offers by letter; empty unless there are at least two, A first."""
    found: dict[str, str] = {}
    for letter, text in _OPTION.findall(prompt[:20_000]):
        if letter == "ABCDEFGHIJ"[len(found) : len(found) + 1]:
            found[letter] = text.strip()
    return found if len(found) > 1 else {}


def closed_set(references: Sequence[str]) -> tuple[str, ...]:
    """The members of the closed set that the references come from; empty if they do not look like one."""
    counted = Counter(fold(reference) for reference in references if reference.strip())
    lettered = all(len(member) == 1 and member.isalpha() for member in counted)
    few = 1 < len(counted) <= MOST and sum(counted.values()) >= PER_MEMBER * len(counted)
    short = all(member and len(member.split()) <= 3 and not readings(member) for member in counted)
    single = any("\n" in reference.strip() or re.search(r"[\[{(=]", reference) for reference in references)
    return tuple(sorted(counted)) if few and short and not single and not (lettered and len(counted) < 2) else ()


def _letter(text: str, wanted: str, offered: dict[str, str]) -> Truth:
    """A letter, a letter with its text, or the text of an option alone."""
    bare = unwrapped(text).strip()
    letter = _LETTER.fullmatch(bare)
    if letter:
        return Truth.RIGHT if letter[1].upper() == wanted else Truth.WRONG
    led = re.match(r"\(?([A-J])[).:]\s*(.*)", bare, re.DOTALL)
    if led:
        if fold(led[2]) == fold(offered.get(led[1], "")):
            return Truth.RIGHT if led[1] == wanted else Truth.WRONG
        return Truth.UNSURE
    matching = {name for name, option in offered.items() if fold(option) == fold(bare)}
    if matching:
        return Truth.UNSURE if wanted in matching else Truth.WRONG
    said, goal = set(words(bare)), set(words(offered[wanted]))
    return Truth.UNSURE if said & goal or re.search(rf"(?<![A-Za-z]){wanted}(?![A-Za-z])", bare) else Truth.WRONG
