"""Graders of programs that run candidates in their own process: what that one decision explains is one finding."""

from collections.abc import Sequence
from dataclasses import replace

from gyges.audit.attacks.programs_stack import SHARED
from gyges.audit.mistakes import Mistake

EXITS = frozenset({"early_exit_paid", "killed_process_paid", "printed_success_paid", "result_file_forged"})
"""Causes whose candidates end the process that they run in."""
EXPLAINED = EXITS | {SHARED, "equals_everything", "timeout_paid", "exception_paid"}
_GONE = ("killed", "raised_SystemExit", "raised_KeyboardInterrupt", "hung")


def gathered(found: Sequence[Mistake]) -> list[Mistake]:
    """`found`, with everything put under one cause that comes of the candidate running where the grader runs.

    That it runs there shows when a candidate that only ends its own process takes the grader's along.
    """
    if not any(_took_it_along(mistake) for mistake in found):
        return list(found)
    paid = any(mistake.kind == "false_positive" and mistake.cause in EXPLAINED for mistake in found)
    return [_renamed(mistake, "false_positive" if paid else "crash") for mistake in found]


def _took_it_along(mistake: Mistake) -> bool:
    return mistake.kind == "crash" and mistake.candidate.cause in EXITS and mistake.score.fault == "killed"


def _renamed(mistake: Mistake, kind: str) -> Mistake:
    of_programs = mistake.candidate.cause in EXPLAINED
    if mistake.kind == "crash" and of_programs and mistake.cause.startswith(_GONE):
        return replace(mistake, kind=kind, cause=SHARED)
    if mistake.kind == "false_positive" and mistake.cause in EXPLAINED:
        return replace(mistake, cause=SHARED)
    return mistake
