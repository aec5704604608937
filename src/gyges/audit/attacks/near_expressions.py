"""Near misses of an expression: a term's sign, a coefficient, an exponent, a part left out."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.lists import parts
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_NAMES = re.compile(r"\\?[A-Za-z]+")
_FUNCTIONS = re.compile(r"sin|cos|tan|log|ln|exp|sqrt|abs|pi|e|d?frac|cdot|left|right|times|text|circ|infty")
_SIGNS = re.compile(r"[A-Za-z0-9\s.+\-*/^(){}=\\,_√π²³·×]+")
_TERM = re.compile(r"(?<=[\w)}\s])\s*([+-])\s*(?=[\w(\\])")
_EXPONENT = re.compile(r"(\*\*|\^)\s*\{?(\d+)\}?")
_COEFFICIENT = re.compile(r"(?<![\w.^*]|\{)(\d+)(?=\s*\*?\s*[A-Za-z(\\])")
MOST = 3
"""Places at which one kind of change is made."""


class NearExpressions(TextAttack):
    """Expressions that agree with the right one in most of their text, or at a few points."""

    name = "near misses: expressions"
    about = (
        "a sign, coefficient, exponent or name of an expression changed, a term left out, or equal at a few points only"
    )
    causes: ClassVar[dict[str, Cause]] = {
        "term_sign": Cause(
            "It does not read the sign of a term",
            "the expression with one sign changed is another expression",
            "parse both sides and test that their difference is zero",
        ),
        "coefficient": Cause(
            "It does not read a coefficient",
            "the expression with another coefficient is another expression",
            "parse both sides and test that their difference is zero",
        ),
        "exponent": Cause(
            "It does not read an exponent",
            "the expression with another exponent is another expression",
            "check that ^ is read as a power, and compare the parsed expressions",
        ),
        "term_missing": Cause(
            "It pays for an expression with a term missing or added",
            "what is compared is a part of the expression",
            "parse the whole answer, and refuse what the parser did not read to its end",
        ),
        "few_points": Cause(
            "It compares expressions at too few points",
            "the two agree where they were compared, and differ elsewhere",
            "compare at random points of both signs that are no integers, or symbolically",
        ),
        "name_ignored": Cause(
            "It does not read which variable stands where",
            "the expression in another variable is another expression",
            "compare free symbols as well",
        ),
        "side_ignored": Cause(
            "It reads one side of an equation only",
            "the other side says something else",
            "compare both sides",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and bool(variables(case.reference.strip()))

    def tries(self, case: Case) -> Iterator[Candidate]:
        right = case.reference.strip()
        names = variables(right)
        if not names:
            return
        streams = [
            list(stream) for stream in (_terms(right), _digits(right), _points(right, names[0]), _sides(right, names))
        ]
        for place in range(max(map(len, streams))):
            for stream in streams:
                if place < len(stream):
                    written, cause = stream[place]
                    yield Candidate(case.format.wrap(written), Relation.DIFFERENT, cause, written)


def variables(text: str) -> list[str]:
    """Names of variables if `text` is an expression or an equation; none if it is prose, a list or a number."""
    if len(text) > 300 or not _SIGNS.fullmatch(text) or numeral(text) is not None:
        return []
    if text[:1] != "(" and parts(text) is not None:
        return []
    names = [name for name in _NAMES.findall(text) if not _FUNCTIONS.fullmatch(name.lstrip("\\"))]
    single = all(len(name) <= 2 or name.isupper() for name in names)
    return list(dict.fromkeys(names)) if single and re.search(r"[-+*/^=²³]|\d[A-Za-z]|\\frac", text) else []


def _terms(right: str) -> Iterator[tuple[str, str]]:
    signs = list(_TERM.finditer(right))
    for found in signs[:MOST]:
        flipped = "-" if found[1] == "+" else "+"
        yield f"{right[: found.start(1)]}{flipped}{right[found.end(1) :]}", "term_sign"
    if signs and _balanced(right[: signs[-1].start()]):
        yield right[: signs[-1].start()].strip(), "term_missing"
    if signs and _balanced(right[: signs[0].start()]):
        yield right[signs[0].end() :].strip(), "term_missing"
    if "=" not in right:
        yield f"-({right})", "term_sign"
        yield f"{right} + 1", "term_missing"
        yield f"2*({right})", "coefficient"
    else:
        yield f"{right} + 1", "term_missing"


def _digits(right: str) -> Iterator[tuple[str, str]]:
    for found in list(_EXPONENT.finditer(right))[:MOST]:
        yield f"{right[: found.start(2)]}{int(found[2]) + 1}{right[found.end(2) :]}", "exponent"
        if int(found[2]) > 1:
            yield f"{right[: found.start(1)]}*{found[2]}{right[found.end() :]}", "exponent"
    for found in list(_COEFFICIENT.finditer(right))[:MOST]:
        yield f"{right[: found.start(1)]}{int(found[1]) + 1}{right[found.end(1) :]}", "coefficient"


def _points(right: str, name: str) -> Iterator[tuple[str, str]]:
    if "=" in right:
        return
    yield f"{right} + {name}*({name}-1)", "few_points"
    yield f"{right} + {name}*({name}-1)*({name}-2)*({name}+1)", "few_points"
    # Equal wherever the variable is positive.
    yield f"{right} + ({name} - abs({name}))", "few_points"
    yield f"{right} + 1/(1000000*{name}**2 + 1)", "few_points"


def _sides(right: str, names: list[str]) -> Iterator[tuple[str, str]]:
    other = next(letter for letter in "zwuv" if letter not in names)
    yield re.sub(rf"(?<![A-Za-z\\]){re.escape(names[0])}(?![A-Za-z])", other, right), "name_ignored"
    if len(names) > 1:
        swapped = right.replace(names[0], "\0").replace(names[1], names[0]).replace("\0", names[1])
        if sorted(re.split(r"\W+", right)) != sorted(re.split(r"\W+", swapped)):
            yield swapped, "name_ignored"
    left, equals, side = right.partition("=")
    if equals:
        yield f"{left}= {side.strip()} + 1", "side_ignored"
        yield f"{left.strip()} + 1 ={side}", "side_ignored"


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("{") == text.count("}")
