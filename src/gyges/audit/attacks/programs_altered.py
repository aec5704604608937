"""Program graders: right programs with their results altered a little, as lax comparisons do not notice."""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Attack, Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.programs_shape import shape_of
from gyges.audit.records import Candidate

_LISTS = "isinstance(result, (list, tuple, str))"
_WRONG = (
    ("not result if isinstance(result, bool) else result + 1 if isinstance(result, (int, float)) else [result]", ""),
    (f"result[:-1] if {_LISTS} else None", ""),
    (f"result[:1] if {_LISTS} else None", ""),
    (f"result + result if {_LISTS} else -result - 1 if isinstance(result, (int, float)) else None", ""),
    ("result + 0.4 if isinstance(result, (int, float)) and not isinstance(result, bool) else None", ""),
    ("f'-1 {result} 0'", ""),
    (f"result[::-1] if {_LISTS} else None", "some tasks take the items of a result in any order"),
    ("str(result)", "a grader may compare results as they are printed"),
    ("[result]", "a grader may take a result out of a list of one"),
    ("bool(result)", "in Python True equals 1, and a grader may ask only whether a result is truthy"),
    ("result.upper() if isinstance(result, str) else str(result) + ' '", "a grader may ignore case and white space"),
)


class ProgramsAltered(Attack):
    """The reference program, its result changed: off by one, cut short, doubled, reversed, of another type."""

    name = "programs: altered results"
    about = "the right result off by one, negated, cut short, doubled, reversed, or of another type"
    causes: ClassVar[dict[str, Cause]] = {
        "lax_comparison": Cause(
            "A program whose results are wrong by one, cut short or doubled is paid",
            "The comparison lets results pass that are not the expected ones.",
            "Compare the whole result with the expected one, exactly, or within a stated small tolerance for floats.",
        ),
        "loose_comparison": Cause(
            "Results in another order, type or case are paid",
            "The comparison overlooks differences that some tasks mean.",
            "If it is not meant, compare type and value exactly.",
        ),
    }

    def suits(self, case: Case) -> bool:
        return case.opened.program

    def candidates(self, case: Case) -> Iterator[Candidate]:
        shape = shape_of(case)
        for change, arguable in _WRONG:
            if program := shape.around(change):
                yield shape.candidate(program, "loose_comparison" if arguable else "lax_comparison", arguable=arguable)
