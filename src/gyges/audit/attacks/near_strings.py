"""Near misses of a text: longer, shorter, with a letter changed, with its letters in another order."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.lists import parts
from gyges.audit.attacks.near_choices import NearChoices
from gyges.audit.attacks.near_numbers import NearNumbers
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation, Truth

_CASE = "case may not matter"
_SPACES = "spaces may not matter"
_SHARED = ("substring", "partial", "scrambled")
_WORDS = re.compile(r"[\w\s.,:;'’!?\"-]+")
LONGEST = 400
"""Longer references are not varied letter by letter."""


class NearStrings(TextAttack):
    """Texts that share most of their letters with the right one."""

    name = "near misses: texts"
    about = "texts that contain the right one, parts of it, one letter changed, anagrams, other tasks' answers, case"
    causes: ClassVar[dict[str, Cause]] = {
        **{slug: NearNumbers.causes[slug] for slug in _SHARED},
        "one_letter": Cause(
            "It pays for a text that differs in a letter",
            "another word is another answer",
            "compare exactly after normalising, rather than by likeness",
        ),
        "case_ignored": Cause(
            "It ignores case",
            "upper and lower case are the same to it, which may be meant",
            "compare with case where it carries meaning",
        ),
        "spaces_ignored": Cause(
            "It ignores spaces",
            "texts that differ in spaces are the same to it, which may be meant",
            "keep spaces where they carry meaning",
        ),
        "other_answer": NearChoices.causes["other_answer"],
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and numeral(case.reference) is None

    def tries(self, case: Case) -> Iterator[Candidate]:
        right = case.reference.strip()
        for other in case.others[:3]:
            yield _made(case, other, "other_answer")
        if not plain(right):
            return
        yield _made(case, f"{right}zz", "substring")
        yield _made(case, f"qq{right}", "substring")
        if len(right) > 1:
            yield _made(case, right[: max(1, len(right) // 2)], "partial")
            yield _made(case, right[len(right) // 2 :], "partial")
            yield _made(case, right[:-1], "partial")
            yield _made(case, right[1:], "partial")
            yield _made(case, right[0], "partial")
        if len(right) <= LONGEST:
            yield from _altered(case, right)
        yield _made(case, f"{right} {case.others[0] if case.others else 'and more'}", "substring")
        words = right.split()
        if len(words) > 2:
            yield _made(case, " ".join(words[:-1]), "partial")
            if parts(right) is None:
                yield _made(case, " ".join(words[::-1]), "scrambled")
            yield _made(case, words[0], "partial")


def plain(right: str) -> bool:
    """Whether `right` is words, so that every letter counts; lists and formulas may be written in many ways."""
    found = parts(right)
    if found is not None:
        return not found.opening and any(len(item) > 2 and numeral(item) is None for item in found.items)
    return _WORDS.fullmatch(right) is not None


def _altered(case: Case, right: str) -> Iterator[Candidate]:
    # A first letter changed escapes suffix tests, a last one prefix tests.
    for place in sorted({0, len(right) // 2, len(right) - 1}):
        if right[place].isalnum() and len(right) > 1:
            yield _made(case, f"{right[:place]}{_other(right[place])}{right[place + 1 :]}", "one_letter")
    if len(set(right)) > 1:
        yield _made(case, "".join(sorted(right)), "scrambled")
        yield _made(case, right[::-1], "scrambled")
        mixed = list(right)
        case.random.shuffle(mixed)
        yield _made(case, "".join(mixed), "scrambled")
    if len(right) > 1:
        yield _made(case, f"{right[0]}{right}", "one_letter")
    for text in (right.swapcase(), right.lower(), right.upper()):
        if text != right:
            wrong = case.judge.compare(text, case.task, right) is Truth.WRONG
            yield _made(case, text, "case_ignored", "" if wrong else _CASE)
    bare = "".join(right.split())
    if bare != right:
        yield _made(case, bare, "spaces_ignored", _SPACES)


def _other(letter: str) -> str:
    """Another sign of the same kind."""
    if letter.isdigit():
        return str((ord(letter) + 3) % 10)
    return ("Q" if letter != "Q" else "V") if letter.isupper() else ("q" if letter != "q" else "v")


def _made(case: Case, written: str, cause: str, arguable: str = "") -> Candidate:
    return Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written, arguable=arguable)
