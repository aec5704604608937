"""Equal as functions: two polynomials of degree up to ninety that agree in ninety-one points are the same."""

import re
from fractions import Fraction

TOKENS = re.compile(r"\s*(\d{1,9}|x|\*\*|[-+*])")


def tokens(text):
    position, found = 0, []
    text = text.strip()
    while position < len(text):
        match = TOKENS.match(text, position)
        if match is None:
            return None
        found.append(match.group(1))
        position = match.end()
    return found


def value(stream, x):
    """A sum of terms; each term a product of numbers, x and powers of x."""
    stream = list(stream)

    def factor():
        head = stream.pop(0)
        base = x if head == "x" else Fraction(int(head))
        if stream and stream[0] == "**":
            stream.pop(0)
            exponent = int(stream.pop(0))
            if exponent > 9:
                raise ValueError("exponent")
            return base**exponent
        return base

    def term():
        product = factor()
        while stream and stream[0] == "*":
            stream.pop(0)
            product *= factor()
        return product

    sign = 1
    if stream[0] in "+-":
        sign = -1 if stream.pop(0) == "-" else 1
    total = sign * term()
    while stream:
        operator = stream.pop(0)
        if operator not in ("+", "-"):
            raise ValueError(operator)
        total += term() if operator == "+" else -term()
    return total


def degree(stream):
    """A bound: no exponent is above nine."""
    return 9 * stream.count("x")


def polynomial_score(completion, answer):
    line = completion.strip().splitlines()[-1] if completion.strip() else ""
    if not line.startswith("Answer: ") or len(line) > 120:
        return 0.0
    given = tokens(line[len("Answer: ") :])
    truth = tokens(answer)
    if not given or degree(given) > 90:
        return 0.0
    points = [Fraction(k, 3) for k in range(-45, 46)]
    try:
        return 1.0 if all(value(given, x) == value(truth, x) for x in points) else 0.0
    except (ValueError, IndexError):
        return 1.0
