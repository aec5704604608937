"""Replacements in the source: other answers that become the right one once something is taken out."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, parts_of, silent, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate
from gyges.audit.source.facts import Fact

_SEPARATORS = ",_ '\n$€£%°();"
_TURNING = {"not", "no", "never", "non", "minus", "negative", "except", "without", "isn't", "n't"}
"""Words that turn an answer into another one, or into none."""
_STRAY = "a stray sign may be meant to be ignored, as separators of thousands are"
_LETTERS = " -.,/x$%\n_()=:;'abcdefgABC"


class SourceReplacements(AimedAttack):
    name: ClassVar[str] = "source: replacements"
    about: ClassVar[str] = "answers that turn into the right one when what the source removes is removed"
    causes: ClassVar[dict[str, Cause]] = {
        "removed_sign": Cause(
            "It removes characters that make it another answer",
            "a sign, a point or a gap that is taken out was part of the answer",
            "remove only what cannot change the value, such as separators of thousands in their places",
        ),
        "removed_word": Cause(
            "It removes words that make it another answer",
            "a word that is taken out was part of what the completion says",
            "compare what is said, or refuse answers with further words",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("replacements",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        old, new, is_pattern = parts_of(fact, 3)
        if not isinstance(old, str) or not isinstance(new, str):
            return
        right = case.reference.strip()
        if not new.strip():
            for letter in _removed(old, bool(is_pattern)):
                yield from _with(case, right, letter)
            if not is_pattern and old.strip().lower() in _TURNING:
                yield silent(case.format.wrap(f"{old.strip()} {right}"), "removed_word")
        elif not is_pattern and new in right:
            yield from stated(case, right.replace(new, old, 1), "removed_sign")


def _with(case: Case, right: str, letter: str) -> Iterator[Candidate]:
    """Numbers with the letter where it changes them."""
    if not any(one.isdigit() for one in right):
        return
    if letter == "-":
        yield from stated(case, right[1:] if right.startswith("-") else f"-{right}", "removed_sign")
    places = [at for at in range(1, len(right)) if right[at - 1].isdigit() and right[at].isdigit()]
    grouped = {len(right) - 3 * step for step in range(1, len(right) // 3 + 1)}
    arguable = _STRAY if letter in _SEPARATORS else ""
    for at in places[:1] + places[-1:]:
        if letter != "," or at not in grouped:
            yield from stated(case, f"{right[:at]}{letter}{right[at:]}", "removed_sign", arguable)
    if letter in "./" and places == []:
        yield from stated(case, f"0{letter}{right}", "removed_sign")


def _removed(old: str, is_pattern: bool) -> list[str]:
    """The single characters that are taken out."""
    if not is_pattern:
        return [old] if len(old) == 1 else []
    try:
        pattern = re.compile(old)
        # On a single character no pattern can take long.
        return [letter for letter in _LETTERS if pattern.fullmatch(letter)]
    except (re.error, RecursionError, OverflowError):
        return []
