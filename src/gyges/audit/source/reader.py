"""Reads the source of a grader: what it compares, cuts, coerces and swallows, and where."""

import importlib
import pkgutil
from collections.abc import Sequence

from gyges.audit.source import kinds
from gyges.audit.source.facts import Fact, Facts
from gyges.audit.source.modules import Project
from gyges.audit.source.reach import reach


def read(files: Sequence[str], entry: tuple[str, int]) -> Facts:
    """Everything that the grader at `entry` (file, line) and the code that it reaches in `files` does.

    Parses and never runs them. What cannot be opened or parsed is left out.
    """
    project = Project(list(dict.fromkeys([*files, entry[0]])))
    reached = reach(project, entry)
    found: dict[str, dict[tuple[str, str], Fact]] = {}
    names = sorted(info.name for info in pkgutil.iter_modules(kinds.__path__))
    readers = [importlib.import_module(f"{kinds.__name__}.{name}") for name in names]
    for unit in reached.units:
        for reader in readers:
            for field, fact in reader.read(unit):
                found.setdefault(field, {}).setdefault((repr(fact.value), fact.line), fact)
    return Facts(**{field: tuple(facts.values()) for field, facts in found.items()}, calls=reached.calls)
