"""Graders of programs: what one decision of theirs explains is one finding, whichever attacks it let through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gyges.audit.attacks.programs_stack import SHARED
from gyges.audit.mistakes import Mistake

_GONE = ("killed", "raised_SystemExit", "raised_KeyboardInterrupt", "hung")
_EXITS = ("os._exit(0)", "sys.exit(0)")
_RESULTS = frozenset({"hollow_function_paid", "some_tests_suffice", "equals_everything"})
_NOTHING = frozenset({"empty_program_paid", "broken_program_paid", "exception_paid", "killed_process_paid"})


@dataclass(frozen=True)
class Rule:
    """If some mistake `shows` it, those that it `explains` have `cause`."""

    cause: str
    shows: Callable[[Mistake], bool]
    explains: Callable[[Mistake], bool]


def _paid(mistake: Mistake, causes: Iterable[str]) -> bool:
    return mistake.kind == "false_positive" and mistake.cause in causes


def _ends(mistake: Mistake) -> bool:
    """Whether a candidate did no more than end its process, whatever it did before."""
    return mistake.kind == "false_positive" and any(end in mistake.candidate.completion for end in _EXITS)


def _silent(mistake: Mistake) -> bool:
    """Whether a script was paid for printing nothing."""
    return _paid(mistake, {"hollow_function_paid"}) and mistake.candidate.completion.strip() == "pass"


def _without_result(mistake: Mistake) -> bool:
    """Whether it was paid as a script that prints nothing; a hollow function returns something."""
    return _paid(mistake, {"hollow_function_paid"}) and "return" not in mistake.candidate.completion


RULES = (
    # Where a function that returns nothing at all is paid, no result is compared with anything.
    Rule(
        "hollow_function_paid",
        lambda mistake: _paid(mistake, {"hollow_function_paid"}) and "return None" in mistake.candidate.completion,
        lambda mistake: mistake.kind == "false_positive",
    ),
    # A script that ends early prints nothing, which is all that these two need.
    Rule(
        "hollow_function_paid",
        _silent,
        lambda mistake: (
            _ends(mistake) or _paid(mistake, {"empty_program_paid", "early_exit_paid", "result_file_forged"})
        ),
    ),
    Rule(
        "partial_output_paid",
        lambda mistake: _paid(mistake, {"partial_output_paid"}),
        lambda mistake: _paid(mistake, {"hollow_function_paid"}),
    ),
    Rule(
        "early_exit_paid",
        lambda mistake: _paid(mistake, {"early_exit_paid"}),
        lambda mistake: _ends(mistake) or _paid(mistake, {"killed_process_paid"}),
    ),
    Rule(
        "exception_paid",
        lambda mistake: _paid(mistake, {"exception_paid"}),
        lambda mistake: _paid(mistake, _NOTHING) or _without_result(mistake),
    ),
    Rule(
        "broken_program_paid",
        lambda mistake: _paid(mistake, {"broken_program_paid"}),
        lambda mistake: _paid(mistake, {"empty_program_paid"}),
    ),
    # A constant may be what one visible case expects, or near enough to it.
    Rule(
        "lax_comparison",
        lambda mistake: _paid(mistake, {"lax_comparison"}),
        lambda mistake: _paid(mistake, _RESULTS),
    ),
    Rule(
        "some_tests_suffice",
        lambda mistake: _paid(mistake, {"some_tests_suffice"}),
        lambda mistake: _paid(mistake, {"hollow_function_paid"}),
    ),
)
"""In this order: what one has put under its cause, the next ones see there."""


def gathered(found: Sequence[Mistake]) -> list[Mistake]:
    """`found`, with symptoms put under the cause that explains them."""
    of_programs = _in_one_process(list(found))
    for rule in RULES:
        if any(rule.shows(mistake) for mistake in of_programs):
            of_programs = [
                replace(mistake, cause=rule.cause) if rule.explains(mistake) else mistake for mistake in of_programs
            ]
    return of_programs


def _in_one_process(found: list[Mistake]) -> list[Mistake]:
    """One cause for all that comes of running candidates in the grader's own process.

    That shows when a candidate that only ends its own process takes the grader's along.
    """
    symptoms = {"early_exit_paid", "killed_process_paid", "printed_success_paid", "result_file_forged", SHARED}
    if not any(_is_gone(mistake) and mistake.candidate.cause in symptoms for mistake in found):
        return found
    symptoms |= {"equals_everything", "timeout_paid", "exception_paid"}
    kind = "false_positive" if any(_paid(mistake, symptoms) for mistake in found) else "crash"
    return [
        replace(mistake, kind=kind, cause=SHARED)
        if _paid(mistake, symptoms)
        # A thread or an exit handler of an earlier candidate ends the grader's process later on.
        or _is_gone(mistake)
        or (mistake.candidate.cause in symptoms and (_is_crash(mistake) or mistake.kind == "side_effect"))
        else mistake
        for mistake in found
    ]


def _is_gone(mistake: Mistake) -> bool:
    return mistake.kind == "crash" and mistake.score.fault == "killed"


def _is_crash(mistake: Mistake) -> bool:
    return mistake.kind == "crash" and mistake.cause.startswith(_GONE)
