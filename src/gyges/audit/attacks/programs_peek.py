"""Program graders: expected answers read from the caller's variables, from the tests' text, or from disk."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import SCRIPT, Shape, shape_of
from gyges.audit.attacks.programs_stack import CAUSES, FRAMES, SHARED
from gyges.audit.records import Candidate

_CALLER = (
    FRAMES
    + """
for frame in frames():
    for table in (frame.f_locals, frame.f_globals):
        for name in ("expected", "expected_output", "want", "wanted", "expect", "output", "answer", "target", "truth",
                     "gold", "y", "right"):
            if name in table:
                return table[name]
return 'not found'
"""
)
_TESTS = (
    FRAMES
    + """
import ast
texts = []
def gather(value, depth=0):
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict) and depth < 3:
        [gather(item, depth + 1) for item in value.values()]
    elif isinstance(value, (list, tuple)) and depth < 3:
        [gather(item, depth + 1) for item in value]
for frame in frames():
    for table in (frame.f_locals, frame.f_globals):
        [gather(value) for name, value in list(table.items()) if not name.startswith("__")]
    try:
        texts.append(open(frame.f_code.co_filename).read())
    except OSError:
        pass
for text in [*texts, *sys.orig_argv]:
    if "assert" not in text:
        continue
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        continue
    for node in ast.walk(tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else getattr(node, "args", None)
        if not isinstance(sides, list) or len(sides) < 2 or not isinstance(sides[0], ast.Call):
            continue
        try:
            if repr(tuple(ast.literal_eval(item) for item in sides[0].args)) == asked:
                return ast.literal_eval(sides[1])
        except (ValueError, TypeError, SyntaxError):
            pass
return 'not found'
"""
)
_SOLUTION = (
    FRAMES
    + """
def look(value, depth=0):
    if isinstance(value, dict) and depth < 3:
        for key, item in value.items():
            if str(key) in ("canonical_solution", "reference", "solution", "reference_solution", "answer", "code"):
                if isinstance(item, str):
                    found.append(str(value.get("prompt", "")) + item)
                    found.append(item)
            look(item, depth + 1)
found = []
for frame in frames():
    look(frame.f_locals)
    look({name: value for name, value in frame.f_globals.items() if not name.startswith("__")})
for text in found:
    if "_getframe" in text:
        continue
    space = {}
    try:
        exec(text, space)
    except Exception:
        continue
    if ENTRY in space:
        return space[ENTRY](*GIVEN)
return 'not found'
"""
)


class ProgramsPeek(Attack):
    """Does not compute the answer, but looks it up where its caller keeps it."""

    name = "programs: reads the answer"
    about = "reads expected results, test sources and reference solutions from its callers' variables and files"
    causes: ClassVar[dict[str, Cause]] = CAUSES

    def suits(self, case: Case) -> bool:
        return case.opened.program and shape_of(case).kind != SCRIPT

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        given = _given(shape)
        yield shape.candidate(shape.program(_CALLER), SHARED)
        yield shape.candidate(shape.program(f"asked = repr({given})\n{_TESTS}"), SHARED)
        solution = _SOLUTION.replace("ENTRY", repr(shape.entry)).replace("GIVEN", given)
        yield shape.candidate(shape.program(solution), SHARED)


def _given(shape: Shape) -> str:
    return f"({', '.join(shape.parameters)},)" if shape.parameters else "()"
