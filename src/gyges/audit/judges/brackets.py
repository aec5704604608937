"""Reads lists, tuples, sets, mappings, grids and intervals, as text, into nested groups."""

import re
from dataclasses import dataclass

from gyges.audit.judges.notation import literal, plain

LONGEST = 20_000
DEEPEST = 12
MOST = 4000
"""Items of all groups together."""
_ENDS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_MATRIX = re.compile(r"\\begin\{([bpvBV]?matrix|array)\}(?:\{[^}]*\})?(.*?)\\end\{\1\}", re.DOTALL)
_ARROWS = re.compile(r"\s*(?:→|->|=>|\\to\b|\\rightarrow\b)\s*")
_UNION = re.compile(r"\s*(?:\\cup|∪)\s*")
_NUMERIC = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?%?")
_CELL = re.compile(r"[^\W\d]|[.#@$?]|[^\x00-\xff]")
_ENTRY = re.compile(r"\s*([^:=,\[\]{}()]{1,80}?)\s*(?::|=)\s*(.+)", re.DOTALL)


@dataclass(frozen=True)
class Group:
    """Items, or groups of items, and how they were held together."""

    kind: str
    """`(`, `[`, `{` as written; `,` for a bare list; `rows` for lines; ` ` for spaces; `→` for steps; `interval`;
    `map` for a mapping, whose items are pairs."""
    items: tuple["Item", ...]
    ends: str = ""
    """Both brackets of an interval."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the items where they are groups."""
        return tuple(len(item.items) if isinstance(item, Group) else 0 for item in self.items)


Item = Group | str


def group(text: str) -> Group | None:
    """The group that `text` writes, None if it is none."""
    if len(text) > LONGEST or text.count(",") + text.count("\n") > MOST:
        return None
    whole = _MATRIX.fullmatch(plain(text).strip()) if "\\begin" in text else None
    if whole:
        rows = [tuple(cell.strip() for cell in row.split("&")) for row in re.split(r"\\\\", whole[2]) if row.strip()]
        return Group("rows", tuple(Group(" ", row) for row in rows))
    text = text.replace("\\{", "{").replace("\\}", "}").replace("\\left", "").replace("\\right", "")
    text = _unfenced(text.strip())
    unions = _UNION.split(text)
    if len(unions) > 1:
        parts = [_bracketed(part.strip(), 0) for part in unions]
        return Group("union", tuple(part for part in parts if part)) if None not in parts else None
    return _bracketed(text.rstrip(" .;"), 0) or _bare(text)


def _unfenced(text: str) -> str:
    fenced = re.fullmatch(r"```\w*\n(.*?)\n?```", text, re.DOTALL)
    text = fenced[1] if fenced else text
    if len(text) > 2 and text[0] == text[-1] == "$" and "$" not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def _bracketed(text: str, depth: int) -> Group | None:
    if len(text) < 2 or depth > DEEPEST:
        return None
    left, right = text[0], text[-1]
    if left not in "([{" or right not in ")]}":
        return None
    parts = _split(text[1:-1])
    if parts is None:
        return None
    if _ENDS[left] != right:
        return (
            Group("interval", tuple(parts), left + right)
            if len(parts) == 2 and left in "([" and right in ")]"
            else None
        )
    if left == "{" and parts and all(_ENTRY.fullmatch(part) for part in parts):
        return _mapping(parts, depth)
    return Group(left, tuple(_item(part, depth + 1) for part in parts))


def _bare(text: str) -> Group | None:
    """A group without brackets around it."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if len(lines) > 1:
        rows = [_line(line) for line in lines]
        return Group("rows", tuple(row or line for row, line in zip(rows, lines, strict=True)))
    return _line(text.strip())


def _line(text: str) -> Group | None:
    steps = _ARROWS.split(text)
    if len(steps) > 1:
        return Group("→", tuple(step.strip() for step in steps)) if all(steps) else None
    parts = _split(text)
    if parts is not None and len(parts) > 1 and all(parts):
        entries = all("=" in part and _ENTRY.fullmatch(part) for part in parts)
        return _mapping(parts, 0) if entries else Group(",", tuple(_item(part, 1) for part in parts))
    tokens = text.split()
    if len(tokens) > 1 and all(_NUMERIC.fullmatch(token) or _CELL.fullmatch(token) for token in tokens):
        return Group(" ", tuple(tokens))
    return None


def _mapping(parts: list[str], depth: int) -> Group:
    pairs: list[Group] = []
    for part in parts:
        entry = _ENTRY.fullmatch(part)
        assert entry is not None
        pairs.append(Group("pair", (_unquoted(entry[1]), _item(entry[2], depth + 1))))
    pairs.sort(key=lambda pair: str(pair.items[0]))
    return Group("map", tuple(pairs))


def _item(text: str, depth: int) -> Item:
    return _bracketed(text, depth) or _unquoted(text)


def _unquoted(text: str) -> str:
    text = literal(text).strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _split(text: str) -> list[str] | None:
    """Parts between commas outside of brackets and quotes; None if brackets do not match."""
    text = text.strip()
    if not text:
        return []
    parts, stack, start, quote = [], 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign == '"' or (sign == "'" and (place == 0 or text[place - 1] in "[({, :")):
            quote = sign
        elif sign in "([{":
            stack += 1
        elif sign in ")]}":
            stack -= 1
            if stack < 0:
                return None
        elif stack == 0 and (sign in ",;" and not _thousands(text, place)):
            parts.append(text[start:place].strip())
            start = place + 1
    if stack or quote:
        return None
    last = re.sub(r"^and\s+", "", text[start:].strip())
    return [*parts, last] if last else parts


def _thousands(text: str, place: int) -> bool:
    # "{,}" is LaTeX for the separator of thousands.
    return text[place - 1 : place + 2] == "{,}"
