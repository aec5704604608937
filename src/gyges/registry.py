"""Finds what is there by where it is: a class in a room of the house is registered."""

import hashlib
import importlib
import importlib.util
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from gyges.faults import Fault, unknown


def kebab(name: str) -> str:
    """`SeenTheft` -> `seen-theft`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def found_in(room: str, base: Any) -> dict[str, Any]:
    """Concrete subclasses of `base` that the modules of `gyges.<room>` define, by name.

    The name is the class's own `name`, or else its class name in kebab case.
    """
    package = importlib.import_module(f"gyges.{room}")
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"gyges.{room}.{info.name}")
        for thing in vars(module).values():
            defined_here = inspect.isclass(thing) and thing.__module__ == module.__name__
            if defined_here and issubclass(thing, base) and not inspect.isabstract(thing):
                found[name_of(thing)] = thing
    return found


def name_of(thing: type) -> str:
    """What tables and commands call a class."""
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) else kebab(thing.__name__)


def load_file(path: Path) -> ModuleType:
    """Runs a user's Python file as a module; raises `Fault` with its own error if it does not load."""
    if not path.is_file():
        raise Fault(f"there is no file {path}; give FILE:NAME, for example my_rewards.py:MyReward")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    name = f"gyges_user_{path.stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise Fault(f"{path} is not a Python file; give FILE:NAME with a FILE that ends in .py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise Fault(f"{path} does not load: {type(error).__name__}: {error}") from error
    return module


def is_file_name(name: str) -> bool:
    """Whether `name` is FILE:NAME rather than a registered name."""
    return ":" in name


def find(room: str, base: Any, name: str) -> Any:
    """The class that is registered as `name`, or that `name` says as FILE:NAME."""
    if not is_file_name(name):
        if name.endswith(".py"):
            raise Fault(f"{name} is a file; say what in it is meant, as {name}:NAME")
        known = found_in(room, base)
        if name not in known:
            raise unknown(room.rstrip("s"), name, known, see="gyges list")
        return known[name]
    file, _, attribute = name.rpartition(":")
    module = load_file(Path(file))
    if not hasattr(module, attribute):
        public = [other for other in vars(module) if not other.startswith("_")]
        raise unknown(f"thing in {file}", attribute, public)
    thing = getattr(module, attribute)
    if room == "rewards" and inspect.isfunction(thing):
        # A function that TRL would take as a reward scores text here as well.
        thing = importlib.import_module("gyges.lm.bridge").scoring(thing)
    if not (inspect.isclass(thing) and issubclass(thing, base)):
        bases = base if isinstance(base, tuple) else (base,)
        wanted = " or ".join(f"{b.__module__.rpartition('.')[0]}.{b.__name__}" for b in bases)
        raise Fault(f"{name} is {describe(thing)}; a subclass of {wanted} is wanted")
    if inspect.isabstract(thing):
        lacking = ", ".join(f"`{method}`" for method in sorted(getattr(thing, "__abstractmethods__", ())))
        raise Fault(f"{name} does not say {lacking}; define that in the class")
    return thing


def describe(thing: Any) -> str:
    """What `thing` is, for a message."""
    if inspect.isclass(thing):
        return f"the class {thing.__name__}({', '.join(base.__name__ for base in thing.__bases__)})"
    kind = type(thing).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
