"""Source files, parsed and never imported: what each one defines, assigns and imports at its top."""

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef

_LARGEST = 2_000_000
"""Bytes: a longer file is data or generated, and would cost more than it tells."""


@dataclass
class Module:
    """One file and its top-level names."""

    file: str
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Local name -> (dotted module, with a dot for each level of a relative one; name in it or "")."""

    def __post_init__(self) -> None:
        for statement in _top_level(self.tree.body):
            if isinstance(statement, Function):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                self.classes[statement.name] = statement
            else:
                self.constants.update(assignments(statement))
        for node in ast.walk(self.tree):
            self.imports.update(_imports(node))


class Project:
    """The given files, each parsed when it is first asked for, and which of them a dotted name means."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = {file: _dotted(Path(file)) for file in files if file}
        self._modules: dict[str, Module | None] = {}
        self._bound: dict[int, dict[str, list[ast.expr | None]]] = {}
        self._loops: dict[int, dict[str, list[ast.expr]]] = {}

    def at(self, file: str) -> Module | None:
        """The module of one of the given files; None if it cannot be read."""
        if file not in self._modules:
            tree = parse(file) if file in self._files else None
            self._modules[file] = None if tree is None else Module(file, tree)
        return self._modules[file]

    def module(self, dotted: str, importer: str) -> Module | None:
        """The module that `importer` gets when it imports `dotted`, if it is one of the given files."""
        name = dotted.lstrip(".")
        parts = tuple(name.split(".")) if name else ()
        level = len(dotted) - len(name)
        if level:
            path = Path(*Path(importer).parts[:-level], *parts)
            return self.at(f"{path}.py") or self.at(str(path / "__init__.py"))
        exact = [file for file, whole in self._files.items() if whole == parts]
        # A package without an `__init__.py` shows only in the names of its folders.
        loose = [file for file in self._files if len(parts) > 1 and _parts(file)[-len(parts) :] == parts]
        return self.at(min(exact or loose, key=len)) if exact or loose else None

    def bound_in(self, function: Function | ast.Lambda) -> dict[str, list[ast.expr | None]]:
        """What a function assigns to each of its names; None for a loop variable or the like."""
        # By identity: the project keeps its trees alive, and the same functions are asked again and again.
        if id(function) not in self._bound:
            self._bound[id(function)] = _bound(function)
        return self._bound[id(function)]

    def loops_in(self, function: Function | ast.Lambda) -> dict[str, list[ast.expr]]:
        """What the loop variables of a function run over."""
        if id(function) not in self._loops:
            found: dict[str, list[ast.expr]] = {}
            for node in ast.walk(function):
                if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
                    found.setdefault(node.target.id, []).append(node.iter)
            self._loops[id(function)] = found
        return self._loops[id(function)]


def parse(file: str) -> ast.Module | None:
    """The tree of a file; of the parts that parse, if the whole does not; None if there is nothing to read."""
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except (OSError, ValueError):
        return None
    if len(content) > _LARGEST:
        return None
    text = _decoded(content)
    tree = _tree(text)
    return tree if tree is not None else _in_pieces(text)


def assignments(statement: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names that a statement binds to one expression."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
            elif isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                for name, value in zip(target.elts, statement.value.elts, strict=False):
                    if isinstance(name, ast.Name):
                        yield name.id, value
    elif isinstance(statement, ast.AnnAssign):
        if isinstance(statement.target, ast.Name) and statement.value is not None:
            yield statement.target.id, statement.value
    elif isinstance(statement, ast.NamedExpr):
        yield statement.target.id, statement.value


def _bound(function: Function | ast.Lambda) -> dict[str, list[ast.expr | None]]:
    found: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(function):
        plain = dict(assignments(node))
        for name, value in plain.items():
            found.setdefault(name, []).append(value)
        targets: list[ast.expr] = []
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension, ast.AugAssign)):
            targets = [node.target]
        elif isinstance(node, ast.Assign):
            targets = list(node.targets)
        for target in targets:
            for inner in ast.walk(target):
                if isinstance(inner, ast.Name) and inner.id not in plain:
                    found.setdefault(inner.id, []).append(None)
    return found


def _decoded(content: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return content.decode("utf-8", errors="replace")


def _tree(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _in_pieces(text: str) -> ast.Module:
    """Each top-level block by itself, so that one line of another Python's syntax costs one block."""
    lines = text.split("\n")
    starts = [
        number
        for number, line in enumerate(lines)
        if line[:1] and line[0] not in " \t#)]}" and not (number and lines[number - 1].startswith("@"))
    ]
    body: list[ast.stmt] = []
    for start, stop in pairwise([*starts, len(lines)]):
        piece = _tree("\n".join(lines[start:stop]))
        if piece is not None:
            body += ast.increment_lineno(piece, start).body
    return ast.Module(body=body, type_ignores=[])


def _top_level(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            if isinstance(statement, (ast.If, ast.Try, ast.With)):
                yield from _top_level(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from _top_level(handler.body)


def _imports(node: ast.AST) -> Iterator[tuple[str, tuple[str, str]]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, (alias.name, "")
            else:
                first = alias.name.split(".")[0]
                yield first, (first, "")
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, ("." * node.level + (node.module or ""), alias.name)


def _parts(file: str) -> tuple[str, ...]:
    parts = Path(file).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def _dotted(file: Path) -> tuple[str, ...]:
    """The name under which a file is imported: from its outermost package on."""
    packages = 0
    folder = file.parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder, packages = folder.parent, packages + 1
    parts = _parts(str(file))
    inside = packages + (file.stem != "__init__")
    return parts[-inside:] if inside else ()
