"""What a name means at one place of the source, and what an expression is worth if that is plain to see."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gyges.audit.source.modules import Function, Module, Project, assignments

MISSING: Any = object()
"""The value of an expression that is not plain to see."""
HOLE = "\ue000"
"""Stands in a string for a part that is only known when the grader runs; most often the reference."""
_DEEPEST = 12
_LONGEST = 10_000
_FLAGS = {name: int(flag) for name, flag in re.RegexFlag.__members__.items()}


@dataclass(frozen=True)
class Scope:
    """A place in the source: a module, perhaps a class, and the functions around it from the outermost in."""

    project: Project
    module: Module
    owner: ast.ClassDef | None = None
    functions: tuple[Function | ast.Lambda, ...] = ()
    bindings: Mapping[str, Any] = field(default_factory=dict)
    """Parameters whose value is plain at the call."""

    def inside(self, function: Function | ast.Lambda) -> "Scope":
        return replace(self, functions=(*self.functions, function))

    def definition(self, node: ast.expr) -> tuple[ast.expr, "Scope"] | None:
        """The one expression that a name or an attribute stands for, with the place where that is written."""
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        return None

    def settle(self, node: ast.expr) -> tuple[ast.expr, "Scope"]:
        """`node`, or what it stands for if it is a name that is assigned once."""
        scope = self
        for _ in range(_DEEPEST):
            found = scope.definition(node)
            if found is None:
                break
            node, scope = found
        return node, scope

    def value(self, node: ast.expr | None, depth: int = 0) -> Any:
        """The constant that an expression comes to, or `MISSING`. Collections come as tuples, a dict as its keys."""
        if node is None or depth > _DEEPEST:
            return MISSING
        match node:
            case ast.Constant():
                return node.value
            case ast.Name() | ast.Attribute():
                return self._named_value(node, depth)
            case ast.JoinedStr():
                return "".join(self._piece(piece, depth) for piece in node.values)
            case ast.Tuple() | ast.List() | ast.Set():
                return self._all(node.elts, depth)
            case ast.Dict():
                return self._all([key for key in node.keys if key is not None], depth)
            case ast.UnaryOp() | ast.BinOp():
                return self._computed(node, depth)
            case ast.Call():
                return self._called(node, depth)
        return MISSING

    def options(self, node: ast.expr) -> tuple[Any, ...]:
        """The constants that an expression may come to: several for the variable of a loop over constants."""
        known = self.value(node)
        if known is not MISSING:
            return (known,)
        if isinstance(node, ast.Name):
            for function in reversed(self.functions):
                for iterated in self.project.loops_in(function).get(node.id, ()):
                    each = self.value(iterated)
                    if isinstance(each, tuple):
                        return each
        return ()

    def text(self, node: ast.expr | None) -> Any:
        """Like `value`, for a string that may have parts only known at run time: they become `HOLE`."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left), self.text(node.right)
            if left is MISSING and right is MISSING:
                return MISSING
            pieces = [HOLE if side is MISSING else side for side in (left, right)]
            return "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else MISSING
        found = self.value(node)
        if found is MISSING and isinstance(node, (ast.Name, ast.Attribute)):
            settled, scope = self.settle(node)
            return scope.text(settled) if settled is not node else MISSING
        return found

    def attributes(self, owner: ast.ClassDef, name: str) -> Iterator[tuple[ast.expr, "Scope"]]:
        """What a class, its bases or its methods assign to an attribute."""
        for cls, module in ancestry(self.project, owner, self.module):
            place = replace(self, module=module, owner=cls, functions=(), bindings={})
            for statement in cls.body:
                for bound, value in assignments(statement):
                    if bound == name:
                        yield value, place
            for method in (each for each in cls.body if isinstance(each, Function)):
                for node in ast.walk(method):
                    if isinstance(node, ast.Assign) and f"self.{name}" in map(dotted_name, node.targets):
                        yield node.value, place.inside(method)

    def _name(self, name: str) -> tuple[ast.expr, "Scope"] | None:
        for depth in range(len(self.functions), 0, -1):
            function = self.functions[depth - 1]
            here = replace(self, functions=self.functions[:depth])
            arguments = defaults(function)
            bound = self.project.bound_in(function).get(name, [])
            if name in arguments:
                default = arguments[name]
                if isinstance(default, ast.Constant) and default.value is None and bound:
                    # `if words is None: words = [...]`
                    default = bound[0]
                return (default, here) if default is not None and name not in self.bindings else None
            if bound:
                return (bound[0], here) if len(bound) == 1 and bound[0] is not None else None
        if name in self.module.constants:
            return self.module.constants[name], self._top(self.module)
        return self._imported(self.module, name)

    def _imported(self, module: Module, name: str, depth: int = 0) -> tuple[ast.expr, "Scope"] | None:
        dotted, attribute = module.imports.get(name, ("", ""))
        source = self.project.module(dotted, module.file) if attribute else None
        if source is None or depth > _DEEPEST:
            return None
        if attribute in source.constants:
            return source.constants[attribute], self._top(source)
        return self._imported(source, attribute, depth + 1)

    def _attribute(self, node: ast.Attribute) -> tuple[ast.expr, "Scope"] | None:
        if isinstance(node.value, ast.Name):
            base = node.value.id
            dotted, attribute = self.module.imports.get(base, ("", ""))
            whole = f"{dotted}.{attribute}".strip(".") if attribute else dotted
            source = self.project.module(whole, self.module.file) if whole else None
            if source is not None and node.attr in source.constants:
                return source.constants[node.attr], self._top(source)
            owner = self.owner if base in ("self", "cls") else self.module.classes.get(base)
            found = list(self.attributes(owner, node.attr)) if owner is not None else []
            return found[0] if len(found) == 1 else None
        # `self.config.tolerance`: the field of that name, if one class of the same file has it.
        if isinstance(node.value, ast.Attribute):
            fields = [
                (value, self._top(self.module))
                for cls in self.module.classes.values()
                for statement in cls.body
                for bound, value in assignments(statement)
                if bound == node.attr
            ]
            return fields[0] if len(fields) == 1 else None
        return None

    def _top(self, module: Module) -> "Scope":
        return Scope(self.project, module)

    def _named_value(self, node: ast.Name | ast.Attribute, depth: int) -> Any:
        if isinstance(node, ast.Name) and node.id in self.bindings:
            return self.bindings[node.id]
        base = node.value if isinstance(node, ast.Attribute) else None
        if isinstance(base, ast.Name) and self.module.imports.get(base.id, ("",))[0] in ("re", "regex"):
            return _FLAGS.get(node.attr, MISSING) if isinstance(node, ast.Attribute) else MISSING
        found = self.definition(node)
        return found[1].value(found[0], depth + 1) if found else MISSING

    def _piece(self, piece: ast.expr, depth: int) -> str:
        if isinstance(piece, ast.Constant):
            return str(piece.value)
        known = self.value(piece.value, depth + 1) if isinstance(piece, ast.FormattedValue) else MISSING
        return HOLE if known is MISSING else str(known)

    def _all(self, nodes: list[ast.expr], depth: int) -> Any:
        values = tuple(self.value(node, depth + 1) for node in nodes[:500])
        return MISSING if MISSING in values else values

    def _computed(self, node: ast.UnaryOp | ast.BinOp, depth: int) -> Any:
        if isinstance(node, ast.UnaryOp):
            operand = self.value(node.operand, depth + 1)
            known = isinstance(operand, (int, float)) and isinstance(node.op, ast.USub)
            return -operand if known else MISSING
        left, right = self.value(node.left, depth + 1), self.value(node.right, depth + 1)
        numbers = all(isinstance(side, (int, float)) and abs(side) < 1e9 for side in (left, right))
        try:
            match node.op:
                case ast.Add() if numbers or (isinstance(left, (str, tuple)) and type(left) is type(right)):
                    return left + right if numbers or len(left) + len(right) < _LONGEST else MISSING
                case ast.Sub() if numbers:
                    return left - right
                case ast.Mult() if numbers:
                    return left * right
                case ast.Div() if numbers:
                    return left / right
                case ast.Pow() if numbers and abs(right) <= 64:
                    return left**right
                case ast.BitOr() if isinstance(left, int) and isinstance(right, int):
                    return left | right
        except (ArithmeticError, TypeError):
            pass
        return MISSING

    def _called(self, node: ast.Call, depth: int) -> Any:
        name = dotted_name(node.func)
        if len(node.args) != 1 or node.keywords:
            return MISSING
        inner = self.value(node.args[0], depth + 1)
        if inner is MISSING:
            return HOLE if name in ("re.escape", "regex.escape") else MISSING
        if name in ("re.escape", "regex.escape") and isinstance(inner, str):
            return re.escape(inner)
        if name in ("set", "frozenset", "tuple", "list", "sorted") and isinstance(inner, tuple):
            return inner
        if name == "float" and isinstance(inner, (int, float)):
            return float(inner)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            glue = self.value(node.func.value, depth + 1)
            if isinstance(glue, str) and isinstance(inner, tuple) and all(isinstance(part, str) for part in inner):
                return glue.join(inner)
        return MISSING


def ancestry(
    project: Project, cls: ast.ClassDef, module: Module, depth: int = 0
) -> Iterator[tuple[ast.ClassDef, Module]]:
    """A class and those of its bases that the project defines."""
    yield cls, module
    for base in cls.bases if depth < _DEEPEST else ():
        found = find_class(project, dotted_name(base), module)
        if found is not None and found[0] is not cls:
            yield from ancestry(project, *found, depth + 1)


def find_class(project: Project, name: str, module: Module, depth: int = 0) -> tuple[ast.ClassDef, Module] | None:
    """The project's class that a dotted name means in a module."""
    first, _, rest = name.partition(".")
    if not rest and first in module.classes:
        return module.classes[first], module
    dotted, attribute = module.imports.get(first, ("", ""))
    whole = f"{dotted}.{attribute}" if attribute and rest else dotted
    source = project.module(whole, module.file) if dotted else None
    if source is None or depth > _DEEPEST:
        return None
    return find_class(project, rest or attribute, source, depth + 1)


def dotted_name(node: ast.AST) -> str:
    """`a.b.c` of a chain of names, or ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted_name(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def defaults(function: Function | ast.Lambda) -> dict[str, ast.expr | None]:
    """Parameters of a function with their defaults."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    padded: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found = {argument.arg: default for argument, default in zip(positional, padded, strict=True)}
    found.update({a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)})
    found.update({extra.arg: None for extra in (arguments.vararg, arguments.kwarg) if extra})
    return found
