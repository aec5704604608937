"""Opens a target: what the user wrote becomes a grader that can be called, its tasks, and what is known of it."""

from __future__ import annotations

import inspect
import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gyges.audit.records import Opened, Task
from gyges.audit.targets import detecting
from gyges.audit.targets.base import Target, TargetError
from gyges.audit.targets.importing import Named, instance, resolve
from gyges.audit.targets.rows import rows_to_tasks
from gyges.audit.targets.signatures import makes_grader, parameters
from gyges.audit.targets.sources import definition, files
from gyges.audit.targets.versions import version_of, versions


def open_target(
    spec: str, protocol: str, options: Mapping[str, Any], rows: list[dict[str, Any]] | None
) -> tuple[Target, list[Task], Opened]:
    """Loads what `spec` names.

    **Arguments:**

    - `spec`: FILE.py:NAME, module.path:NAME, PROTOCOL:…, or a folder that holds a reward model.
    - `protocol`: name of the protocol; empty to find it.
    - `options`: `bind` (what `--option` gave, by name), `prompt_column`, `answer_column`, and `folder` (where relative
      names start; default: here).
    - `rows`: rows of the task file; None if none was given.

    **Raises:** `TargetError`.
    """
    began = time.perf_counter()
    prefix, rest = detecting.split_protocol(spec, detecting.protocols())
    protocol = protocol or prefix
    if Path(_folder(options), rest).is_dir():
        rest = str(Path(_folder(options), rest))
    found = None if _is_place(rest, protocol) else resolve(rest, _folder(options))
    if found is not None and not found.name:
        name = detecting.only_one(rest, found.module)
        rest = f"{rest}:{name}"
        found = resolve(rest, _folder(options))
    kind, thing, used = _ready(rest, found.thing if found else None, protocol, options)
    target = kind(rest, thing, used)
    imported = time.perf_counter() - began
    tasks, notes = _tasks(target, spec, used, rows)
    target.prepare(tasks)
    return target, tasks, _opened(target, rest, found, tasks, imported, notes)


def _folder(options: Mapping[str, Any]) -> str:
    return str(Path(options.get("folder") or ".").resolve())


def _is_place(spec: str, protocol: str) -> bool:
    """Whether a spec names no Python object: a folder, or something that only its protocol understands."""
    return Path(spec).is_dir() or (bool(protocol) and not detecting.named(protocol).imports)


def _ready(
    spec: str, thing: Any, protocol: str, options: Mapping[str, Any]
) -> tuple[type[Target], Any, Mapping[str, Any]]:
    """The protocol, and the thing made ready for it: a class instantiated, a factory called.

    Options that went into the class or the factory are taken out.
    """
    kind = detecting.named(protocol) if protocol else detecting.detect(spec, thing)
    if kind is not None and (not protocol or thing is None or kind.recognises(spec, thing)):
        return kind, thing, options
    made, used = _made(thing, options, kind)
    if made is not None:
        kind = kind or detecting.detect(spec, made)
        if kind is not None:
            return kind, made, used
    if kind is None:
        raise detecting.unknown(spec, thing)
    return kind, thing, options


def _made(thing: Any, options: Mapping[str, Any], kind: type[Target] | None) -> tuple[Any, Mapping[str, Any]]:
    """What a class or a factory makes; None if `thing` is neither."""
    given = dict(options.get("bind") or {})
    found = parameters(thing)
    if found is None:
        return None, options
    own = {name: given.pop(name) for name in list(given) if not found.open and name not in found}
    rest = {**options, "bind": own}
    if inspect.isclass(thing):
        return instance(thing, given), rest
    if not inspect.isroutine(thing):
        return None, options
    lacking = [name for name in found.required if name not in given]
    if lacking:
        if makes_grader(thing):
            wanted = " ".join(f"--option {name}=VALUE" for name in lacking)
            raise TargetError(
                f"{thing.__name__}{found.text} makes a grader, and needs {', '.join(lacking)}; say {wanted}"
            )
        return None, options
    try:
        made = thing(**given)
    except Exception as error:
        raise TargetError(
            f"{thing.__name__}{found.text} grades nothing that is known, and cannot be called to make a grader: "
            f"{type(error).__name__}: {error}"
        ) from error
    return (made, rest) if callable(made) else (None, options)


def _tasks(
    target: Target, spec: str, options: Mapping[str, Any], rows: list[dict[str, Any]] | None
) -> tuple[list[Task], list[str]]:
    if rows is not None:
        return rows_to_tasks(
            rows, str(options.get("prompt_column") or ""), str(options.get("answer_column") or ""), target.columns()
        )
    own = target.tasks()
    if own is None:
        raise TargetError(
            f"{spec} has no tasks of its own; say --tasks FILE.jsonl, with one JSON object a line: a prompt, an "
            "answer, and whatever other columns the grader reads"
        )
    if not own:
        raise TargetError(f"{spec} has no tasks: the target's own data are empty; say --tasks FILE.jsonl")
    return list(own), []


def _opened(
    target: Target, spec: str, found: Named | None, tasks: list[Task], imported: float, notes: list[str]
) -> Opened:
    functions = target.functions()
    file, line = definition(functions)
    root = found.root if found is not None else ""
    if file and (not root or not Path(file).is_relative_to(root)):
        root = _package_folder(functions[0]) or str(Path(file).parent)
    doc = "\n".join(filter(None, (inspect.getdoc(function) for function in functions[:2])))
    low, high = target.range()
    return Opened(
        protocol=target.protocol,
        name=found.name if found is not None and found.name else Path(spec).name.rpartition(":")[2],
        tasks=tuple(tasks),
        signature=target.signature(),
        doc=doc,
        files=files(functions, root),
        file=file,
        line=line,
        columns=target.columns(),
        low=low,
        high=high,
        answer_only=target.answer_only,
        program=target.program,
        versions={"python": platform.python_version(), **(versions(target.distribution) or version_of(file))},
        imported=imported,
        notes=(*notes, *target.notes()),
    )


def _package_folder(function: Any) -> str:
    module = inspect.getmodule(function)
    top = (getattr(module, "__name__", "") or "").partition(".")[0]
    found = sys.modules.get(top)
    file = getattr(found, "__file__", None)
    return str(Path(file).resolve().parent) if file else ""
