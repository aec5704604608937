"""Parts of a completion in which a reader looks for no answer: thinking, comments, quotations of the prompt."""

import re
from dataclasses import dataclass

LONGEST = 120_000
"""Characters that are read at each end of an oversized completion."""
QUOTED = 40
"""Characters of the prompt in a row that count as quoted."""
_THOUGHTS = "think|thinking|thought|thoughts|reasoning|reason|scratchpad|analysis|reflection|inner_monologue"
_OPENED = re.compile(rf"<({_THOUGHTS})>", re.IGNORECASE)
_CLOSED = re.compile(rf"</({_THOUGHTS})>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^[ \t]*(?:#[ \t]|//|%)[^\n]*$", re.MULTILINE)
_FENCE = re.compile(r"```[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)
_LATEX_COMMENT = re.compile(r"^[ \t]*%[^\n]*$", re.MULTILINE)
_BLOCKQUOTE = re.compile(r"^[ \t]*>(?!\s*\d+\s*$)[^\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Visible:
    """A completion as far as it speaks to the reader; what does not is blanked, so that places stay the same."""

    text: str
    thinking: str
    """What was thought instead of said."""
    quoted: bool
    """Whether a part repeats the prompt."""
    cut: bool
    """Whether the middle of an oversized completion was left out."""


def visible(completion: str, prompt: str) -> Visible:
    """The completion without thinking, comments and quotations."""
    cut = len(completion) > 2 * LONGEST
    text = completion if not cut else f"{completion[:LONGEST]}\n{completion[-LONGEST:]}"
    thoughts: list[str] = []
    text = _without_thinking(text, thoughts)
    text = _LATEX_COMMENT.sub(_blank, _COMMENT.sub(_blank, text))
    text = _FENCE.sub(lambda fence: _blank_comments(fence[0]), text)
    before = text
    text = _without_quotations(_BLOCKQUOTE.sub(_blank, text), prompt)
    return Visible(text, "\n".join(thoughts), text != before, cut)


def _without_thinking(text: str, thoughts: list[str]) -> str:
    parts: list[str] = []
    place = 0
    first = _CLOSED.search(text)
    opened = _OPENED.search(text)
    if first and (opened is None or opened.start() > first.start()):
        # The block was opened before the completion began, as some chat templates do.
        thoughts.append(text[: first.start()])
        parts.append(_spaces(text[: first.end()]))
        place = first.end()
    while opened := _OPENED.search(text, place):
        closed = re.compile(rf"</{opened[1]}>", re.IGNORECASE).search(text, opened.end())
        end = closed.end() if closed else len(text)
        parts.append(text[place : opened.start()])
        thoughts.append(text[opened.end() : closed.start() if closed else end])
        parts.append(_spaces(text[opened.start() : end]))
        place = end
    return "".join([*parts, text[place:]])


def _without_quotations(text: str, prompt: str) -> str:
    """Blanks every stretch of text that the prompt has too, where it is too long to be chance."""
    known = prompt.strip()
    if len(known) < 8:
        return text
    if known in text:
        text = text.replace(known, _spaces(known))
    for line in {line.strip() for line in known.splitlines()}:
        if len(line) >= QUOTED:
            text = text.replace(line, _spaces(line))
    sentences = re.split(r"(?<=[.?!])\s+", known)
    for sentence in {sentence.strip() for sentence in sentences[:400]}:
        if len(sentence) >= QUOTED:
            text = text.replace(sentence, _spaces(sentence))
    return text


def _blank(found: re.Match[str]) -> str:
    return _spaces(found[0])


def _blank_comments(fence: str) -> str:
    return _LINE_COMMENT.sub(_blank, fence)


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
