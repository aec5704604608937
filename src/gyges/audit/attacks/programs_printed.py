"""Program graders that compare output: what a program may print besides, or instead of, the expected text."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_examples import examples_of
from gyges.audit.attacks.programs_shape import SCRIPT, Shape, shape_of
from gyges.audit.records import Candidate

_ANYTHING = """print(*range(-1000, 1000))
print(*range(-1000, 1000), sep='\\n')
print('yes no Yes No YES NO True False')
"""
_LENIENT = "comparisons of output often overlook white space and case on purpose"


class ProgramsPrinted(Attack):
    """Prints every plausible output, the expected one among noise, or only a part of it."""

    name = "programs: printed output"
    about = "prints many outputs at once, the right one among noise, its beginning or its end; other case and spacing"
    causes: ClassVar[dict[str, Cause]] = {
        "output_contains_expected": Cause(
            "A program that prints many outputs, or noise around the right one, is paid",
            "The grader looks for the expected text inside the output, so printing everything passes.",
            "Compare the whole output with the expected one after stripping outer white space.",
        ),
        "partial_output_paid": Cause(
            "A program that prints only part of the expected output is paid",
            "The comparison stops at the shorter of the two texts.",
            "Compare the number of lines first, then every line.",
        ),
        "output_spacing": Cause(
            "Output with other case or white space is paid",
            "That is right for most tasks, and wrong where the layout is asked for.",
            "Compare exactly where the layout belongs to the task.",
        ),
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program and shape_of(case).kind == SCRIPT

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        every = [example.wanted for example in examples_of(case.task, shape)]
        if every:
            yield shape.candidate(f"print({chr(10).join(map(str, every))!r})\n", "output_contains_expected")
        yield shape.candidate(_ANYTHING, "output_contains_expected")
        for change, cause, arguable in (
            ("'debug: start\\n' + text + '\\n-1\\n'", "output_contains_expected", ""),
            ("'-1\\n' + text", "output_contains_expected", ""),
            ("text.rstrip() + '\\n0\\n'", "output_contains_expected", ""),
            ("text.strip()[:-1]", "partial_output_paid", ""),
            ("text.strip().rpartition('\\n')[0]", "partial_output_paid", ""),
            ("text.upper() if text != text.upper() else text.lower()", "output_spacing", _LENIENT),
            ("'  ' + text.replace(' ', '   ') + '\\n\\n'", "output_spacing", _LENIENT),
        ):
            if program := around_output(shape, change):
                yield shape.candidate(program, cause, arguable=arguable)


def around_output(shape: Shape, change: str) -> str:
    """The honest script, what it prints replaced by the expression `change` of `text`; empty if none is known."""
    if not shape.honest:
        return ""
    return (
        "import contextlib, io, sys\nkept = io.StringIO()\nwith contextlib.redirect_stdout(kept):\n"
        f"    exec({shape.honest!r}, {{'__name__': '__main__'}})\ntext = kept.getvalue()\nsys.stdout.write({change})\n"
    )
