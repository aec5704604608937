"""Source that loads the user's grader into a test file, from where the file will lie."""

import ast
import os
from pathlib import Path
from typing import Any

from gyges.audit.output.calls.base import read_signature
from gyges.audit.output.literals import literal
from gyges.audit.report import Report
from gyges.audit.targets.importing import placed


def loading(report: Report, folder: Path) -> tuple[list[str], str]:
    """Lines that import what the source needs, and the source: it ends with `grader`.

    **Arguments:** `folder`: where the test file will lie; files are named relative to it.
    """
    spec = report.spec.removeprefix(f"{report.opened.protocol}:")
    place, _, name = spec.rpartition(":")
    if not place:
        place, name = spec, report.opened.name
    given: dict[str, Any] = dict(report.options.get("bind") or {})
    if not (place.endswith(".py") or "/" in place):
        return ["import importlib"], f"module = importlib.import_module({place!r})\n" + _named(name, given, "", report)
    start = Path(str(report.options.get("folder") or "."))
    path = (start / place).resolve()
    root, dotted = placed(path) if path.is_file() else (str(path.parent), path.stem)
    near = f"HERE / {_from(path, folder)!r}"
    lines = [f"sys.path.insert(0, str((HERE / {_from(Path(root), folder)!r}).resolve()))"]
    if "." in dotted and not dotted.endswith(".py"):
        lines.append(f"module = importlib.import_module({dotted!r})")
        modules = ["import importlib", "import sys"]
    else:
        # Under a name of its own: two graders may lie in files of one name.
        own = "graded_" + "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in path.stem)
        lines += [
            f"specification = importlib.util.spec_from_file_location({own!r}, {near})",
            "module = importlib.util.module_from_spec(specification)",
            "sys.modules[module.__name__] = module",
            "specification.loader.exec_module(module)",
        ]
        modules = ["import importlib.util", "import sys"]
    return modules, "\n".join(lines) + "\n" + _named(name, given, _source(path), report)


def _from(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder.resolve())).as_posix()


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _named(name: str, given: dict[str, Any], source: str, report: Report) -> str:
    """`grader`, from `module`: a function, a method of an object, an object of a class, or what a factory makes."""
    first, _, rest = name.partition(".")
    made = f"**{literal(given)}" if given else ""
    kind = _kind(first, source, report)
    if kind == "class":
        return f"grader = module.{first}({made if not rest else ''})" + (f".{rest}" if rest else "") + "\n"
    if kind == "factory":
        return f"grader = module.{name}({made})\n"
    plain = f"grader = module.{name}\n"
    return plain + (f"grader = functools.partial(grader, {made})\n" if given else "")


def _kind(name: str, source: str, report: Report) -> str:
    """`class`, `factory` (a function whose parameters are not those that the audit called) or `function`."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return "function"
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return "class"
        if isinstance(node, ast.FunctionDef) and node.name == name and report.opened.signature:
            called = read_signature(report.opened.signature).names
            own = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            bound = report.options.get("bind") or {}
            returns = any(
                isinstance(inner, ast.FunctionDef | ast.Lambda | ast.ClassDef)
                for inner in ast.walk(node)
                if inner is not node
            )
            if returns and [one for one in called if one not in bound] != [one for one in own if one not in bound]:
                return "factory"
    return "function"
