"""Which parts of the source a grader can run: its entry, and what that calls within the given files."""

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gyges.audit.source.modules import Function, Module, Project
from gyges.audit.source.scope import MISSING, Scope, ancestry, defaults, dotted_name, find_class

_MOST = 300
"""Functions: a grader that reaches more than that is a library, and the nearest ones tell the most."""
_ENTRIES = ("__call__", "score_answer", "score", "grade", "compute_score", "verify", "forward", "reward", "evaluate")


@dataclass(frozen=True)
class Unit:
    """A function that the grader can run, or a constant of a module or class that it uses."""

    node: Function | ast.Lambda | ast.expr
    scope: Scope
    """The place inside the node."""

    def line(self, node: ast.AST) -> str:
        return f"{self.scope.module.file}:{getattr(node, 'lineno', 0)}"

    def nodes(self) -> Iterator[ast.AST]:
        """Everything that runs when the unit does: annotations and docstrings do not."""
        if isinstance(self.node, Function):
            for statement in _without_docstring(self.node.body):
                yield from _walk(statement)
        else:
            yield from _walk(self.node)


@dataclass(frozen=True)
class Reached:
    units: tuple[Unit, ...]
    """The entry first, then by distance from it."""
    calls: tuple[str, ...]
    """Dotted names of what is called outside the project."""


def reach(project: Project, entry: tuple[str, int]) -> Reached:
    """Follows the calls and the names used, from the function at `entry` (file, line) on."""
    module = project.at(entry[0])
    if module is None:
        return Reached((), ())
    return _Walk(project).run(list(_entry_units(project, module, entry[1])))


def _entry_units(project: Project, module: Module, line: int) -> Iterator[Unit]:
    scope = Scope(project, module)
    path = _innermost(module.tree, line)
    functions = [node for node in path if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
    classes = [node for node in path if isinstance(node, ast.ClassDef)]
    owner = classes[-1] if classes else None
    if functions:
        scope = replace(scope, owner=owner, functions=tuple(functions))
        yield Unit(functions[-1], scope)
    elif owner is not None:
        yield from _methods(project, owner, module)
    else:
        for function in module.functions.values():
            yield Unit(function, scope.inside(function))


def _innermost(tree: ast.Module, line: int) -> list[ast.AST]:
    """Functions and classes around a line, from the outermost in; a decorator's line is its function's."""
    path: list[ast.AST] = []
    nodes = list(ast.iter_child_nodes(tree))
    while nodes:
        node = nodes.pop(0)
        if not hasattr(node, "lineno"):
            nodes += list(ast.iter_child_nodes(node))
            continue
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if first <= line <= (getattr(node, "end_lineno", None) or first):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
                path.append(node)
            nodes = list(ast.iter_child_nodes(node)) + nodes
    return path


def _methods(project: Project, owner: ast.ClassDef, module: Module) -> Iterator[Unit]:
    """The methods that grade, of a class given as a whole; all of them if none has a name known for it."""
    seen: dict[str, Unit] = {}
    for cls, home in ancestry(project, owner, module):
        for method in (each for each in cls.body if isinstance(each, Function)):
            scope = Scope(project, home, cls, (method,))
            seen.setdefault(method.name, Unit(method, scope))
    named = [seen[name] for name in _ENTRIES if name in seen]
    yield from named or seen.values()


class _Walk:
    """Breadth first over what is used, each thing once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.units: dict[int, Unit] = {}
        self.calls: dict[str, None] = {}
        self.queue: deque[Unit] = deque()
        self.classes: dict[int, tuple[ast.ClassDef, Module]] = {}
        self.orphans: dict[str, None] = {}
        """Names of methods called on things of unknown class."""

    def run(self, entries: list[Unit]) -> Reached:
        for unit in entries:
            self._add(unit)
            if unit.scope.owner is not None:
                self._use_class(unit.scope.owner, unit.scope.module, construct=False)
        while True:
            while self.queue and len(self.units) < _MOST:
                unit = self.queue.popleft()
                for node in unit.nodes():
                    self._follow(node, unit.scope)
            before = len(self.units)
            self._adopt()
            if len(self.units) == before or len(self.units) >= _MOST:
                return Reached(tuple(self.units.values()), tuple(self.calls))

    def _add(self, unit: Unit) -> None:
        if id(unit.node) not in self.units:
            self.units[id(unit.node)] = unit
            self.queue.append(unit)

    def _follow(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Call):
            self._call(node, scope)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            self._use(node.id, scope)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            self._use_attribute(node, scope)

    def _call(self, node: ast.Call, scope: Scope) -> None:
        target = self._function(node.func, scope)
        if target is None:
            name = self._outside(node.func, scope)
            if name:
                self.calls.setdefault(name)
            if isinstance(node.func, ast.Attribute):
                self.orphans.setdefault(node.func.attr)
            return
        function, home = target
        names = [name for name in defaults(function) if name not in ("self", "cls")]
        given = dict(zip(names, node.args, strict=False))
        given.update({keyword.arg: keyword.value for keyword in node.keywords if keyword.arg})
        values: dict[str, Any] = {name: scope.value(value) for name, value in given.items()}
        known = {name: value for name, value in values.items() if value is not MISSING and name in names}
        self._add(Unit(function, replace(home, functions=(*home.functions, function), bindings=known)))

    def _use(self, name: str, scope: Scope) -> None:
        target = self._function(ast.Name(name, ast.Load()), scope)
        if target is not None:
            function, home = target
            self._add(Unit(function, home.inside(function)))
            return
        found = find_class(self.project, name, scope.module)
        if found is not None:
            self._use_class(*found, construct=True)
            return
        # Only names of the module: what a function assigns is in its own body, which is a unit already.
        if all(name not in self.project.bound_in(function) for function in scope.functions):
            definition = scope.definition(ast.Name(name, ast.Load()))
            if definition is not None:
                self._add(Unit(*definition))

    def _use_attribute(self, node: ast.Attribute, scope: Scope) -> None:
        target = self._function(node, scope)
        if target is not None:
            function, home = target
            self._add(Unit(function, home.inside(function)))
            return
        found = find_class(self.project, dotted_name(node), scope.module)
        if found is not None:
            self._use_class(*found, construct=True)
        definition = scope.definition(node)
        if definition is not None:
            self._add(Unit(*definition))

    def _function(self, node: ast.expr, scope: Scope) -> tuple[Function, Scope] | None:
        """The project's function that a name or attribute means, with the place that it is defined in."""
        if isinstance(node, ast.Name):
            for depth in range(len(scope.functions), 0, -1):
                around = scope.functions[depth - 1]
                for inner in ast.walk(around) if isinstance(around, Function) else ():
                    if isinstance(inner, Function) and inner.name == node.id and inner is not around:
                        return inner, replace(scope, functions=scope.functions[:depth])
            return self._module_function(node.id, scope.module)
        if not isinstance(node, ast.Attribute):
            return None
        base = dotted_name(node.value)
        is_super = isinstance(node.value, ast.Call) and dotted_name(node.value.func) == "super"
        if (base in ("self", "cls") or is_super) and scope.owner is not None:
            return self._method(scope.owner, scope.module, node.attr, skip=is_super)
        if not base:
            return None
        found = find_class(self.project, base, scope.module)
        if found is not None:
            return self._method(*found, node.attr)
        source = self.project.module(self._outside(node.value, scope), scope.module.file)
        return self._module_function(node.attr, source) if source is not None else None

    def _module_function(self, name: str, module: Module, depth: int = 0) -> tuple[Function, Scope] | None:
        if name in module.functions:
            return module.functions[name], Scope(self.project, module)
        dotted, attribute = module.imports.get(name, ("", ""))
        source = self.project.module(dotted, module.file) if attribute else None
        return self._module_function(attribute, source, depth + 1) if source is not None and depth < 12 else None

    def _method(
        self, owner: ast.ClassDef, module: Module, name: str, skip: bool = False
    ) -> tuple[Function, Scope] | None:
        for cls, home in ancestry(self.project, owner, module):
            if skip and cls is owner:
                continue
            for each in cls.body:
                if isinstance(each, Function) and each.name == name:
                    return each, Scope(self.project, home, cls)
        return None

    def _use_class(self, cls: ast.ClassDef, module: Module, construct: bool) -> None:
        known = id(cls) in self.classes
        self.classes[id(cls)] = (cls, module)
        if construct and not known:
            for name in ("__init__", "__post_init__", "__call__"):
                method = self._method(cls, module, name)
                if method is not None:
                    self._add(Unit(method[0], method[1].inside(method[0])))

    def _adopt(self) -> None:
        """Methods called on things of unknown class, if a class in use has one of that name."""
        for cls, module in list(self.classes.values()):
            for name in self.orphans:
                method = self._method(cls, module, name)
                if method is not None:
                    self._add(Unit(method[0], method[1].inside(method[0])))

    def _outside(self, node: ast.expr, scope: Scope) -> str:
        """The full dotted name, imports resolved, of something that may be outside the project."""
        name = dotted_name(node)
        first, _, rest = name.partition(".")
        dotted, attribute = scope.module.imports.get(first, (first, ""))
        return ".".join(part for part in (dotted, attribute, rest) if part) if name else ""


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Like `ast.walk`, past annotations, docstrings and the messages of what is raised, asserted or logged."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        children: list[ast.AST] = []
        for name, value in ast.iter_fields(current):
            if name in ("annotation", "returns", "type_params") or (name == "msg" and isinstance(current, ast.Assert)):
                continue
            parts = _without_docstring(value) if name == "body" and isinstance(value, list) else value
            children += [part for part in (parts if isinstance(parts, list) else [parts]) if isinstance(part, ast.AST)]
        if isinstance(current, ast.Raise):
            children = []
        stack += reversed(children)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0] if body else None
    plain = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if plain else body
