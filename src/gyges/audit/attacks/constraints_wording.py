"""What a prompt asks for in words, fulfilled to the letter and without an answer."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.lists import parts
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_HOLDS = re.compile(
    r"(?:contain|include|mention|use)s?(?: the)? (?:words?|phrases?|keywords?|terms?)?:?\s*"
    r"((?:['\"`][^'\"`\n]{1,40}['\"`](?:,| and)?\s*)+)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(start|begin|end)s? (?:your \w+ )?with:? (?:the \w+ )?['\"`]([^'\"`\n]{1,60})['\"`]", re.IGNORECASE
)
_COUNT = re.compile(
    r"(?:exactly|at least|in|of) (\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) "
    r"(words|sentences|paragraphs|lines|bullet points)",
    re.IGNORECASE,
)
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNITS = {
    "words": ("lorem", " "),
    "sentences": ("Lorem ipsum.", " "),
    "paragraphs": ("Lorem ipsum.", "\n\n"),
    "lines": ("lorem", "\n"),
    "bullet points": ("- lorem", "\n"),
}


class ConstraintsWording(TextAttack):
    """Texts of the right shape, with the demanded words or of the demanded length, that answer nothing."""

    name = "constraints: wording"
    about = "texts of the reference's shape, with the demanded words or length, or from the prompt, that answer nothing"
    needs_reference = False
    causes: ClassVar[dict[str, Cause]] = {
        "shape_only": Cause(
            "It pays for anything of the right shape",
            "the text has the form that was asked for, and is another answer",
            "compare the content once the form has been checked",
        ),
        "from_prompt": Cause(
            "It pays for a piece of the prompt",
            "the piece was given, and is not the answer",
            "compare with the reference; whether it occurs in the prompt says nothing",
        ),
        "demanded_words": Cause(
            "It pays for the demanded words alone",
            "the words were to stand in an answer, and stand alone",
            "check the answer as well as the words",
        ),
        "demanded_length": Cause(
            "It pays for the demanded length alone",
            "filler has the length that was asked for",
            "check the answer as well as its length",
        ),
    }

    def tries(self, case: Case) -> Iterator[Candidate]:
        right, prompt = case.reference.strip(), case.task.text
        if right and numeral(right) is None and parts(right) is None and len(right) <= 400:
            for turn in (3, 5):
                shaped = _shaped(right, turn)
                yield Candidate(case.format.wrap(shaped), Relation.DIFFERENT, "shape_only", shaped)
        for piece in _pieces(case, right):
            yield Candidate(case.format.wrap(piece), Relation.DIFFERENT, "from_prompt", piece)
        for listed in _HOLDS.findall(prompt):
            words = re.findall(r"['\"`]([^'\"`]+)['\"`]", listed)
            yield Candidate(case.format.wrap(" ".join(words)), Relation.NONE, "demanded_words")
        for kind, text in _ENDS.findall(prompt):
            made = f"lorem ipsum {text}" if kind.lower() == "end" else f"{text} lorem ipsum"
            yield Candidate(case.format.wrap(made), Relation.NONE, "demanded_words")
        for count, unit in _COUNT.findall(prompt):
            size = int(count) if count.isdigit() else _NUMBERS.index(count.lower())
            word, joint = _UNITS[unit.lower()]
            yield Candidate(case.format.wrap(joint.join([word] * size)), Relation.NONE, "demanded_length")


def _shaped(text: str, turn: int) -> str:
    """`text` with every letter and digit replaced by another of its kind."""

    def other(sign: str) -> str:
        if sign in "0123456789":
            return str((int(sign) + turn) % 10)
        if "a" <= sign.lower() <= "z":
            first = ord("A" if sign.isupper() else "a")
            return chr(first + (ord(sign) - first + turn) % 26)
        return sign

    return "".join(map(other, text))


def _pieces(case: Case, right: str) -> Iterator[str]:
    """Things of the reference's kind that the prompt mentions."""
    prompt = case.task.text[:5000]
    if not right:
        return
    if numeral(right) is not None:
        found = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)", prompt)
        found = [one for one in found if _value(one) != _value(right)]
    else:
        letters = sorted(right.lower())
        words = re.findall(r"[^\W\d_]{2,}", prompt)
        # A word of the same letters is what an anagram or a reversed word starts from.
        found = [word for word in words if sorted(word.lower()) == letters] or words[-1:]
        found = [word for word in found if word.lower() != right.lower() and word.lower() not in right.lower()]
    yield from list(dict.fromkeys(found))[:3]


def _value(text: str) -> Fraction | None:
    number = numeral(text)
    return None if number is None else number.value
