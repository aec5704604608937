"""Text that came from a grader or was made to fool one, made fit to be shown.

A completion may hold escape sequences that drive a terminal, marks that turn the reading direction round, or nothing
but blanks. Shown, it does nothing and hides nothing.
"""

import unicodedata

_NAMED = {"\n": "⏎", "\t": "⇥", "\r": "\\r"}
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories of characters that show nothing or steer what others show."""
_BLANK = "\u2800\u3164\u115f\u1160\uffa0"
"""Letters and symbols that are drawn as nothing."""
_STACK = 4
"""Most combining marks on one letter: more of them climb over neighbouring lines."""


def visible(text: str, most: int = 0) -> str:
    """One line that shows every character of `text`: blanks that could be missed and control characters by signs.

    A space is a dot where it stands first, last or beside another; characters without a sign of their own are written
    as Python writes them, `\\u202e`. With `most`, only that many characters are kept, from both ends.
    """
    if most and len(text) > most:
        head = most * 2 // 3
        left = len(text) - most
        return f"{_marked(text[:head])} … {left:,} more characters … {_marked(text[len(text) - most + head :])}"
    return _marked(text)


def shown(text: str, most: int = 0) -> str:
    """`visible`, with words for what would be an empty line."""
    return visible(text, most) if text else "(the empty completion)"


def prose(text: str, most: int = 0) -> str:
    """A sentence, on one line and without characters that do anything."""
    words = " ".join(text.split())
    if most and len(words) > most:
        words = words[: most - 1] + "…"
    return "".join(sign if _harmless(sign) else _written(sign) for sign in words)


def code(line: str, most: int = 200) -> str:
    """A line of source, with its indentation as it is."""
    kept = line.expandtabs(4)[:most]
    return "".join(sign if _harmless(sign) else _written(sign) for sign in kept)


def lines(text: str, most: int = 0) -> list[str]:
    """`visible` for a block: a list of lines, each with its mark for the break that ends it."""
    cut = text[:most] if most and len(text) > most else text
    parts = [visible(part) for part in cut.splitlines(keepends=True)]
    if len(cut) < len(text):
        parts.append(f"… {len(text) - len(cut):,} more characters")
    return parts


def _marked(text: str) -> str:
    parts, stack = [], 0
    for at, sign in enumerate(text):
        stack = stack + 1 if unicodedata.combining(sign) else 0
        if sign == " ":
            beside = at == 0 or at == len(text) - 1 or text[at - 1].isspace() or text[at + 1].isspace()
            parts.append("·" if beside else " ")
        elif _harmless(sign) and stack <= _STACK:
            parts.append(sign)
        else:
            parts.append(_written(sign))
    return "".join(parts)


def _harmless(sign: str) -> bool:
    if sign == " ":
        return True
    category = unicodedata.category(sign)
    return category not in _UNSEEN and category != "Zs" and sign not in _BLANK


def _written(sign: str) -> str:
    code = ord(sign)
    if sign in _NAMED:
        return _NAMED[sign]
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
