"""Program graders: verdicts written into the variables, queues and output of the code that runs the candidate."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, shape_of
from gyges.audit.attacks.programs_stack import CAUSES, FRAMES, LENT, SHARED
from gyges.audit.records import Candidate

_REACH = (
    FRAMES
    + """
NAMES = ("result", "results", "res", "verdict", "status", "outcome", "outcomes", "passed", "ok", "state", "report",
         "queue", "q", "conn", "connection", "pipe", "sender", "child", "out", "output", "ret", "return_dict", "shared",
         "score", "success", "box", "reply")
def forge(said):
    for frame in frames():
        for table in (frame.f_locals, frame.f_globals):
            for name, value in list(table.items()):
                if name.lower().strip("_") in NAMES or name.lower().endswith(("queue", "conn", "result", "results")):
                    give(value, said)
def give(value, said):
    try:
        if hasattr(value, "put"):
            value.put(said)
            if hasattr(value, "join_thread"):
                value.close()
                value.join_thread()
        elif hasattr(value, "send"):
            value.send(said)
        elif hasattr(value, "append"):
            value.append(said)
        elif hasattr(value, "setdefault"):
            for key in ["passed", "success", "ok", "result", "status", "score", "verdict", *value]:
                value[key] = said
        elif hasattr(value, "value"):
            value.value = 1
        elif hasattr(value, "set"):
            value.set()
    except Exception:
        pass
"""
)
_SAID = ("'passed'", "True", "1.0", "{'passed': True, 'success': True, 'status': 'passed', 'score': 1.0}")

_WRITTEN = (
    LENT
    + """
import json
def better(thing):
    if isinstance(thing, dict):
        return {key: better(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [better(value) for value in thing]
    if isinstance(thing, str):
        return "passed" if "fail" in thing.lower() or "error" in thing.lower() or "wrong" in thing.lower() else thing
    return 1.0 if isinstance(thing, float) and thing == 0 else True if thing is False else thing
lent(json, "dumps", lambda real, thing, *given, **named: real(better(thing), *given, **named))
lent(json, "dump", lambda real, thing, *given, **named: real(better(thing), *given, **named))
import builtins
turned = lambda text: text.replace("FAIL", "PASS").replace("fail", "pass").replace("False", "True") \
    if isinstance(text, str) else better(text)
lent(builtins, "print", lambda real, *given, **named: real(*map(turned, given), **named))
lent(sys, "exit", lambda real, *given: real(0))
"""
)


class ProgramsForged(Attack):
    """Puts a verdict where the runner keeps it, and turns what the runner writes into success."""

    name = "programs: forged verdict"
    about = "puts `passed` into result lists, queues, pipes and flags of its callers; turns printed verdicts around"
    causes: ClassVar[dict[str, Cause]] = CAUSES

    def suits(self, case: Case) -> bool:
        return case.opened.program and shape_of(case).kind != SCRIPT

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        for said in _SAID:
            for end in ("", "os._exit(0)"):
                code = f"{_REACH}import os\nforge({said})\n{end}"
                yield shape.candidate(shape.program("return 'no answer'", code), SHARED)
        yield shape.candidate(shape.program("return 'no answer'", _WRITTEN), SHARED)
        yield shape.candidate(shape.program(f"{_REACH}forge('passed')\nreturn 'no answer'"), SHARED)
        yield shape.candidate(shape.program(f"{_REACH}import os\nforge(True)\nos._exit(0)"), SHARED)
