"""Texts that a regular expression is made to match, with a content of one's choice in its group."""

import importlib
import itertools
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

CONTENT = "\ue001"
"""Stands where the content goes."""
_MOST = 12
"""Texts of one pattern: enough for its alternatives, one by one."""
_LONGEST = 400


@dataclass(frozen=True)
class Sample:
    """One text that the pattern is made to match."""

    before: str
    after: str
    holds: bool
    """Whether it has a place for content: between `before` and `after`. If not, `before` is all."""

    def text(self, content: str) -> str:
        return f"{self.before}{content}{self.after}" if self.holds else self.before


@lru_cache(maxsize=512)
def samples(pattern: str, flags: int = 0) -> tuple[Sample, ...]:
    """Short texts for each alternative of a pattern. They are not checked: a hostile pattern could take for ever.

    The first group that captures is the place for content; without one, the first part that repeats is. Conditions on
    what stands around (look-ahead and look-behind) are not honoured.
    """
    tree = _tree(pattern, flags)
    if tree is None:
        return ()
    texts = dict.fromkeys(itertools.islice(_Walk().sequence(list(tree)), 4 * _MOST))
    found: dict[Sample, None] = {}
    for text in texts:
        before, mark, after = text.partition(CONTENT)
        if len(text) <= _LONGEST:
            found.setdefault(Sample(before, after.replace(CONTENT, ""), bool(mark)))
    return tuple(found)[:_MOST]


def _tree(pattern: str, flags: int) -> Any:
    # The parser that `re` itself uses; it is not a public module, so whatever goes wrong means: no samples.
    try:
        parser = importlib.import_module("re._parser")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parser.parse(pattern, flags & ~re.DEBUG)
    except (re.error, ImportError, AttributeError, RecursionError, OverflowError, ValueError, TypeError):
        return None


class _Walk:
    """Depth first over the tree, with every alternative of one part while the others stay at their first."""

    def __init__(self) -> None:
        self._captured = False

    def sequence(self, items: list[Any]) -> Iterator[str]:
        options = [list(dict.fromkeys(itertools.islice(self._item(str(kind), value), _MOST))) for kind, value in items]
        if any(not option for option in options):
            return
        yield "".join(option[0] for option in options)
        for place, option in enumerate(options):
            for other in option[1:]:
                yield "".join(other if at == place else each[0] for at, each in enumerate(options))

    def _item(self, kind: str, value: Any) -> Iterator[str]:
        match kind:
            case "LITERAL":
                yield chr(value)
            case "NOT_LITERAL":
                yield "x" if value != ord("x") else "y"
            case "ANY":
                yield "x"
            case "IN":
                yield from _members(value)
            case "BRANCH":
                for branch in value[1]:
                    yield from self.sequence(list(branch))
            case "SUBPATTERN":
                if value[0] is not None and not self._captured:
                    self._captured = True
                    # A group of words to choose from is a marker rather than a place for an answer.
                    words = list(itertools.islice(self.sequence(list(value[3])), _MOST))
                    yield CONTENT
                    yield from (word for word in words if len(word) > 1 and word.isalpha())
                else:
                    yield from self.sequence(list(value[3]))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield from self._repeated(*value)
            case "ATOMIC_GROUP":
                yield from self.sequence(list(value))
            case _:
                # Anchors, look-around and references to groups take no room here.
                yield ""

    def _repeated(self, least: int, most: Any, inner: Any) -> Iterator[str]:
        items = list(inner)
        white = len(items) == 1 and str(items[0][1]) == "[(CATEGORY, CATEGORY_SPACE)]"
        for text in self.sequence(items):
            if white:
                # `\s*` and `\s+`: one space is what people write.
                yield " " if least else ""
                yield " "
                yield "\n"
            elif least == 0:
                yield ""
                yield text
            else:
                yield text * min(least, 20)


def _members(members: list[Any]) -> Iterator[str]:
    """A character of a class; a common one of what is left, if the class excludes."""
    excluded = bool(members) and str(members[0][0]) == "NEGATE"
    if excluded:
        yield "x"
        return
    for kind, value in members:
        match str(kind):
            case "LITERAL":
                yield chr(value)
            case "RANGE":
                yield chr(value[0])
            case "CATEGORY":
                yield {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "x"}.get(str(value), "x")
