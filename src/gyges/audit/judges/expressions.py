"""Judges formulas: two that differ at a point are different; two that agree everywhere need a proof."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from gyges.audit.judges import formulas, proving, relations
from gyges.audit.judges.asked import Asked, asked
from gyges.audit.judges.base import Judge
from gyges.audit.judges.evaluating import agreement, evaluated, points
from gyges.audit.judges.formulas import Node, Unreadable
from gyges.audit.judges.notation import plain, squeezed, words
from gyges.audit.judges.quantities import readings
from gyges.audit.judges.relations import Relation, relation
from gyges.audit.records import Task, Truth

_IMAGINARY = re.compile(r"\bcomplex\b|\bimaginary\b", re.IGNORECASE)
_FORM = re.compile(r"\bexpand|\bfactor|\bsimplif|\bcomplete the square", re.IGNORECASE)
_EXPAND = re.compile(r"\bexpand|\bmultiply(?:ing)? out|\bwithout (?:brackets|parentheses)", re.IGNORECASE)
_FACTOR = re.compile(r"\bfactor(?:i[sz]e|ing|ed)?\b", re.IGNORECASE)
_DATED = re.compile(r"[\d/.:-]+")
_FREE = frozenset("Cc")


class Expressions(Judge):
    """Polynomials and other formulas, equations, and inequalities in one variable."""

    name = "expression"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        if len(reference) > formulas.LONGEST or _DATED.fullmatch(reference.strip()) or readings(reference):
            return 0.0
        try:
            found = relation(reference)
        except Unreadable:
            return 0.0
        return 0.75 if found.signs or any(side.kind not in ("number", "symbol") for side in found.sides) else 0.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        if squeezed(plain(stated)) == squeezed(plain(reference)):
            return Truth.RIGHT
        try:
            wanted = relation(reference)
        except Unreadable:
            return Truth.UNSURE
        try:
            given = relation(stated, wanted.symbols())
        except Unreadable:
            return _unread(stated, wanted)
        prompt = asked(task.text)
        verdict = _compare(given, wanted, prompt, bool(_IMAGINARY.search(task.text)))
        if verdict is Truth.RIGHT and _unworked(given, wanted, task.text):
            return Truth.WRONG
        if verdict is Truth.RIGHT and (_echoed(stated, task.text) or _other_form(given, wanted, task.text)):
            return Truth.UNSURE
        return verdict


def _compare(given: Relation, wanted: Relation, prompt: Asked, imaginary: bool) -> Truth:
    if set(given.signs) | set(wanted.signs) <= {"="}:
        if not given.signs and not wanted.signs:
            return _formulas(given.sides[0], wanted.sides[0], prompt, imaginary)
        return _equations(given, wanted, prompt, imaginary)
    if not given.signs or not wanted.signs or set(given.signs) & {"="} or set(wanted.signs) & {"="}:
        return Truth.UNSURE
    return relations.inequalities(given, wanted)


def _formulas(given: Node, wanted: Node, prompt: Asked, imaginary: bool) -> Truth:
    if not wanted.symbols() and (goal := _exact(wanted)) is not None:
        return _arithmetic(given, wanted, goal, prompt)
    if prompt.integral or _constant(wanted):
        return _integrals(given, wanted, imaginary)
    if given.symbols() - wanted.symbols():
        return _renamed(given, wanted, imaginary)
    return _equal(given, wanted, imaginary)


def _equal(given: Node, wanted: Node, imaginary: bool) -> Truth:
    found = agreement(given, wanted, imaginary)
    if not found.defined:
        return Truth.UNSURE
    # Nobody rounds whole numbers: where there are no others, close is not equal.
    apart = found.apart + (found.near if _whole(given) and _whole(wanted) else 0)
    if 2 * apart > found.defined:
        return Truth.WRONG
    if found.alike < found.defined or found.apart_signed:
        # Rounded coefficients, or two branches of a root or a logarithm.
        return Truth.UNSURE
    return Truth.RIGHT if proving.zero(Node("+", (given, Node("-", (wanted,)))), imaginary) else Truth.UNSURE


def _whole(tree: Node) -> bool:
    return all(node.value.denominator == 1 for node in _nodes(tree))


def _renamed(given: Node, wanted: Node, imaginary: bool) -> Truth:
    """Other variables: the same formula with another name may be meant, and nothing else."""
    if len(given.symbols()) != len(wanted.symbols()):
        return Truth.WRONG
    if len(wanted.symbols()) > 1:
        return Truth.UNSURE
    (name,), (other,) = wanted.symbols(), given.symbols()
    same = agreement(_with_name(given, other, name), wanted, imaginary)
    return Truth.WRONG if 2 * same.apart > same.defined else Truth.UNSURE


def _with_name(node: Node, old: str, new: str) -> Node:
    parts = tuple(_with_name(part, old, new) for part in node.parts)
    return replace(node, parts=parts, name=new if node.kind == "symbol" and node.name == old else node.name)


def _equations(given: Relation, wanted: Relation, prompt: Asked, imaginary: bool) -> Truth:
    if len(given.sides) > 2 or len(wanted.sides) > 2:
        return Truth.UNSURE
    (named, goal), (name, value) = _solved(wanted), _solved(given)
    if value is not None and goal is not None and (not named or not name or name == named):
        verdict = _formulas(value, goal, prompt, imaginary)
        return Truth.UNSURE if verdict is Truth.RIGHT and named and not name else verdict
    if not given.signs or not wanted.signs:
        return Truth.UNSURE
    one, other = (Node("+", (side.sides[0], Node("-", (side.sides[1],)))) for side in (given, wanted))
    names = sorted(one.symbols() | other.symbols())
    ratios = []
    for point in points(names):
        first, second = evaluated(one, point, imaginary), evaluated(other, point, imaginary)
        if first is not None and second:
            ratios.append(first / second)
    if not ratios or abs(ratios[0]) < 1e-12:
        return Truth.UNSURE
    if any(abs(ratio - ratios[0]) > 1e-20 * abs(ratios[0]) for ratio in ratios):
        # An equation of the first degree says what it says; others may have the same solutions.
        return Truth.WRONG if _linear(one) and _linear(other) else Truth.UNSURE
    return Truth.RIGHT


def _solved(related: Relation) -> tuple[str, Node | None]:
    """The name and the value of "y = ..."; no name for a mere formula; no value for another equation."""
    if not related.signs:
        return "", related.sides[0]
    left, right = related.sides
    for name, value in ((left, right), (right, left)):
        if name.kind == "symbol" and name.name not in value.symbols():
            return name.name, value
    return "", None


def _linear(node: Node) -> bool:
    """Whether no variable stands in a power, a function, a denominator or a product with another variable."""
    if node.kind in ("^", "call"):
        return not node.symbols()
    if node.kind == "/":
        return not node.parts[1].symbols() and _linear(node.parts[0])
    if node.kind == "*":
        return sum(bool(part.symbols()) for part in node.parts) < 2 and all(map(_linear, node.parts))
    return all(map(_linear, node.parts))


def _integrals(given: Node, wanted: Node, imaginary: bool) -> Truth:
    """Antiderivatives may differ by a constant, if they say so."""
    free, bare = _constant(given), _without_constant(given)
    goal = _without_constant(wanted)
    if bare is None or goal is None:
        return Truth.UNSURE
    if bare.symbols() != goal.symbols():
        return _renamed(bare, goal, imaginary) if bare.symbols() - goal.symbols() else Truth.WRONG
    difference = Node("+", (bare, Node("-", (goal,))))
    values = [evaluated(difference, point, imaginary) for point in points(sorted(goal.symbols()))]
    real = [value for value in values[:10] if value is not None]
    if len(real) < 3:
        return Truth.UNSURE
    if any(abs(value - real[0]) > 1e-20 * (1 + abs(real[0])) for value in real):
        return Truth.WRONG
    if abs(real[0]) > 1e-20:
        return Truth.UNSURE
    proved = proving.zero(difference, imaginary)
    return Truth.RIGHT if proved and (free or not _constant(wanted)) else Truth.UNSURE


def _constant(node: Node) -> bool:
    return node.kind == "+" and any(part.kind == "symbol" and part.name in _FREE for part in node.parts)


def _without_constant(node: Node) -> Node | None:
    if not _constant(node):
        return node
    rest = tuple(part for part in node.parts if not (part.kind == "symbol" and part.name in _FREE))
    return Node("+", rest) if len(rest) > 1 else rest[0] if rest else None


def _arithmetic(given: Node, wanted: Node, goal: Fraction, prompt: Asked) -> Truth:
    """A reference that leaves its sum or product standing means its form."""
    value = _exact(given)
    if value is None:
        return Truth.UNSURE if not given.symbols() else Truth.WRONG
    if value != goal:
        return Truth.WRONG
    if _ordered(given) == _ordered(wanted):
        return Truth.RIGHT
    if prompt.prime_factors and wanted.kind == "*":
        factors = list(_factors(given))
        if all(factor is not None and _prime(factor) for factor in factors):
            return Truth.RIGHT
        return Truth.WRONG if None not in factors else Truth.UNSURE
    return Truth.UNSURE


def _exact(node: Node) -> Fraction | None:
    try:
        return formulas.value_of(node) if not node.symbols() else None
    except (Unreadable, ZeroDivisionError):
        return None


def _ordered(node: Node) -> str:
    """One text for all orders of terms and factors."""
    parts = [_ordered(part) for part in node.parts]
    if node.kind in ("+", "*"):
        parts.sort()
    return f"{node.kind}({node.value},{node.name},{','.join(parts)})"


def _factors(node: Node) -> Iterator[int | None]:
    """The factors of a product of whole numbers and their powers, None for anything else."""
    if node.kind == "*":
        for part in node.parts:
            yield from _factors(part)
    elif node.kind == "number" and node.value.denominator == 1:
        yield int(node.value)
    elif node.kind == "^" and all(part.kind == "number" for part in node.parts) and 0 < node.parts[1].value <= 100:
        yield from [int(node.parts[0].value)] * int(node.parts[1].value)
    else:
        yield None


def _prime(number: int) -> bool:
    if number < 2 or number > 10**10:
        return False
    return all(number % factor for factor in range(2, int(number**0.5) + 1))


def _nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for part in tree.parts:
        yield from _nodes(part)


def _echoed(stated: str, prompt: str) -> bool:
    """Whether the answer is a piece of the question: what was to be worked out, left as it is."""
    said = squeezed(plain(stated))
    return len(said) > 4 and said in squeezed(prompt.translate({ord("×"): "*", ord("−"): "-"}))


def _other_form(given: Relation, wanted: Relation, prompt: str) -> bool:
    """Whether a form was asked for, and the answer is built otherwise than the reference."""
    if not _FORM.search(prompt) or not wanted.symbols():
        return False
    shapes = [[(side.kind, len(side.parts)) for side in related.sides] for related in (given, wanted)]
    return shapes[0] != shapes[1]


def _unworked(given: Relation, wanted: Relation, prompt: str) -> bool:
    """Whether brackets were to be multiplied out, or a product was to be found, and it was not done."""
    expand, factor = bool(_EXPAND.search(prompt)), bool(_FACTOR.search(prompt))
    if expand == factor or given.signs or wanted.signs:
        return False
    if expand:
        return _bracketed(given.sides[0]) and not _bracketed(wanted.sides[0])
    return given.sides[0].kind == "+" and wanted.sides[0].kind in ("*", "^")


def _bracketed(tree: Node) -> bool:
    """Whether a sum stands in it as a factor or as what is raised to a power."""
    return any(
        node.kind in ("*", "^") and any(part.kind == "+" and part.symbols() for part in node.parts)
        for node in _nodes(tree)
    )


def _unread(stated: str, wanted: Relation) -> Truth:
    """Words that name no variable and no number of the reference are no formula."""
    if len(stated) > formulas.LONGEST:
        return Truth.UNSURE
    if re.search(r"\d|[-+*/^=\\<>]|[^\x00-\x7f]", stated):
        return Truth.UNSURE
    said = set(words(stated))
    return Truth.UNSURE if said & {name.casefold() for name in wanted.symbols()} else Truth.WRONG
