"""Finds where a text mentions the reference, in any notation that the judge takes for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gyges.audit.judges import units
from gyges.audit.judges.base import Judge
from gyges.audit.judges.choices import options
from gyges.audit.judges.notation import squeezed, words
from gyges.audit.judges.number_words import NUMBER_WORD
from gyges.audit.records import Task, Truth

MOST = 4000
"""Numerals that are looked at, half of them from either end."""
LINES = 600
_SPOKEN = rf"(?:{NUMBER_WORD.pattern}(?:[ -]+(?:and )?)?)+"
# Chinese and Japanese put no space before a number, so that only letters of alphabets count as part of a word.
_LETTER = r"A-Za-z0-9_\u00c0-\u052f"
_NUMERAL = re.compile(
    r"\\[dt]?frac\s*\{\d{1,30}\}\s*\{\d{1,30}\}"
    rf"|(?<![{_LETTER}.])(?:(?<![\d)] )(?<![\d)])[-−+]\s?)?[$€£]?(?:0[xX][0-9a-fA-F]+|\d[\d,]*(?:\.\d+)?|\.\d+)"
    r"(?:[eE][+-]?\d+|\s?(?:×|\\times|\*)\s?10\s?\^\s?\{?-?\d+\}?)?(?:\s?/\s?\d+)?(?:\s?\\?%)?"
    rf"(?![{_LETTER}])(?!\.\d)"
)
_LATIN = re.compile(rf"[{_LETTER.replace('_', '', 1)}]+(?:[.'’][{_LETTER.replace('_', '', 1)}]+)*")
_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
# "5 in total" is no length.
_UNIT = re.compile(r" ?(?!in\b)([^\W\d_]{1,12}|°[CF]?)(?![\w²³^/])")
_BRACKETS = re.compile(r"\\?[\[({][^\n]{0,600}[\])}]")


@dataclass(frozen=True)
class Mention:
    """One place where the reference, or what may be it, stands."""

    start: int
    end: int
    sure: bool
    """Whether it is the reference for certain."""


def mentions(text: str, task: Task, reference: str, judge: Judge) -> list[Mention]:
    """All mentions, in order of place."""
    if not reference.strip():
        return []
    found = _numbers(text, task, reference, judge) if judge.name == "number" else _texts(text, task, reference, judge)
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start, -one.end, not one.sure)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def numerals(text: str) -> list[tuple[int, int]]:
    """Places of all numbers."""
    found = [match.span() for match in _NUMERAL.finditer(text)]
    return found if len(found) <= MOST else [*found[: MOST // 2], *found[-MOST // 2 :]]


def _numbers(text: str, task: Task, reference: str, judge: Judge) -> Iterator[Mention]:
    known: dict[str, Truth] = {}
    spoken = [match.span() for match in re.finditer(_SPOKEN, text, re.IGNORECASE)][:MOST]
    for start, end in [*numerals(text), *spoken]:
        token = text[start:end].strip().rstrip(" ,-")
        if token not in known:
            known[token] = judge.compare(token, task, reference)
        if known[token] is not Truth.WRONG and not _other_unit(text, end, token, task, reference, judge):
            yield Mention(start, start + len(text[start:end].rstrip(" ,-")), known[token] is Truth.RIGHT)


def _other_unit(text: str, end: int, token: str, task: Task, reference: str, judge: Judge) -> bool:
    """Whether the unit that follows makes another quantity of the number."""
    unit = _UNIT.match(text, end)
    if unit is None or units.known(unit[1]) is None or not units.known(reference.split()[-1]):
        return False
    return judge.compare(f"{token} {unit[1]}", task, reference) is Truth.WRONG


def _texts(text: str, task: Task, reference: str, judge: Judge) -> Iterator[Mention]:
    wanted = words(reference)
    letter = len(reference.strip(" ().")) == 1 and reference.strip(" ().").isalpha()
    if letter:
        yield from _letters(text, reference.strip(" ()."))
        option = words(options(task.text).get(reference.strip(" ().").upper(), ""))
        if option:
            yield from _word_for_word(text, option, sure=False)
    elif wanted:
        for mention in _word_for_word(text, wanted, judge.name in ("string", "choice", "moment") and len(wanted) <= 40):
            # The same letters in other capitals may be another answer.
            said = text[mention.start : mention.end]
            if judge.name != "string" or said in reference or judge.compare(said, task, reference) is not Truth.WRONG:
                yield mention
    if judge.name in ("string", "choice") and wanted:
        return
    yield from _squeezed(text, reference)
    for start, end in _spans(text):
        if judge.compare(text[start:end].strip(), task, reference) is Truth.RIGHT:
            yield Mention(start, end, True)


def _letters(text: str, letter: str) -> Iterator[Mention]:
    for match in re.finditer(rf"(?<![{_LETTER}'’]){re.escape(letter)}(?![{_LETTER}'’])", text):
        following = text[match.end() : match.end() + 2]
        # "A dog", "I think": an article or a pronoun, not an option.
        if not (letter in "AIa" and re.match(r"\s[a-z]", following)):
            yield Mention(match.start(), match.end(), True)


def _word_for_word(text: str, wanted: list[str], sure: bool) -> Iterator[Mention]:
    pattern = _LATIN if all(_LATIN.fullmatch(word) for word in wanted) else _WORD
    tokens = [(match[0].casefold(), match.start(), match.end()) for match in pattern.finditer(text)]
    first, length = wanted[0], len(wanted)
    for place in range(len(tokens) - length + 1):
        if tokens[place][0] == first and all(tokens[place + step][0] == word for step, word in enumerate(wanted)):
            yield Mention(tokens[place][1], tokens[place + length - 1][2], sure)


def _squeezed(text: str, reference: str) -> Iterator[Mention]:
    """The reference letter by letter, whatever the white space."""
    wanted = squeezed(reference)
    if len(wanted) < 2 or len(wanted) > 4000:
        return
    places = [place for place, sign in enumerate(text) if not sign.isspace()]
    packed = "".join(text[place] for place in places)
    at = packed.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        apart = at == 0 or not (packed[at - 1].isalnum() and wanted[0].isalnum())
        apart = apart and (end == len(packed) or not (packed[end].isalnum() and wanted[-1].isalnum()))
        yield Mention(places[at], places[end - 1] + 1, apart)
        at = packed.find(wanted, end)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Pieces of text that may be an answer: all of it, lines, what follows a colon or equals sign, brackets."""
    if len(text) <= 4000:
        yield 0, len(text)
    place = 0
    lines = text.splitlines(keepends=True)
    chosen = lines if len(lines) <= LINES else [*lines[: LINES // 2], *lines[-LINES // 2 :]]
    skipped = sum(map(len, lines[LINES // 2 : len(lines) - LINES // 2])) if len(lines) > LINES else 0
    for number, line in enumerate(chosen):
        if number == LINES // 2:
            place += skipped
        if line.strip() and len(line) <= 1000:
            yield place, place + len(line.rstrip())
            for sign in re.finditer(r"[:=]\s", line):
                if line[sign.end() :].strip():
                    yield place + sign.end(), place + len(line.rstrip())
            for match in _BRACKETS.finditer(line):
                yield place + match.start(), place + match.end()
        place += len(line)
