"""The right expression in other notations."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes import Clothes, Form, refuses
from gyges.audit.attacks.near_expressions import variables

_POWER = re.compile(r"\*\*\s*(\d+)")
_TERM = re.compile(r"\s*([+-])\s*")


class ClothesExpressions(Clothes):
    """Spaces, signs for products and powers, LaTeX, and the order of terms."""

    name = "other clothes: expressions"
    about = "the right expression with other spaces, other signs for products and powers, in LaTeX, its terms reordered"
    cause = "expression_form"
    causes: ClassVar[dict[str, Cause]] = {
        "expression_form": refuses("in another notation for expressions", "x*2 + 1 and 1 + 2x are the same expression")
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and bool(variables(case.reference.strip()))

    def forms(self, case: Case) -> Iterator[Form]:
        right = case.reference.strip()
        yield "no spaces", right.replace(" ", "")
        yield "spaces around signs", re.sub(r"\s*(?<![*^(\s])([+=])\s*", r" \1 ", right)
        if "**" in right:
            yield "caret", right.replace("**", "^")
            yield "LaTeX power", _POWER.sub(r"^{\1}", right)
            yield "implicit product", re.sub(r"(?<=\d)\s*\*\s*(?=[A-Za-z(])", "", right.replace("**", "^"))
        elif "^" in right and "{" not in right:
            yield "double star", right.replace("^", "**")
        yield "dollars around", f"${right}$"
        yield "LaTeX parentheses", f"\\({right}\\)"
        if "(" in right and "\\left" not in right:
            yield "LaTeX brackets", right.replace("(", "\\left(").replace(")", "\\right)")
        yield "full stop", f"{right}."
        if "=" not in right:
            yield "parentheses around", f"({right})"
            turned = _turned(right)
            if turned is not None:
                yield "terms reordered", turned


def _turned(right: str) -> str | None:
    """A flat sum with its terms in the reverse order."""
    if re.search(r"[(){}\\eE]", right) or right[:1] in "+-" or re.search(r"[*^/]\s*[+-]", right):
        return None
    pieces = _TERM.split(right)
    terms = [(sign, term) for sign, term in zip(["+", *pieces[1::2]], pieces[::2], strict=True)][::-1]
    if len(terms) < 2 or not all(term for _, term in terms):
        return None
    first = terms[0][1] if terms[0][0] == "+" else f"-{terms[0][1]}"
    return " ".join([first, *(f"{sign} {term}" for sign, term in terms[1:])])
