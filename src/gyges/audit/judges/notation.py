"""Takes the typography off an answer: LaTeX wrappers, Unicode look-alikes, quotes, and punctuation around it."""

import re
import unicodedata

LONGEST = 4000
"""Characters of an answer that are still looked at as one; nobody writes a bare answer that long."""
_MINUS = "−–﹣－"
_SPACES = re.compile(r"\\[,;:!> ]|\\quad|\\qquad|~|[\u00a0\u2000-\u200b\u202f\u205f\u3000]")
_DELIMITERS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("**", "**"), ("`", "`"))
_WRAPPED = re.compile(r"\\(?:boxed|fbox|text|textbf|textit|mathrm|mathbf|mathit|operatorname)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([%$#&_{}])")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED = re.compile(r"[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_OTHER = str.maketrans(
    {"×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "⁄": "/", "∕": "/", "“": '"', "”": '"', "‘": "'", "’": "'"}
    | dict.fromkeys(_MINUS, "-")
)


def unwrapped(text: str) -> str:
    """`text` without what only sets it apart: `$...$`, `\\boxed{...}`, bold signs, backquotes, spaces around."""
    text = text.strip()
    for _ in range(4):
        before = text
        for left, right in _DELIMITERS:
            longer = len(text) > len(left) + len(right)
            # "$5 and $6" begins and could end with the sign of a price: only a pair around the whole counts.
            inner = text[len(left) : len(text) - len(right)]
            if longer and text.startswith(left) and text.endswith(right) and left not in inner:
                text = inner.strip()
        whole = _WRAPPED.fullmatch(text)
        text = whole[1].strip() if whole else text
        if text == before:
            break
    return text


def plain(text: str) -> str:
    """`text` in ASCII typography where it has one: minus signs, spaces, raised digits, escapes, LaTeX text."""
    text = unwrapped(text[:LONGEST])
    text = _SPACES.sub(" ", text)
    text = _RAISED.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFC", text).translate(_OTHER)
    text = text.replace("\\left", "").replace("\\right", "").replace("\\%", "%").replace("\\$", "$")
    return text.strip()


def squeezed(text: str) -> str:
    """`text` without any white space."""
    return re.sub(r"\s+", "", text)


def words(text: str) -> list[str]:
    """The words and numbers of `text`, casefolded."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[^\W_]+(?:[.'’][^\W_]+)*", folded)


def literal(text: str) -> str:
    """LaTeX text commands and escapes taken off anywhere in `text`."""
    return _ESCAPED.sub(r"\1", _WRAPPED.sub(r"\1", text))
