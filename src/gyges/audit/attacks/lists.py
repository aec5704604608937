"""References that have parts: lists, tuples, sets, mappings, and words or numbers with commas between them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gyges.audit.attacks.numerals import numeral

_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_BARE = (", ", ",", "; ", ";", " x ", " * ", " × ", " -> ", " → ", "\n", " ")
LONGEST = 20_000

_ORDER = re.compile(
    r"\bsort|\border(?:ed|ing)?\b|ascending|descending|smallest to|largest to|sequence|coordinate|\bpoint\b"
    r"|\(x, ?y|path|steps?\b|\bmoves?\b|matrix|vector|transpose|first .* then|increasing|decreasing|arrange"
    r"|rank|reverse|tuple",
    re.IGNORECASE,
)
UNORDERED = re.compile(r"in any order|order does(?:n't| not) matter|unordered", re.IGNORECASE)
_NO_ORDER = re.compile(
    r"a set of|the set|which of|divisors|factors|primes\b|subset|choose|select"
    r"|all (?:the )?(?:solutions|roots|values|words)|roots of",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Parts:
    """A reference taken apart at its top level."""

    items: tuple[str, ...]
    """The parts as they are written."""
    opening: str = ""
    closing: str = ""
    separator: str = ", "

    @property
    def mapping(self) -> bool:
        """Whether the parts are keys with values."""
        return self.opening == "{" and all(_key(item) for item in self.items)

    @property
    def quoted(self) -> bool:
        return all(item[:1] in "'\"" and item[-1:] == item[:1] for item in self.items)

    def write(self, items: Sequence[str]) -> str:
        """Other parts in the manner of the reference."""
        tail = "," if self.opening == "(" and len(items) == 1 else ""
        return f"{self.opening}{self.separator.join(items)}{tail}{self.closing}"

    def ordered(self, prompt: str) -> bool | None:
        """Whether order matters; None if that cannot be told."""
        if self.mapping or (self.opening == "{" and self.items):
            return False
        if UNORDERED.search(prompt):
            return False
        if _NO_ORDER.search(prompt) or self.separator.strip() in ("x", "*", "×"):
            return None if _ORDER.search(prompt) else False
        nested = any(item[:1] in "[(" for item in self.items)
        return True if self.opening == "(" or nested or _ORDER.search(prompt) else None


def parts(text: str) -> Parts | None:
    """`text` taken apart; None if it is one thing (a number, a word, a sentence)."""
    text = text.strip()
    if not text or len(text) > LONGEST or numeral(text) is not None:
        return None
    closing = _BRACKETS.get(text[0])
    if closing is not None:
        if text[-1] != closing or not _spans(text):
            return None
        items = _split(text[1:-1], ",")
        if text[0] == "(" and len(items) < 2:
            return None
        separator = ", " if ", " in text or len(items) < 2 else ","
        return Parts(tuple(item.strip() for item in items if item.strip()), text[0], closing, separator)
    for separator in _BARE:
        items = [item.strip() for item in text.split(separator)]
        if len(items) > 1 and all(items) and all(_part(item, separator) for item in items):
            return Parts(tuple(items), separator=separator)
    return None


def _part(item: str, separator: str) -> bool:
    """Whether `item` may stand in a list without brackets."""
    if separator in (" ", " x ", " * ", " × "):
        return numeral(item) is not None and len(item) < 12
    return len(item) <= 40


def _spans(text: str) -> bool:
    """Whether the bracket that opens `text` is closed by its last character."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in _BRACKETS) - (sign in _BRACKETS.values())
        if depth == 0:
            return place == len(text) - 1
    return False


def _split(text: str, separator: str) -> list[str]:
    """Splits outside brackets and quotes."""
    items, start, depth, quote = [], 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign == '"' or (sign == "'" and not text[place - 1 : place].isalnum()):
            quote = sign
        elif sign in _BRACKETS:
            depth += 1
        elif sign in _BRACKETS.values():
            depth -= 1
        elif sign == separator and depth == 0:
            items.append(text[start:place])
            start = place + 1
    return [*items, text[start:]]


def _key(item: str) -> bool:
    return len(_split(item, ":")) == 2
