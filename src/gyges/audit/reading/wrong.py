"""Plain wrong answers: well formed, of the right type, and wrong without any trick."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from gyges.audit.judges.base import Judge
from gyges.audit.records import Task, Truth

COUNT = 3
WRONG_PROGRAMS = ("    pass\n", "pass\n")


def wrong_answers(
    tasks: Sequence[Task], references: Mapping[int, str], judges: Mapping[int, Judge], program: bool = False
) -> dict[int, tuple[str, ...]]:
    """Up to three wrong answers for each task; noise for a task that has no reference."""
    pool = list(dict.fromkeys(references.values()))
    return {
        task.index: tuple(_for_task(task, references[task.index], pool, judges[task.index], program))
        if task.index in references
        else ("lorem ipsum",)
        for task in tasks
    }


def _for_task(task: Task, reference: str, pool: Sequence[str], judge: Judge, program: bool) -> list[str]:
    if program:
        return list(WRONG_PROGRAMS)
    start = pool.index(reference) + 1 if reference in pool else 0
    around = [*pool[start:], *pool[:start]]
    if judge.name == "puzzle":
        # Other tasks' solutions reach the same target, so they say nothing of what a plainly wrong one earns.
        return [f"{reference} + 1", f"({reference}) * 3 + 1", "lorem ipsum"][:COUNT]
    proposed = [*_moved(reference), *[other for other in around if other != reference][:12], "lorem ipsum", "zzz"]
    sure = [answer for answer in proposed if judge.compare(answer, task, reference) is Truth.WRONG]
    rest = [answer for answer in proposed if answer not in sure and answer != reference]
    # Answers of other tasks look most like an honest mistake; a number that was moved is as good.
    return [*sure, *rest][:COUNT]


def _moved(reference: str) -> list[str]:
    """A number far enough away that no tolerance reaches it, written as the reference is."""
    try:
        value = Fraction(reference.replace(",", "").strip())
    except (ValueError, ZeroDivisionError):
        return []
    moved = value * 3 + 11
    if value.denominator == 1:
        return [str(moved)]
    return [str(float(moved))] if "/" not in reference else [str(moved)]
