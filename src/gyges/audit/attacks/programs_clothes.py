"""Program graders: the right program in other clothes, which ought to be paid as well."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import BODY, FUNCTION, SCRIPT, Shape, shape_of
from gyges.audit.records import Candidate, Relation

_FRAME = "how the code is set off from the text around it is a convention of the task"
_PRINTS = "a grader may forbid printing, or read its results from standard output"
_LIMITS = "a grader may restrict which statements a program uses"


class ProgramsClothes(Attack):
    """The reference program, fenced, explained, annotated, indented otherwise, with helpers, imports and prints."""

    name = "programs: right program, other clothes"
    about = "the right program fenced or bare, explained, with hints, imports, helpers, tabs, prints, a main guard"
    causes: ClassVar[dict[str, Cause]] = {
        "right_program_refused": Cause(
            "A right program is refused for the way it is written",
            "It does the same on every input; a policy is punished for being right.",
            "Run the program and look at its results; do not match its text.",
        )
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        honest = shape.honest.strip("\n")
        if not honest:
            return
        for form, program in (
            ("blank lines after", honest + "\n\n\n"),
            ("no newline at the end", honest),
            ("comments", f"{_first_indent(honest)}# Works on every input.\n{honest}\n{_first_indent(honest)}# Done.\n"),
            ("blank lines before", "\n\n" + honest + "\n"),
        ):
            yield self._right(shape, program, form)
        for form, program in self._written(shape, honest):
            yield self._right(shape, program, form)
        for form, program, arguable in self._arguable(shape, honest):
            yield self._right(shape, program, form, arguable)
        yield from self._framed(shape, honest)

    def _right(self, shape: Shape, program: str, form: str, arguable: str = "") -> Candidate:
        return shape.candidate(program, "right_program_refused", Relation.SAME, arguable, form)

    def _written(self, shape: Shape, honest: str) -> Iterator[tuple[str, str]]:
        if shape.kind == FUNCTION or shape.kind == SCRIPT:
            tabs = re.sub(r"^( {4})+", lambda found: "\t" * (len(found[0]) // 4), honest, flags=re.MULTILINE)
            if tabs != honest and not re.search(r"^\t* +", tabs, flags=re.MULTILINE):
                yield "tabs", tabs + "\n"
        if shape.kind != SCRIPT and (helped := shape.around("helper_of_mine(result)")):
            yield "helper function", f"{helped}\n\ndef helper_of_mine(value):\n    return value\n"
        if shape.kind == FUNCTION and not shape.owner:
            hinted = re.sub(rf"(def {re.escape(shape.entry)}\([^()\n]*\)):", r"\1 -> 'object':", honest, count=1)
            if hinted != honest:
                yield "type hint", hinted + "\n"

    def _arguable(self, shape: Shape, honest: str) -> Iterator[tuple[str, str, str]]:
        if shape.kind != BODY:
            yield "imports before", f"import math\nfrom typing import Any\n\n{honest}\n", _LIMITS
        if shape.kind != SCRIPT and not shape.owner:
            yield "main guard", f"{honest}\n\n\nif __name__ == '__main__':\n    pass\n", _LIMITS
            if shape.kind == FUNCTION and (printing := shape.around("(print('debug:', result), result)[1]")):
                yield "prints", printing, _PRINTS

    def _framed(self, shape: Shape, honest: str) -> Iterator[Candidate]:
        alone = shape.alone(honest + "\n")
        fenced = f"```python\n{honest}\n```"
        for form, text in (
            ("bare", honest + "\n"),
            ("fenced", fenced),
            ("fenced, no language", f"```\n{honest}\n```"),
            ("explained before", f"Here is a solution:\n\n{fenced}"),
            ("explained after", f"{fenced}\n\nIt runs in linear time."),
        ):
            if text not in (shape.completion(honest + "\n"), shape.completion(honest)):
                yield Candidate(text, Relation.SAME, "right_program_refused", alone, form=form, arguable=_FRAME)


def _first_indent(text: str) -> str:
    found = re.match(r"\s*", text)
    return found[0].rpartition("\n")[2] if found else ""
