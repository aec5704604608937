"""Judges programs by hidden tests: what they return on visible and on fresh inputs, against the reference solution."""

import ast
import random
import re
import textwrap
from functools import lru_cache
from typing import Any

from gyges.audit.judges import trials
from gyges.audit.judges.base import Judge
from gyges.audit.judges.harness import Outcome, called
from gyges.audit.judges.results import comparable, same
from gyges.audit.judges.running import run_python
from gyges.audit.records import Candidate, Relation, Task, Truth

SECONDS = 10.0
ENOUGH = 3
"""Inputs that have to be answered before a program is called right, or wrong for fresh ones."""
SCRIPTS = 6
"""Inputs on which a program that reads and prints is run; each is a process of its own."""
_ENTRIES = ("entry_point", "fn_name", "function_name", "func_name", "function")
_FENCE = re.compile(r"```[\w+-]*[ \t]*\n(.*?)(?:\n?```|\Z)", re.DOTALL)

Expected = list[tuple[trials.Arguments, Any, bool]]
"""Arguments, encoded result of the reference, and whether they come from a visible test."""


class Programs(Judge):
    """Programs: run in a process of their own, their results compared as plain data with the reference's."""

    name = "program"

    @classmethod
    def suits(cls, task: Task, reference: str) -> float:
        if any(task.columns.get(name) for name in _ENTRIES) and trials.tests_of(task):
            return 1.0
        code = code_of(reference)
        if not code or _tree(code) is None:
            return 0.0
        tested = bool(trials.tests_of(task))
        return 1.0 if re.search(r"^\s*def \w+\(", code, re.MULTILINE) or (tested and "print" in code) else 0.0

    def compare(self, stated: str, task: Task, reference: str) -> Truth:
        return judged(stated, task, reference)[0]

    def confirm(self, candidate: Candidate, task: Task, reference: str) -> tuple[Truth, str]:
        """The verdict on a candidate: it has to be what the candidate claims, unless it claims nothing."""
        stated = candidate.completion if candidate.states is None else candidate.states
        truth, why = judged(stated, task, reference)
        claimed = {Relation.SAME: Truth.RIGHT, Relation.DIFFERENT: Truth.WRONG, Relation.NONE: Truth.WRONG}
        if claimed.get(candidate.relation, truth) is not truth:
            return Truth.UNSURE, why
        return truth, why


def code_of(text: str) -> str:
    """The program in a completion: the last fenced block, or all of it."""
    fenced = _FENCE.findall(text)
    return fenced[-1] if fenced else text


def judged(stated: str, task: Task, reference: str) -> tuple[Truth, str]:
    """Whether a program does what the reference solution does, with the reason."""
    entry = entry_of(task, reference)
    if not entry:
        return _script(code_of(stated), task, reference)
    expected = _expected(_Key(task, reference, entry))
    if not expected:
        return Truth.UNSURE, "There are no inputs on which the reference solution could be run."
    code = _assembled(code_of(stated), task.text, entry)
    if code is None:
        return Truth.WRONG, "It is no Python program."
    outcome = called(code, entry, [arguments for arguments, _, _ in expected], SECONDS)
    return _verdict(outcome, expected, entry)


def entry_of(task: Task, reference: str) -> str:
    """The function that tests call; empty if the program reads and prints instead."""
    for name in _ENTRIES:
        value = task.columns.get(name)
        if isinstance(value, str) and value.isidentifier():
            return value
    tree = _tree(code_of(reference))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] if tree else []
    tests = str(trials.tests_of(task))
    called_names = [name for name in names if re.search(rf"\b{name}\s*\(", tests)]
    if called_names:
        return called_names[-1]
    reads = re.search(r"\binput\s*\(|\bstdin\b", reference)
    return "" if reads or not names else names[-1]


class _Key:
    """Task and reference, hashable by what matters."""

    def __init__(self, task: Task, reference: str, entry: str) -> None:
        self.task, self.reference, self.entry = task, reference, entry
        self._mark = (task.index, task.text, reference, entry, repr(trials.tests_of(task))[:20_000])

    def __hash__(self) -> int:
        return hash(self._mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._mark == other._mark


@lru_cache(maxsize=4096)
def _expected(key: _Key) -> Expected:
    """What the reference returns, where it returns plain data and the same twice."""
    code = _assembled(code_of(key.reference), key.task.text, key.entry) if key.reference.strip() else None
    if code is None:
        return []
    readings = trials.arguments(key.task, key.entry)
    shown = [reading for test in readings for reading in test] or trials.guessed(code, key.entry)
    known = [arguments for arguments, _ in _runs(code, key.entry, shown)]
    tried = trials.fresh(known, f"{key.task.index}:{key.entry}")
    visible = {repr(arguments) for arguments in known}
    return [
        (arguments, result, repr(arguments) in visible)
        for arguments, result in _runs(code, key.entry, [*known, *tried])
    ]


def _runs(code: str, entry: str, calls: list[trials.Arguments]) -> list[tuple[trials.Arguments, Any]]:
    first, second = called(code, entry, calls, SECONDS), called(code, entry, calls, SECONDS)
    return [
        (arguments, one[1])
        for arguments, one, two in zip(calls, first.results, second.results, strict=False)
        if one[0] == "result" and one == two and comparable(one[1])
    ]


def _assembled(code: str, prompt: str, entry: str) -> str | None:
    """The program as a file of its own: as it stands, or as the rest of the prompt."""
    head = code_of(prompt) if "```" in prompt else prompt
    forms = [
        code,
        textwrap.dedent(code),
        f"{head}{code}",
        f"{head}\n{code}",
        f"{head}\n{textwrap.indent(code, '    ')}",
    ]
    parsed = [(form, tree) for form in forms if (tree := _tree(form)) is not None]
    for form, tree in parsed:
        if any(
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == entry for node in ast.walk(tree)
        ):
            return form
    return parsed[0][0] if parsed else None


def _tree(code: str) -> ast.Module | None:
    try:
        return ast.parse(code) if len(code) < 400_000 else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _verdict(outcome: Outcome, expected: Expected, entry: str) -> tuple[Truth, str]:
    if outcome.state == "missing":
        return Truth.WRONG, f"It defines no `{entry}`."
    if outcome.state == "failed":
        return Truth.WRONG, f"Its code does not run: {outcome.detail}."
    tallies: dict[bool, list[Truth]] = {True: [], False: []}
    for (kind, given), (_, wanted, seen) in zip(outcome.results, expected, strict=False):
        tallies[seen].append(same(given, wanted) if kind == "result" else Truth.WRONG)
    visible, hidden = tallies[True], tallies[False]
    wrong, wrong_hidden = visible.count(Truth.WRONG), hidden.count(Truth.WRONG)
    count = len(visible) + len(hidden)
    if wrong:
        what = (
            f"`{entry}` returns something else than the reference solution on {wrong} of {len(visible)} visible inputs"
        )
        return Truth.WRONG if 2 * wrong >= len(visible) or wrong_hidden else Truth.UNSURE, f"{what}."
    if outcome.state == "late":
        return Truth.UNSURE, f"`{entry}` did not end within {SECONDS:g} s."
    if outcome.state == "ended":
        return Truth.WRONG, f"It ended its process after {count} of {len(expected)} calls."
    if wrong_hidden >= ENOUGH and 2 * wrong_hidden >= len(hidden):
        return (
            Truth.WRONG,
            f"`{entry}` is right on visible inputs, and wrong on {wrong_hidden} of {len(hidden)} fresh ones.",
        )
    if wrong_hidden or count < ENOUGH or Truth.UNSURE in (*visible, *hidden):
        return Truth.UNSURE, f"`{entry}` differs from the reference solution in a way that may be meant."
    return Truth.RIGHT, f"`{entry}` returns what the reference solution returns on {count} inputs."


def _script(code: str, task: Task, reference: str) -> tuple[Truth, str]:
    """A program that reads and prints, against what the reference prints or the tests want."""
    cases = _printed(_Key(task, reference, ""))
    if not cases:
        return Truth.UNSURE, "There are no inputs on which the reference solution could be run."
    if _tree(code) is None:
        return Truth.WRONG, "It is no Python program."
    wrong = 0
    for given, wanted in cases:
        status, output = run_python(code, SECONDS, given)
        if status is None:
            return Truth.UNSURE, f"It did not end within {SECONDS:g} s."
        wrong += output.split() != wanted.split()
    if wrong == 0:
        return Truth.RIGHT, f"It prints what the reference solution prints on {len(cases)} inputs."
    what = f"It prints something else than the reference solution on {wrong} of {len(cases)} inputs."
    return Truth.WRONG if 2 * wrong >= len(cases) else Truth.UNSURE, what


@lru_cache(maxsize=1024)
def _printed(key: _Key) -> tuple[tuple[str, str], ...]:
    code = code_of(key.reference)
    given = [
        (one, str(two))
        for tests in trials.tests_of(key.task)
        for one, two in trials.pairs(tests)
        if isinstance(one, str)
    ]
    if not code.strip() or _tree(code) is None:
        return tuple(given[:SCRIPTS])
    chance = random.Random(key.task.index)
    tried = [one for one, _ in given[:SCRIPTS]]
    tried += [trials.fresh_text(one, chance) for one in tried]
    cases = []
    for one in dict.fromkeys(tried):
        status, output = run_python(code, SECONDS, one)
        if status == 0:
            cases.append((one, output))
    return tuple(cases)
