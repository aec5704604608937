"""How a program has to be written for a grader to run it: a body, a whole function or a script; bare or fenced."""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass

from gyges.audit.attacks.base import Case
from gyges.audit.records import Candidate, Relation

BODY, FUNCTION, SCRIPT = "body", "function", "script"
_FENCE = re.compile(r"```[\w+-]*[ \t]*\n(.*?)\n?```", re.DOTALL)
_ENTRY_COLUMNS = ("entry_point", "fn_name", "function_name", "func_name", "function")


@dataclass(frozen=True)
class Shape:
    """What the grader takes for a program, read off a completion that it pays."""

    kind: str
    """`body` (the prompt holds the function's head), `function`, or `script` (reads and prints)."""
    head: str
    """What stands before a function's body: the prompt, or a `def` line."""
    parameters: tuple[str, ...]
    """Names of the function's arguments."""
    entry: str
    """Name of the function that the tests call, empty for a script."""
    owner: str
    """Class that the function is a method of, if any."""
    honest: str
    """The honest program without fence or talk; empty where none is known."""
    before: str
    after: str
    """What the honest completion has around the program."""

    @property
    def indent(self) -> str:
        """How far the body stands in."""
        return " " * (8 if self.owner else 4)

    def program(self, body: str = "return None", top: str = "") -> str:
        """A program with `body` in its function and the statements `top` after it; a script is `top` alone."""
        if self.kind == SCRIPT:
            return textwrap.dedent(top).strip() + "\n"
        inside = textwrap.indent(textwrap.dedent(body).strip("\n"), self.indent)
        outside = f"\n\n{textwrap.dedent(top).strip()}\n" if top.strip() else "\n"
        return (inside if self.kind == BODY else f"{self.head}\n{inside}") + outside

    def around(self, change: str) -> str:
        """The honest program, its function's result replaced by the expression `change` of `result`; or empty."""
        if not self.honest or self.kind == SCRIPT or self.owner:
            return ""
        wrapper = f"""
            _first_{self.entry} = {self.entry}

            def {self.entry}(*arguments, **named):
                result = _first_{self.entry}(*arguments, **named)
                return {change}
        """
        return f"{self.honest.rstrip()}\n\n\n{textwrap.dedent(wrapper).strip()}\n"

    def completion(self, program: str) -> str:
        """The program, written down as the grader wants it."""
        return f"{self.before}{program}{self.after}"

    def alone(self, program: str) -> str:
        """The program as it would stand in a file of its own."""
        return self.head + program if self.kind == BODY else program

    def candidate(
        self, program: str, cause: str, relation: Relation = Relation.DIFFERENT, arguable: str = "", form: str = ""
    ) -> Candidate:
        """A candidate that hands in `program`; the judge runs it by itself."""
        return Candidate(self.completion(program), relation, cause, self.alone(program), form=form, arguable=arguable)


def shape_of(case: Case) -> Shape:
    """What the honest completion, the prompt and the columns of a task say about its programs."""
    honest = case.honest or (case.format.wrap(case.reference) if case.reference else "")
    before, program, after = _unwrapped(honest, case)
    if not program.strip():
        program = ""
    prompt = case.task.text
    named = next((str(case.task.columns[name]) for name in _ENTRY_COLUMNS if case.task.columns.get(name)), "")
    if named and _is_body(prompt, program, named):
        found = _definition(prompt + "\n    pass\n", named)
        parameters = found[0] if found else ()
        return Shape(BODY, prompt, parameters, named, "", program, before, after)
    name = named or _called(program, case)
    found = _definition(program, name) or (_definition(prompt, name) if not program else None)
    if found is None and not (named and not program):
        return Shape(SCRIPT, "", (), "", "", program, before, after)
    parameters, head, owner = found or (("*arguments",), f"def {name}(*arguments):", "")
    return Shape(FUNCTION, head, parameters, name, owner, program, before, after)


def _unwrapped(honest: str, case: Case) -> tuple[str, str, str]:
    before, program, after = "", honest, ""
    form = case.format
    if form.marked and form.before in program:
        lead, _, rest = program.partition(form.before)
        inner, mark, tail = rest.rpartition(form.after) if form.after else (rest, "", "")
        before, program, after = lead + form.before, inner if mark else rest, mark + tail
    if fenced := _FENCE.search(program):
        start, end = fenced.span(1)
        before, program, after = before + program[:start], program[start:end], program[end:] + after
    return before, program, after


def _is_body(prompt: str, program: str, entry: str) -> bool:
    if program and not _parses(program) and _parses(prompt + program):
        return True
    return not program and f"def {entry}" in prompt and _parses(prompt + "\n    pass\n") and "```" not in prompt


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _called(program: str, case: Case) -> str:
    """The function of `program` that the task's tests name, when no column does."""
    if not _parses(program):
        return ""
    tree = ast.parse(program)
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    told = " ".join(repr(value) for name, value in case.task.columns.items() if name != case.task.answer_column)
    for name in reversed(names):
        if re.search(rf"\b{re.escape(name)}\s*\(", told):
            return name
    reads = re.search(r"\binput\s*\(|\bstdin\b", program)
    return "" if reads or not names else names[-1]


def _definition(source: str, name: str) -> tuple[tuple[str, ...], str, str] | None:
    """Parameters, `def` line and owning class of the function `name`."""
    if not name or not _parses(source):
        return None
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return _head(node, "")
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == name:
                    return _head(method, node.name)
    return None


def _head(node: ast.FunctionDef, owner: str) -> tuple[tuple[str, ...], str, str]:
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for argument in [*every, node.args.vararg, node.args.kwarg]:
        if argument is not None:
            argument.annotation = None
    names = tuple(argument.arg for argument in every)
    if node.args.vararg:
        names = (*names, f"*{node.args.vararg.arg}")
    line = f"def {node.name}({ast.unparse(node.args)}):"
    if owner:
        return names[1:], f"class {owner}:\n    {line}", owner
    return names, line, ""
