"""Which line of a grader to blame for a score, from what ran for it and for a plainly refused answer."""

import ast
from collections.abc import Collection, Sequence

from gyges.audit.source.modules import parse

Place = tuple[str, int]


def responsible(files: Sequence[str], exploit: Collection[str], wrong: Collection[str], aimed: str = "") -> str:
    """FILE:LINE of the decision that let an exploit through; "" where nothing tells.

    **Arguments:**

    - `exploit`, `wrong`: lines (FILE:LINE) or arcs (FILE:LINE->LINE) that ran for the exploit, and for a wrong answer
      that was refused on the same task.
    - `aimed`: the line that the candidate was made for; it is right if it ran.
    """
    ran, refused = _places(exploit), _places(wrong)
    if aimed and (not ran or _split(aimed) in ran):
        return aimed
    statements = {
        (file, line): found
        for file in dict.fromkeys(file for file, _ in sorted(ran))
        if file in files
        for line, found in _statements(file).items()
    }
    returns = [place for place, (statement, _) in statements.items() if isinstance(statement, ast.Return)]
    only = [place for place in sorted(ran - refused) if place in statements]
    # What ran for the exploit alone is the far side of a branch, and the condition of that branch decided. A return
    # there is the last word, so it is asked first.
    for place in [*reversed([each for each in only if each in returns]), *reversed(only)]:
        condition = (place[0], statements[place][1])
        file, line = condition if condition in ran else place
        return f"{file}:{line}"
    # Nothing ran for the exploit alone: one expression computed both scores, most likely that of the last return.
    last = [place for place in sorted(ran) if place in returns]
    return f"{last[-1][0]}:{last[-1][1]}" if last else ""


def _places(covered: Collection[str]) -> set[Place]:
    found: set[Place] = set()
    for each in covered:
        first, _, target = each.partition("->")
        file, line = _split(first)
        found.add((file, line))
        if target.isdigit():
            found.add((file, int(target)))
    return found


def _split(place: str) -> Place:
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isdigit() else (place, 0)


def _statements(file: str) -> dict[int, tuple[ast.stmt, int]]:
    """Line -> the statement that begins there, and the line of the innermost condition around it (0: none)."""
    found: dict[int, tuple[ast.stmt, int]] = {}
    tree = parse(file)

    def visit(body: Sequence[ast.stmt], condition: int) -> None:
        for statement in body:
            found[statement.lineno] = (statement, condition)
            inner = condition
            if isinstance(statement, (ast.If, ast.While)):
                inner = statement.lineno
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = 0
            for name in ("body", "orelse", "finalbody"):
                visit(getattr(statement, name, []), inner)
            for handler in getattr(statement, "handlers", []):
                # Landing in a handler is a decision of its own.
                visit(handler.body, handler.lineno)
            for case in getattr(statement, "cases", []):
                visit(case.body, case.pattern.lineno)

    visit(tree.body if tree else [], 0)
    return found
