"""Python source for values that came from a grader: ASCII, on lines of a readable length, and nothing but data."""

import pprint
import textwrap
from typing import Any

WIDTH = 96
_PERIOD = 64
"""Longest unit of a repetition that is written as one."""


def literal(value: Any, indent: int = 0) -> str:
    """`value` as Python source; continuation lines are indented by `indent` blanks."""
    if isinstance(value, str):
        return _text(value, indent)
    lines = pprint.pformat(value, width=WIDTH, sort_dicts=False)
    return ("\n" + " " * indent).join(_ascii(lines).split("\n"))


def remark(sentence: str) -> str:
    """A sentence that may stand between the quotes of a docstring, or in a comment."""
    return _ascii(sentence.replace("\\", "\\\\").replace('"', '\\"'))


def docstring(sentence: str, indent: int = 4) -> str:
    """A sentence as a docstring, wrapped."""
    pad = " " * indent
    wrapped = textwrap.wrap(remark(sentence), WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    if len(wrapped) == 1:
        return f'{pad}"""{wrapped[0]}"""'
    return pad + '"""' + f"\n{pad}".join(wrapped) + f'\n{pad}"""'


def _text(text: str, indent: int) -> str:
    if len(text) > WIDTH and (unit := _unit(text)):
        times, rest = divmod(len(text), len(unit))
        return f"{unit!a} * {times}" + (f" + {text[-rest:]!a}" if rest else "")
    if len(text) <= WIDTH:
        return ascii(text)
    parts = [ascii(text[at : at + WIDTH]) for at in range(0, len(text), WIDTH)]
    pad = "\n" + " " * (indent + 4)
    return "(" + pad + pad.join(parts) + "\n" + " " * indent + ")"


def _unit(text: str) -> str:
    """What `text` repeats from beginning to end; empty if it does not."""
    for length in range(1, min(_PERIOD, len(text) // 3) + 1):
        if text[length:] == text[:-length]:
            return text[:length]
    return ""


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
