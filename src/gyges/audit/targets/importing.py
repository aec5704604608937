"""Finds what a spec names: FILE.py:NAME, module.path:NAME, or a method of a class in either."""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from gyges.audit.targets.base import TargetError
from gyges.audit.targets.missing import PACKAGES, install, missing


@dataclass(frozen=True)
class Named:
    """What a spec named."""

    module: ModuleType
    name: str
    """Dotted name within the module; empty if the spec left it out."""
    thing: Any
    """None if the spec left the name out."""
    root: str
    """Folder that the grader's own modules lie in; empty if unknown."""


def resolve(spec: str, folder: str) -> Named:
    """Imports the module that `spec` names and looks its name up.

    **Arguments:**

    - `spec`: FILE.py:NAME, FILE.py, module.path:NAME or module.path.
    - `folder`: where relative file names start, and where modules are looked for first.

    **Raises:** `TargetError` if there is no such file, it does not load, or it has no such name.
    """
    place, name = _split(spec)
    if place.endswith(".py") or "/" in place:
        path = Path(folder, place)
        if not path.is_file():
            raise TargetError(f"there is no file {place}; give FILE.py:NAME, for example my_rewards.py:accuracy_reward")
        root, dotted = placed(path.resolve())
    else:
        root, dotted = folder, place
    if root not in sys.path:
        sys.path.insert(0, root)
    module = _imported(dotted, place)
    if place == dotted:
        root = _top(module)
    return Named(module, name, _attribute(module, name, place) if name else None, root)


def _split(spec: str) -> tuple[str, str]:
    place, colon, name = spec.rpartition(":")
    if not colon:
        return spec, ""
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise TargetError(f"{name!r} in {spec!r} is no name; give FILE.py:NAME or module.path:NAME")
    return place, name


def placed(path: Path) -> tuple[str, str]:
    """The folder to import a file from, and its module name there: a file of a package is imported as part of it."""
    root = path.parent
    while (root / "__init__.py").is_file() and root.parent != root:
        root = root.parent
    if root == path.parent:
        root = _source_folder(path) or path.parents[_dots(path)]
    parts = path.relative_to(root).with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    if len(parts) == 1 and not parts[0].isidentifier():
        # A file that cannot be imported by its name, such as 01-rewards.py, still has a folder of its own.
        return str(root), str(path)
    return str(root), ".".join(parts)


def _source_folder(path: Path) -> Path | None:
    """The `src` of a project whose packages have no `__init__.py`."""
    for parent in path.parents:
        if parent.name == "src" and any((parent.parent / mark).is_file() for mark in ("pyproject.toml", "setup.py")):
            return parent
    return None


def _dots(path: Path) -> int:
    """How many folders up the file's relative imports reach."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return 0
    levels = [node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return min(max(levels, default=0), len(path.parents) - 1)


def _imported(dotted: str, place: str) -> ModuleType:
    try:
        if dotted.endswith(".py") or _taken(dotted, place):
            return _by_file(Path(dotted) if dotted.endswith(".py") else Path(sys.path[0], f"{dotted}.py"))
        return importlib.import_module(dotted)
    except ModuleNotFoundError as error:
        if "." in dotted and place.endswith(".py") and _of_package(error):
            return _alone(dotted, place, error)
        lacking = error.name or ""
        known = lacking.partition(".")[0] in PACKAGES
        if not known and (dotted == lacking or dotted.startswith(f"{lacking}.")):
            raise TargetError(
                f"there is no file, folder or module {place!r} here; give FILE.py:NAME, module.path:NAME, the FOLDER "
                "of a reward model, or PROTOCOL:NAME. If it is a module of another environment, say --python PATH, the "
                "Python there"
            ) from error
        raise missing(place, install(lacking), error) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise TargetError(f"{place} does not load: {_told(error)}") from error


def _of_package(error: ModuleNotFoundError) -> bool:
    """Whether what lacks a module is the `__init__.py` of a package, or something that it imports."""
    frames = [Path(frame.filename).name for frame in traceback.extract_tb(error.__traceback__)]
    return "__init__.py" in frames


def _alone(dotted: str, place: str, error: ModuleNotFoundError) -> ModuleType:
    """Imports a file of a package whose `__init__.py` cannot run here: the file may not need what that does."""
    parents = dotted.split(".")[:-1]
    for name in [name for name in sys.modules if name == parents[0] or name.startswith(f"{parents[0]}.")]:
        del sys.modules[name]
    for depth in range(1, len(parents) + 1):
        package = ModuleType(".".join(parents[:depth]))
        package.__path__ = [str(Path(sys.path[0], *parents[:depth]))]
        sys.modules[package.__name__] = package
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError as own:
        raise missing(place, install(own.name or ""), own) from own
    except Exception:
        raise missing(place, install(error.name or ""), error) from error


def _taken(dotted: str, place: str) -> bool:
    """Whether a lone file bears the name of a module that is something else, such as `inspect.py`."""
    if "." in dotted or not place.endswith(".py"):
        return False
    held = sys.modules.get(dotted)
    file = getattr(held, "__file__", None)
    return dotted in sys.stdlib_module_names or (
        held is not None and (file is None or Path(file).resolve() != Path(sys.path[0], f"{dotted}.py").resolve())
    )


def _by_file(path: Path) -> ModuleType:
    name = "_".join(["target", *"".join(sign if sign.isalnum() else " " for sign in path.stem).split()])
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise TargetError(f"{path} is not a Python file; give FILE.py:NAME")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def _told(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({error.filename}:{error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if len(frames) > 1 else ""
    return f"{type(error).__name__}: {error}{where}"


def _attribute(module: ModuleType, name: str, place: str) -> Any:
    thing: Any = module
    for part in name.split("."):
        owner = thing
        try:
            thing = getattr(owner, part)
        except AttributeError:
            raise TargetError(_no_such(owner, part, place)) from None
        except ImportError as error:
            raise TargetError(f"{place} cannot load {part!r}: {error}") from error
        if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, part)):
            thing = getattr(instance(owner, {}), part)
    return thing


def instance(kind: type, given: dict[str, Any]) -> Any:
    """An object of a class that needs no arguments beyond `given`."""
    try:
        return kind(**given)
    except TypeError as error:
        lacking = [
            p.name
            for p in _constructor(kind)
            if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name not in given
        ]
        if not lacking:
            raise TargetError(f"{kind.__name__} cannot be made: {error}") from error
        options = " ".join(f"--option {name}=VALUE" for name in lacking)
        raise TargetError(f"the class {kind.__name__} needs {', '.join(lacking)}; say {options}") from error
    except Exception as error:
        raise TargetError(f"{kind.__name__} cannot be made: {_told(error)}") from error


def _constructor(kind: type) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(kind).parameters.values())
    except (TypeError, ValueError):
        return []


def _no_such(owner: Any, part: str, place: str) -> str:
    public = [name for name in dir(owner) if not name.startswith("_")]
    near = difflib.get_close_matches(part, public, n=3, cutoff=0.5)
    mend = f"Did you mean {', '.join(near)}?" if near else f"It has {listed(public)}."
    return f"{place} has nothing called {part!r}. {mend}"


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names in a row, the rest counted."""
    shown = ", ".join(names[:most]) or "nothing"
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _top(module: ModuleType) -> str:
    """The folder of the top package that a module belongs to; its file's folder if it stands alone."""
    first = sys.modules.get(module.__name__.partition(".")[0], module)
    file = getattr(first, "__file__", None) or getattr(module, "__file__", None)
    if file is None:
        return next(iter(getattr(first, "__path__", ())), "")
    return str(Path(file).resolve().parent)
