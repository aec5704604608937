"""What runs or leaves: evaluated text, processes, files, network; and exceptions that are swallowed."""

import ast
from collections.abc import Iterator

from gyges.audit.source.facts import Fact
from gyges.audit.source.kinds.literals import fact, shortened
from gyges.audit.source.reach import Unit
from gyges.audit.source.scope import MISSING, dotted_name

_NAMES = {"eval", "exec", "compile", "__import__", "input", "open"}
_ROOTS = {
    "subprocess",
    "pickle",
    "dill",
    "cloudpickle",
    "marshal",
    "shelve",
    "joblib",
    "importlib",
    "numexpr",
    "asteval",
}
_ROOTS |= {"requests", "httpx", "urllib", "urllib3", "aiohttp", "socket", "openai", "anthropic"}
_ROOTS |= {"random", "secrets", "uuid", "time", "datetime", "shutil", "tempfile", "multiprocessing"}
_WHOLE = {"os.system", "os.popen", "os.execv", "os.remove", "os.unlink", "os.environ.update", "yaml.load", "torch.load"}
_WHOLE |= {"yaml.unsafe_load", "yaml.full_load", "numpy.random.rand", "pandas.eval"}
_LAST = {"sympify", "parse_expr"}
"""Names under which sympy evaluates text, wherever they are imported from."""


def read(unit: Unit) -> Iterator[tuple[str, Fact]]:
    for node in unit.nodes():
        if isinstance(node, ast.Call):
            name = _whole_name(unit, node)
            first, last = name.split(".")[0], name.split(".")[-1]
            if name in _NAMES | _WHOLE or first in _ROOTS or last in _LAST:
                yield "sinks", fact(unit, node, name)
        elif isinstance(node, ast.Try):
            for handler in node.handlers:
                yield from _swallowed(unit, node, handler)
        elif isinstance(node, ast.With):
            for item in node.items:
                if isinstance(item.context_expr, ast.Call) and dotted_name(item.context_expr.func).endswith("suppress"):
                    types = tuple(dotted_name(argument) for argument in item.context_expr.args)
                    yield "swallowed", fact(unit, item.context_expr, (types, None))


def _whole_name(unit: Unit, node: ast.Call) -> str:
    name = dotted_name(node.func)
    first, _, rest = name.partition(".")
    dotted, attribute = unit.scope.module.imports.get(first, (first, ""))
    return ".".join(part for part in (dotted, attribute, rest) if part)


def _swallowed(unit: Unit, node: ast.Try, handler: ast.ExceptHandler) -> Iterator[tuple[str, Fact]]:
    if any(isinstance(inner, ast.Raise) for inner in ast.walk(handler)):
        return
    caught = handler.type
    types: tuple[str, ...] = ("BaseException",)
    if isinstance(caught, ast.Tuple):
        types = tuple(dotted_name(each) for each in caught.elts)
    elif caught is not None:
        types = (dotted_name(caught),)
    risky = "; ".join(ast.unparse(statement) for statement in node.body)
    yield "swallowed", Fact((types, _fallback(unit, handler)), unit.line(handler), shortened(risky))


def _fallback(unit: Unit, handler: ast.ExceptHandler) -> object:
    """The constant that is returned, set or appended instead; None if there is none."""
    for node in ast.walk(handler):
        value: ast.expr | None = None
        if isinstance(node, (ast.Return, ast.Assign)):
            value = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            value = node.args[0] if node.args else None
        known = unit.scope.value(value)
        if known is not MISSING and isinstance(known, (int, float, str)):
            return known
    return None
