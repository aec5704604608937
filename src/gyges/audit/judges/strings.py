"""Judges words and short texts: what is the same text is right; what shares nothing with it is wrong."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Self

from gyges.audit.judges.asked import asked
from gyges.audit.judges.base import Judge
from gyges.audit.judges.notation import unwrapped, words
from gyges.audit.judges.number_words import value_of
from gyges.audit.records import Task, Truth

SHORT = 5
"""Words of an answer that has one right form; longer ones may be put in many ways."""
LONGEST = 20_000
_ENDINGS = frozenset({"", "s", "es", "ed", "d", "ing", "er", "ers", "ly", "n", "an", "ian", "ish", "ese", "y"})
_CASE_KEPT = re.compile(
    r"\b(?:keep|preserv|mind|respect)\w*\s+(?:(?:the|its|their|all)\s+)?(?:original\s+)?(?:case\b|capital|upper|lower)"
    r"|\bcase[- ]sensitive|\b(?:case|capitals|capitali[sz]ation)\s+(?:count|matter)",
    re.IGNORECASE,
)
"""Prompts by which an answer in other capitals is another answer."""
_IRREGULAR = re.compile(r"[a-z][A-Z]")
_AROUND = " \t\n\r.,;:!?\"'`*“”‘’«»"


class Strings(Judge):
    """Texts, compared letter by letter once case, spaces and the punctuation around are set aside."""

    name = "string"

    def __init__(self, references: Sequence[str] = ()) -> None:
        self._references = frozenset(settled(one).casefold() for one in references if one.strip())

    @classmethod
    def for_tasks(cls, tasks: Sequence[Task], references: Sequence[str]) -> Self:
        return cls(references)

    def rivals(self, task: Task, reference: str) -> frozenset[str]:
        return self._references - {settled(reference).casefold()}

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        return 0.2 if reference.strip() else 0.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        if stated == reference:
            return Truth.RIGHT
        prompt = asked(task.text)
        given, wanted = settled(stated), settled(reference)
        if given == wanted:
            return Truth.RIGHT if _marks(stated) == _marks(reference) else Truth.UNSURE
        if given.casefold() == wanted.casefold():
            if _CASE_KEPT.search(task.text):
                return Truth.WRONG
            return Truth.UNSURE if prompt.case or _IRREGULAR.search(wanted) else Truth.RIGHT
        if not wanted:
            return Truth.UNSURE
        said = words(given)
        if not said and not re.search(r"[^\W_]|[^\x00-\x7f]", given) and words(wanted):
            return Truth.WRONG
        free = prompt.several or prompt.writing
        if not free and given.casefold() in self._references and sorted(said) != sorted(words(wanted)):
            return Truth.WRONG
        if structured(reference) or len(words(wanted)) > SHORT or len(given) > LONGEST:
            return Truth.WRONG if not free and _beside(given, wanted) else Truth.UNSURE
        if prompt.several or (prompt.writing and len(words(wanted)) > 2):
            return Truth.UNSURE if _another(given, wanted, task.text) else Truth.WRONG
        return _short(given, wanted, spelling=prompt.spelling)


def settled(text: str) -> str:
    """`text` with single spaces, line by line, and without punctuation around it."""
    text = unicodedata.normalize("NFKC", unwrapped(text[:LONGEST]))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line).strip(_AROUND)


def structured(text: str) -> bool:
    """Whether `text` is a grid, code, or data rather than words."""
    return "\n" in text.strip() or bool(re.search(r"[{}\[\]]|;\s*$|->|→|=", text))


def _marks(text: str) -> str:
    """Signs that carry meaning at the ends of a text: a question is not a statement."""
    return "?" if text.rstrip(" \"'").endswith("?") else ""


def _shape(text: str) -> set[str]:
    """Kinds of sign in it."""
    return {
        "upper" if sign.isupper() else "lower" if sign.islower() else "digit" if sign.isdigit() else "other"
        for sign in text
        if not sign.isspace()
    }


def _beside(given: str, wanted: str) -> bool:
    """Whether a text is too short, or made of other signs, to be a long answer put in another way."""
    if set(words(given)) & set(words(wanted)):
        return False
    return not _shape(given) & _shape(wanted) or (len(words(given)) <= 3 and len(words(wanted)) > SHORT)


def _another(given: str, wanted: str, prompt: str) -> bool:
    """Whether a text may be another solution: made as the reference is, or out of the words of the prompt."""
    said = words(given)
    if len(said) == len(words(wanted)):
        return bool(_shape(given) & _shape(wanted))
    return bool(set(said) & {*words(prompt), *words(wanted)})


def _short(given: str, wanted: str, spelling: bool) -> Truth:
    said, meant = words(given), words(wanted)
    if set(said) & set(meant):
        return Truth.UNSURE
    joined, goal = "".join(said), "".join(meant)
    if joined == goal or not goal:
        # Hyphens and spaces within; or the reference is signs alone.
        return Truth.UNSURE
    if _acronym(said, meant) or _acronym(meant, said):
        return Truth.UNSURE
    if value_of(given) is not None and str(value_of(given)) == wanted:
        return Truth.UNSURE
    if goal in joined and len(goal) >= 3:
        # "Parisian" may do for "Paris"; "unlikely" and "Parisxyz" do not.
        before, _, after = joined.partition(goal)
        return Truth.UNSURE if len(said) > 1 or (not before and after in _ENDINGS) else Truth.WRONG
    slack = 0 if spelling else 1 if len(goal) < 8 else 2
    return Truth.UNSURE if len(goal) > 2 and distance(joined, goal, slack) <= slack else Truth.WRONG


def _acronym(one: list[str], many: list[str]) -> bool:
    return len(one) == 1 and len(many) > 1 and one[0].replace(".", "") == "".join(word[0] for word in many)


def distance(one: str, other: str, most: int) -> int:
    """Edit distance, or `most` + 1 once it is larger."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, start=1):
        following = [place]
        for column, wanted in enumerate(other, start=1):
            following.append(min(row[column] + 1, following[-1] + 1, row[column - 1] + (sign != wanted)))
        row = following
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
