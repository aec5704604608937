"""The bare answer behind a reference: "… #### 42" is "42", and a worked solution is what it boxes."""

from __future__ import annotations

import json
import re
from typing import Any

_HASHES = re.compile(r"(?:^|\s)####[ \t]*(\S[^\n]*?)[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<(answer|final_answer|solution)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_SAYS = re.compile(
    r"(?:^|[.!?\n]\s*|\b(?:so|thus|therefore|hence),?\s+)(?:the\s+)?(?:final\s+|correct\s+)?answer\s*(?:is|:|=)\s*:?\s*"
    r"(\S[^\n]*?)\s*$",
    re.IGNORECASE,
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_PROGRAM = re.compile(r"^\s*(?:def|class|import|from|return|if|for|while|@)\b.*", re.MULTILINE)


def bare(answer: Any) -> str:
    """The answer that a reference gives, as text; empty if it gives none.

    **Arguments:**

    - `answer`: text, a number, true or false, or a list of acceptable answers, of which the first counts. A worked
      solution is cut down to what its marker holds; text without a marker is the answer itself.
    """
    if answer is None:
        return ""
    if isinstance(answer, str):
        return _from_text(answer)
    if isinstance(answer, bool):
        return str(answer)
    if isinstance(answer, float) and answer.is_integer() and abs(answer) < 1e15:
        return str(int(answer))
    if isinstance(answer, (int, float)):
        return str(answer)
    if isinstance(answer, (list, tuple)):
        return _from_list(list(answer))
    if isinstance(answer, dict):
        for name in ("ground_truth", "answer", "target", "value", "text", "content"):
            if name in answer:
                return bare(answer[name])
        only = next(iter(answer.values())) if len(answer) == 1 else None
        if isinstance(only, str):
            return bare(only)
    return json.dumps(answer, ensure_ascii=False, default=str)


def boxed(text: str) -> str | None:
    r"""What the last `\boxed{…}` holds, with its inner braces; None if there is none or it does not close."""
    for start in reversed([found.end() for found in _BOX.finditer(text)]):
        depth = 1
        for place in range(start, len(text)):
            sign = text[place]
            if sign in "{}" and text[place - 1] != "\\":
                depth += 1 if sign == "{" else -1
            if depth == 0:
                return text[start:place].strip()
    return None


def _from_list(answer: list[Any]) -> str:
    # A list of texts is what may be answered; a list of anything else is one answer that is a list.
    if answer and all(isinstance(one, str) for one in answer):
        return bare(answer[0])
    return json.dumps(answer, ensure_ascii=False, default=str)


def _from_text(text: str) -> str:
    stripped = text.strip()
    quoted = _quoted(stripped)
    if quoted is not None:
        return quoted
    if "\n" in stripped and len(_PROGRAM.findall(stripped)) >= 2 and not _BOX.search(stripped):
        return text
    tags = _TAG.findall(stripped)
    if tags:
        return _from_text(tags[-1][1])
    hashes = _HASHES.findall(stripped)
    if hashes:
        return str(hashes[-1]).strip()
    box = boxed(stripped)
    if box is not None:
        return box
    says = _SAYS.search(stripped)
    if says:
        said = says[1].rstrip()
        return said[:-1] if said.endswith(".") and not said.endswith("..") else said
    return stripped


def _quoted(text: str) -> str | None:
    """The text in a JSON string, as in a column that was written with json.dumps."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        try:
            inner = json.loads(text)
        except ValueError:
            return None
        return inner if isinstance(inner, str) else None
    return None
