"""Reads a formula, in plain notation or a subset of LaTeX, into a tree; nothing in the text is ever run."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from gyges.audit.judges.notation import plain

LONGEST = 1500
DEEPEST = 40
LARGEST = 10**400
"""Bound on what is computed exactly."""

FUNCTIONS = frozenset((
    "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "asinh", "acosh", "atanh", "ln", "log", "exp", "sqrt", "cbrt", "abs", "Abs", "factorial",
    "floor", "ceil", "ceiling", "gamma", "erf",
))  # fmt: skip
GREEK = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota",
    "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Sigma", "Phi", "Psi", "Omega",
))  # fmt: skip
CONSTANTS = frozenset({"pi", "e", "E"})


class Unreadable(Exception):  # noqa: N818
    """The text is no formula, or too large a one."""


@dataclass(frozen=True)
class Node:
    """`number`, `symbol`, an operator (`+`, `*`, `/`, `^`, `-` with one part), or `call` of a function."""

    kind: str
    parts: tuple["Node", ...] = ()
    value: Fraction = Fraction(0)
    name: str = ""

    def symbols(self) -> frozenset[str]:
        """Names of variables."""
        own = frozenset({self.name}) if self.kind == "symbol" and self.name not in CONSTANTS else frozenset()
        return own.union(*(part.symbols() for part in self.parts))

    def size(self) -> int:
        return 1 + sum(part.size() for part in self.parts)


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3}(?![\d.]))?|\.\d+)|(?P<command>\\[A-Za-z]+)|(?P<word>[A-Za-zα-ωΑ-Ω](?:[A-Za-z]*)"
    r"(?:_(?:\{\w{1,8}\}|\w))?\d{0,2})|(?P<sign>\*\*|[-+*/^(){}\[\]|!_√π]))"
)
_COMMANDS = {"cdot": "*", "times": "*", "div": "/", "ast": "*", "lvert": "|", "rvert": "|", "vert": "|"}


def parse(text: str, known: Collection[str] = ()) -> Node:
    """The formula that `text` writes.

    **Arguments:**

    - `known`: names of variables; a run of letters that are all known stands for their product.

    Raises `Unreadable`.
    """
    if len(text) > LONGEST:
        raise Unreadable("too long")
    return _Parser(_tokens(plain(text), known)).whole()


def exact(text: str) -> Fraction | None:
    """The value of arithmetic without variables, None if it has none or is too large."""
    try:
        return value_of(parse(text))
    except (Unreadable, ZeroDivisionError):
        return None


def value_of(node: Node) -> Fraction:
    """The exact value of a tree without variables; raises `Unreadable` where there is none that is rational."""
    if node.kind == "number":
        return node.value
    if node.kind not in ("+", "*", "/", "-", "^"):
        raise Unreadable(f"{node.kind} has no rational value")
    parts = [value_of(part) for part in node.parts]
    result = parts[0]
    if node.kind == "-":
        return -result
    if node.kind == "^":
        return _power(*parts)
    for other in parts[1:]:
        result = result + other if node.kind == "+" else result * other if node.kind == "*" else result / other
        if abs(result.numerator) > LARGEST or result.denominator > LARGEST:
            raise Unreadable("too large")
    return result


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > 1000:
        raise Unreadable("no such power")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(int(exponent))
    if bits > 4000:
        raise Unreadable("too large")
    return base ** int(exponent)


def _tokens(text: str, known: Collection[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    text = text.rstrip(" .;,")
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise Unreadable(f"{text[place : place + 10]!r} belongs to no formula")
        place = match.end()
        kind = match.lastgroup or ""
        token = match[kind]
        if kind == "command":
            name = token[1:]
            if name in _COMMANDS:
                found.append(("sign", _COMMANDS[name]))
            elif name in ("frac", "dfrac", "tfrac", "cfrac", "sqrt"):
                found.append(("latex", "sqrt" if name == "sqrt" else "frac"))
            elif name == "pi" or name in GREEK or name in FUNCTIONS:
                found.append(("word", name))
            else:
                raise Unreadable(f"\\{name} is not read")
        elif kind == "word":
            found.extend(_named(token, known))
        elif token in "√π":
            found.append(("latex", "sqrt") if token == "√" else ("word", "pi"))
        else:
            found.append((kind, "^" if token == "**" else token))
        if len(found) > 600:
            raise Unreadable("too many signs")
    return found


def _named(token: str, known: Collection[str]) -> list[tuple[str, str]]:
    token = token.replace("{", "").replace("}", "")
    if token in known or token in FUNCTIONS or token in GREEK or token in CONSTANTS or "_" in token:
        return [("word", token)]
    letters = re.sub(r"\d+$", "", token)
    if len(letters) == 1:
        return [("word", token)]
    # A run of letters is a product only if somebody said that each of them is a variable.
    if letters == token and all(letter in known or letter == "i" for letter in token):
        return [("word", letter) for letter in token]
    raise Unreadable(f"{token!r} is a word")


class _Parser:
    """Precedence by descent: sums, products (written or not), signs, powers, atoms."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._place, self._depth = tokens, 0, 0

    def whole(self) -> Node:
        if not self._tokens:
            raise Unreadable("nothing there")
        node = self._sum()
        if self._place < len(self._tokens):
            raise Unreadable(f"{self._next()[1]!r} is left over")
        return node

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _take(self, sign: str) -> bool:
        if self._next() == ("sign", sign):
            self._place += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise Unreadable(f"{sign!r} is missing")

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("too deep")
        terms = [self._product()]
        while True:
            if self._take("+"):
                terms.append(self._product())
            elif self._take("-"):
                terms.append(Node("-", (self._product(),)))
            else:
                break
        self._depth -= 1
        return terms[0] if len(terms) == 1 else Node("+", tuple(terms))

    def _product(self) -> Node:
        node = self._signed()
        while True:
            kind, token = self._next()
            if self._take("*"):
                node = _joined("*", node, self._signed())
            elif self._take("/"):
                node = Node("/", (node, self._signed()))
            elif kind in ("word", "latex", "number") or token in ("(", "["):
                if kind == "number" and node.kind == "number":
                    raise Unreadable("two numbers side by side")
                node = _joined("*", node, self._powered())
            else:
                return node

    def _signed(self) -> Node:
        negative = False
        for _ in range(DEEPEST):
            if self._take("-"):
                negative = not negative
            elif not self._take("+"):
                break
        node = self._powered()
        return Node("-", (node,)) if negative else node

    def _powered(self) -> Node:
        base = self._atom()
        while self._take("!"):
            base = Node("call", (base,), name="factorial")
        if not self._take("^"):
            return base
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("too deep")
        exponent = self._braced() if self._next() == ("sign", "{") else self._signed()
        self._depth -= 1
        return Node("^", (base, exponent))

    def _atom(self) -> Node:
        kind, token = self._next()
        self._place += 1
        if kind == "number":
            return Node("number", value=Fraction(token))
        if kind == "word":
            return self._call(token) if token in FUNCTIONS and token != "gamma" else Node("symbol", name=token)
        if kind == "latex" and token == "frac":
            top, bottom = self._braced(), self._braced()
            return Node("/", (top, bottom))
        if kind == "latex":
            return self._root()
        for left, right in (("(", ")"), ("[", "]"), ("{", "}"), ("|", "|")):
            if token == left:
                node = self._sum()
                self._expect(right)
                return Node("call", (node,), name="abs") if left == "|" else node
        raise Unreadable(f"{token or 'the end'!r} is out of place")

    def _braced(self) -> Node:
        if self._take("{"):
            node = self._sum()
            self._expect("}")
            return node
        kind, token = self._next()
        if kind == "number" and len(token) > 1 and token.isdigit():
            # \frac12 is a half: LaTeX takes one sign at a time.
            self._tokens[self._place] = ("number", token[1:])
            return Node("number", value=Fraction(token[0]))
        return self._atom()

    def _root(self) -> Node:
        index = Node("number", value=Fraction(2))
        if self._take("["):
            index = self._sum()
            self._expect("]")
        radicand = self._braced() if self._next() == ("sign", "{") else self._atom()
        return Node("^", (radicand, Node("/", (Node("number", value=Fraction(1)), index))))

    def _call(self, name: str) -> Node:
        power = None
        if self._take("^"):
            power = self._braced() if self._next() == ("sign", "{") else self._signed()
        brackets = self._next()[1]
        argument = self._atom() if brackets in ("(", "{", "[", "|") else self._powered()
        node = Node("call", (argument,), name=_PLAIN.get(name, name))
        return Node("^", (node, power)) if power is not None else node


_PLAIN = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log", "Abs": "abs", "ceiling": "ceil"}


def _joined(kind: str, left: Node, right: Node) -> Node:
    parts = (*left.parts, right) if left.kind == kind else (left, right)
    return Node(kind, parts)
