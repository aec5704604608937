"""What happens behind the walls before the first call: the last walls go up, and the target is loaded.

Runs inside the box: standard library only.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from gyges.audit.box import kernel, wire
from gyges.audit.box.elsewhere import Elsewhere
from gyges.audit.box.hook import Hook
from gyges.audit.box.limits import Limits
from gyges.audit.box.lines import Lines
from gyges.audit.box.processes import Processes, limit_files
from gyges.audit.box.supervisor import Supervisor
from gyges.audit.box.worker import Worker
from gyges.audit.targets.base import TargetError

_SYSTEM = ("/dev/null", "/dev/tty", "/dev/full", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/shm")


def supervise(start: Mapping[str, Any], calls: int, results: int, spaces: frozenset[str]) -> None:
    """Everything that the process behind the walls does, to its end."""
    scratch, limits = start["scratch"], Limits(**start["limits"])
    if start["core"] is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {start["core"]})
    alone = "processes" in spaces and kernel.own_mounts()
    kernel.adopt_orphans()
    version = 0
    if start["walls"]:
        kernel.drop_privileges()
        version = kernel.landlock([scratch, *_SYSTEM])
    limit_files(limits.file)
    _at_home(scratch)
    processes = Processes(alone)
    hook = Hook(scratch, limits.processes, processes)
    hook.install()
    Elsewhere(f"{scratch}/elsewhere", hook, limits.file).install()
    opened = _open(start, results)
    if opened is None:
        return
    target, tasks, said = opened
    hook.lines = Lines(said.files)
    notes = [f"importing it touched {effect.kind} {effect.detail}" for effect in hook.take() if effect.blocked]
    processes.keep()
    missing = [name for name in ("processes", "network", "files") if name not in _walls(spaces, version)]
    if missing and start["walls"]:
        notes.append(f"no wall around {', '.join(missing)} on this system: only the limits and the hook hold there")
    said = replace(said, notes=(*said.notes, *notes))
    wire.send(results, wire.frame(wire.OPENED, wire.encode({"walls": _walls(spaces, version), "processes": alone})))
    wire.send(results, wire.pack_opened(said))
    worker = Worker(target, tasks, hook, limits)
    Supervisor(calls, results, limits, processes, worker.work).run()


def _open(start: Mapping[str, Any], results: int) -> Any:
    from gyges.audit.targets.loading import open_target

    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    began = perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            target, tasks, opened = open_target(start["spec"], start["protocol"], start["options"], start["tasks"])
    except TargetError as error:
        wire.send(results, wire.frame(wire.REFUSED, wire.encode({"message": wire.cut(str(error), 4000)})))
        return None
    except BaseException as error:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-3:])
        said = f"{type(error).__name__}: {wire.cut(str(error))}"
        wire.send(results, wire.frame(wire.REFUSED, wire.encode({"raised": said, "trace": trace[-2000:]})))
        return None
    sys.stdout.flush()
    sys.stderr.flush()
    return target, tasks, opened if opened.imported else replace(opened, imported=perf_counter() - began)


def _at_home(scratch: str) -> None:
    # Only now: the interpreter has found the packages in the user's own home already.
    home = Path.home()
    for name, folder in (("HF_HOME", ".cache/huggingface"), ("TORCH_HOME", ".cache/torch"), ("NLTK_DATA", "nltk_data")):
        if name not in os.environ and (home / folder).is_dir():
            os.environ[name] = str(home / folder)
    if "PYTHONUSERBASE" not in os.environ:
        import site

        os.environ["PYTHONUSERBASE"] = site.getuserbase()
    os.environ["HOME"] = os.environ["TMPDIR"] = scratch


def _walls(spaces: frozenset[str], landlock: int) -> list[str]:
    found = sorted(spaces & {"processes", "network"})
    return [*found, *(["files"] if landlock else [])]
