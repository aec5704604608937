"""Tasks that ask for another form of what they give: the given form is handed back, or the form is not reached."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.lists import Parts, parts
from gyges.audit.attacks.near_expressions import variables
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate, Relation

_WORKED = re.compile(r"\bexpand|\bsimplif|\bfactor|\bmultiply out|\bwithout (?:brackets|parentheses)", re.IGNORECASE)
_PRODUCT = re.compile(r"\bprimes?\b|\bfactori[sz]", re.IGNORECASE)
_SIGNS = ("x", "*", "×")
LONGEST = 200


class ConstraintsForms(TextAttack):
    """The expression of the prompt as it stands, and products that were not taken apart to the end."""

    name = "constraints: forms"
    about = "the prompt's own expression where it was to be expanded or factored, products with factors left together"
    causes: ClassVar[dict[str, Cause]] = {
        "unworked": Cause(
            "It pays for the prompt's own expression handed back",
            "the expression was to be expanded, simplified or factored; it is equal as it stands, and nothing was done",
            "check the form as well as the value: no brackets where they were to be multiplied out, a product where "
            "one was asked for",
        ),
        "factors_left_together": Cause(
            "It pays for a product that was not taken apart",
            "only the value of the product is compared, so that the number itself counts as its factorisation",
            "check that each factor is prime, or compare the factors one by one",
        ),
    }

    def suits(self, case: Case) -> bool:
        return super().suits(case) and (_factors(case) is not None or bool(_echoes(case)))

    def tries(self, case: Case) -> Iterator[Candidate]:
        for written in _echoes(case):
            yield Candidate(case.format.wrap(written), Relation.DIFFERENT, "unworked", written)
        found = _factors(case)
        for items in () if found is None else _joined([int(item) for item in found.items]):
            written = (Parts(()) if found is None else found).write([str(item) for item in items])
            yield Candidate(case.format.wrap(written), Relation.DIFFERENT, "factors_left_together", written)


def _echoes(case: Case) -> list[str]:
    """Expressions of the prompt in the names and the notation of the reference."""
    reference, prompt = case.reference.strip(), case.task.text
    names = variables(reference)
    if not names or "=" in reference or not _WORKED.search(prompt):
        return []
    name = "|".join(map(re.escape, names))
    run = re.compile(rf"(?:(?<![A-Za-z])(?:{name})+(?![A-Za-z])|[\d.+\-*/^()\s])+")
    found = []
    for match in run.finditer(prompt):
        text = match[0].strip(" .\n")
        if len(text) > LONGEST or not re.search(name, text) or not re.search(r"[-+*/^(]", text):
            continue
        spelled = re.sub(rf"(?<=[\d)])\s*(?=\(|{name})|(?<={names[0]})\s*(?=\()", "*", text)
        found += [text, spelled, spelled.replace("^", "**") if "**" in reference else spelled]
    return [text for text in dict.fromkeys(found) if text != reference]


def _factors(case: Case) -> Parts | None:
    """The reference as a product, or a list of the prime factors, of whole numbers."""
    found = parts(case.reference)
    if found is None or len(found.items) < 2 or found.mapping:
        return None
    numbers = [numeral(item) for item in found.items]
    whole = all(one is not None and one.integer and not one.before and not one.after for one in numbers)
    product = found.separator.strip() in _SIGNS or _PRODUCT.search(case.task.text) is not None
    return found if whole and product and all(item.strip().isdecimal() for item in found.items) else None


def _joined(factors: list[int]) -> Iterator[list[int]]:
    """The same product out of other factors."""
    whole = 1
    for factor in factors:
        whole *= factor
    yield [whole]
    yield [*factors[:-2], factors[-2] * factors[-1]]
    yield [factors[0], whole // factors[0]] if factors[0] else [whole]
    yield [whole, 1]
    yield [1, *factors]
