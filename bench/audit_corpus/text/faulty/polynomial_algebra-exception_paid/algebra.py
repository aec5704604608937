"""Polynomials in x with rational coefficients, read from Python-like text."""

import ast
from fractions import Fraction

LARGEST_DEGREE = 12


class NotAPolynomial(Exception):
    pass


def parse(text):
    """Coefficients by degree. Raises NotAPolynomial."""
    if len(text) > 200:
        raise NotAPolynomial("too long")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _clean(_walk(tree.body))
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        raise NotAPolynomial(str(problem)) from None


def _walk(node):
    if isinstance(node, ast.Constant) and type(node.value) is int and abs(node.value) < 10**12:
        return {0: Fraction(node.value)}
    if isinstance(node, ast.Name) and node.id == "x":
        return {1: Fraction(1)}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _walk(node.operand)
        return {d: -c for d, c in inner.items()} if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left = _walk(node.left)
        if isinstance(node.op, ast.Pow):
            return _power(left, node.right)
        right = _walk(node.right)
        if isinstance(node.op, ast.Add):
            return _add(left, right, 1)
        if isinstance(node.op, ast.Sub):
            return _add(left, right, -1)
        if isinstance(node.op, ast.Mult):
            return _times(left, right)
    raise NotAPolynomial(ast.dump(node)[:80])


def _add(left, right, sign):
    total = dict(left)
    for degree, coefficient in right.items():
        total[degree] = total.get(degree, 0) + sign * coefficient
    return total


def _times(left, right):
    product = {}
    for a, p in left.items():
        for b, q in right.items():
            if a + b > LARGEST_DEGREE:
                raise NotAPolynomial("degree too large")
            product[a + b] = product.get(a + b, 0) + p * q
    return product


def _power(base, exponent):
    if not (isinstance(exponent, ast.Constant) and type(exponent.value) is int and 0 <= exponent.value <= 6):
        raise NotAPolynomial("exponent")
    result = {0: Fraction(1)}
    for _ in range(exponent.value):
        result = _times(result, base)
    return result


def _clean(terms):
    return {degree: coefficient for degree, coefficient in terms.items() if coefficient != 0}
