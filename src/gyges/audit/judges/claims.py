"""Finds where a completion says "this is my answer": boxes, tags, labels, and phrases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gyges.audit.judges.notation import unwrapped

LONGEST = 4000
MOST = 100
"""Boxes that are looked at from either end."""


@dataclass(frozen=True)
class Claim:
    """One answer given as such."""

    start: int
    end: int
    text: str
    """The bare answer."""
    kind: str
    answer: int = 0
    """Where the answer itself begins; the claim begins with its marker."""


_TAGGED = re.compile(
    r"<(answer|final_answer|final|solution|result|output)>((?:(?!<\1>).){0,4000}?)</\1>", re.DOTALL | re.IGNORECASE
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_HASHES = re.compile(r"#{4}[ \t]*((?:(?!####)[^\n]){1,400})")
_LOOSE_END = re.compile(r"(?:\s|,|\bor\b|\band\b)+$", re.IGNORECASE)
_JSON = re.compile(
    r'"(?:final_)?(?:answer|result|solution|output)"\s*:\s*'
    r'("(?:[^"\\]|\\.){0,2000}"|-?[\d.eE+-]+|true|false|null)(?=\s*[,}\]]|\s*$)',
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|(?<=[\n.!?;]))[ \t*_>-]*(?:\b(?:the|my|so the|thus the|hence the|therefore,? the)\s+)?"
    r"(?:(?:final|correct|right)\s+)?(?:answer|result|solution|output|verdict)\b\**"
    r"(?:\s+(?:to|of|for)\s+[^\n:=.]{1,60}?)?\s*(?:\bis\b|\bare\b|:|=)\s*:?\**[ \t]*\n?[ \t]*([^\n]{1,400})",
    re.IGNORECASE | re.MULTILINE,
)
_HEADED = re.compile(r"^[ \t#*_]*(?:final|my) answer[ \t*_]*\n\s*([^\n]{1,400})", re.IGNORECASE | re.MULTILINE)
_INLINE = re.compile(
    r"\b(?:answer|result|solution)\s+(?:is\b(?!n)|would be|must be|should be|equals|=|:)\s*:?\**\s*([^\n]{1,400})",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[^\s\d])[.!?](?=\s|$)|(?<=\d)[.!?](?=\s|$)|[;\n]")


def claims(text: str) -> list[Claim]:
    """All answers given as such, in order of place; a claim inside of another is left to the outer one's marker."""
    found = [*_tags(text), *_boxes(text), *_hashes(text), *_json(text)]
    for pattern in (_LABEL, _HEADED, _INLINE):
        for match in pattern.finditer(text):
            end = match.end(1)
            inner = [claim for claim in found if claim.start < end and claim.end > match.start()]
            if not inner:
                answer = _first_sentence(match[1])
                found.append(
                    Claim(match.start(1), match.start(1) + len(answer), unwrapped(answer), "phrase", match.start(1))
                )
    return sorted(found, key=lambda claim: (claim.end, claim.start))


def _tags(text: str) -> Iterator[Claim]:
    for match in _TAGGED.finditer(text):
        inner = list(_boxes(match[2]))
        answer = inner[-1].text if inner else unwrapped(match[2])
        yield Claim(match.start(), match.end(), answer, "tag")


def _boxes(text: str) -> Iterator[Claim]:
    found = list(_BOX.finditer(text))
    for match in found if len(found) <= 2 * MOST else [*found[:MOST], *found[-MOST:]]:
        depth, place = 1, match.end()
        stop = min(len(text), match.end() + LONGEST)
        while place < stop and depth:
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            place += 1
        if depth == 0:
            yield Claim(match.start(), place, unwrapped(text[match.end() : place - 1]), "box")


def _hashes(text: str) -> Iterator[Claim]:
    for match in _HASHES.finditer(text):
        answer = _LOOSE_END.sub("", match[1])
        yield Claim(match.start(), match.start(1) + len(answer), unwrapped(answer), "hashes", match.start(1))


def _json(text: str) -> Iterator[Claim]:
    for match in _JSON.finditer(text):
        value = match[1]
        yield Claim(match.start(), match.end(), value[1:-1] if value.startswith('"') else value, "json")


def _first_sentence(text: str) -> str:
    end = _SENTENCE_END.search(text)
    return (text[: end.start()] if end else text).strip().rstrip("*").strip()
