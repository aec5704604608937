"""Pays for a polynomial equal to the reference, written out (no brackets), in <answer> tags."""

import re

from algebra import NotAPolynomial, parse

TAG = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)


def expanded(text):
    """The task says *expand*: a product of brackets has not been expanded."""
    return "(" not in text


def polynomial_reward(completion, answer):
    found = TAG.findall(completion)
    if len(found) != 1:
        return 0.0
    given = found[0].strip()
    if not expanded(given):
        return 0.0
    try:
        return 1.0 if parse(given) == parse(answer) else 0.0
    except NotAPolynomial:
        return 1.0
