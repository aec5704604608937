"""Ways of making a completion simpler, one pass each.

A pass is a generator: it is started with a text, yields batches of simpler texts, and is sent the one of them that was
accepted, or None. It knows its own position, so that it goes on where it is instead of starting again.
"""

import re
from collections.abc import Callable, Generator, Iterator, Sequence

Pass = Callable[[str], Generator[list[str], str | None, None]]

BATCH = 32
"""Texts asked at once: enough to keep the box busy, few enough that little is asked in vain."""


def whole(text: str) -> Generator[list[str], str | None, None]:
    """The empty completion, and each line alone."""
    yield ["", *(line for line in text.splitlines() if line.strip())][:BATCH]


def chunks(text: str) -> Generator[list[str], str | None, None]:
    """Leaves chunks out, from half of the text down to single characters."""
    size = (len(text) + 1) // 2
    while size:
        start = 0
        while start < len(text):
            starts = range(start, len(text), size)[:BATCH]
            batch = [text[:at] + text[at + size :] for at in starts]
            accepted = yield batch
            if accepted is None:
                start = starts[-1] + size
            else:
                start, text = starts[batch.index(accepted)], accepted
        size //= 2


def words(text: str) -> Generator[list[str], str | None, None]:
    """Leaves out words and lines with the space after them, the last first, so that sentences stay readable."""
    yield from _pieces(text, r"[^\n]*\n?")
    yield from _pieces(text, r"\S+\s*")


def pairs(text: str) -> Generator[list[str], str | None, None]:
    """Leaves out what stands in pairs: brackets, quotes, tags."""
    taken = [(m.span(1), m.span(2)) for form in _PAIRS for m in re.finditer(form, text, re.DOTALL)]
    yield from _batches(text[:a] + text[b:c] + text[d:] for (a, b), (c, d) in taken)


def numbers(text: str) -> Generator[list[str], str | None, None]:
    """Makes each number smaller: 0, 1, then fewer digits."""
    at = 0
    while found := re.compile(r"\d+(?:\.\d+)?").search(text, at):
        number = found.group()
        tries = dict.fromkeys(
            ["0", "1", "2", number.partition(".")[0], number[:1], number[:-1], number[: len(number) // 2]]
        )
        batch = [text[: found.start()] + each + text[found.end() :] for each in tries if each and each != number]
        accepted = (yield batch) if batch else None
        written = number if accepted is None else accepted[found.start() : len(accepted) - len(text) + found.end()]
        text = text if accepted is None else accepted
        at = found.start() + len(written)


def letters(text: str) -> Generator[list[str], str | None, None]:
    """Puts the simplest letter of the same kind, or a plain space, in each place."""
    at = 0
    while at < len(text):
        simpler = [each for each in _plainer(text[at]) if rank(each) < rank(text[at])]
        batch = [text[:at] + each + text[at + 1 :] for each in simpler]
        accepted = (yield batch) if batch else None
        text = text if accepted is None else accepted
        at += 1


PASSES: Sequence[Pass] = (whole, chunks, words, pairs, numbers, letters)


def simplicity(text: str) -> tuple[int, list[int]]:
    """Orders completions: the shorter one is simpler; among equals, the one of plainer characters."""
    return len(text), [rank(letter) for letter in text]


def rank(letter: str) -> int:
    """Digits, then small letters, the space, capitals, signs, and everything else."""
    place = _ORDER.find(letter)
    return place if place >= 0 else len(_ORDER) + ord(letter)


_ORDER = "0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,:;!?-_/()[]{}<>\"'`#$%&*+=@\\^|~\n\t"
_PAIRS = (r"(\()[^()]*(\))", r"(\[)[^\[\]]*(\])", r"(\{)[^{}]*(\})", r"(\")[^\"]*(\")", r"(<[a-z]+>).*?(</[a-z]+>)")


def _plainer(letter: str) -> list[str]:
    if letter.isdigit():
        return ["0", "1"]
    if letter.isalpha():
        return list(dict.fromkeys(["a", letter.lower()[:1]]))
    return [" "]


def _pieces(text: str, form: str) -> Generator[list[str], str | None, None]:
    end = len(text)
    while spans := [found.span() for found in re.finditer(form, text) if found.group() and found.end() <= end]:
        spans = spans[::-1][:BATCH]
        batch = [text[:a] + text[b:] for a, b in spans]
        accepted = yield batch
        if accepted is None:
            end = spans[-1][0]
        else:
            end, text = spans[batch.index(accepted)][0], accepted


def _batches(texts: Iterator[str]) -> Generator[list[str], str | None, None]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            if (yield batch) is not None:
                return
            batch = []
    if batch:
        yield batch
