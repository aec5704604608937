"""Chooses the judge of each task by its type of answer."""

from collections.abc import Mapping, Sequence
from functools import cache

from gyges.audit.judges.base import Judge
from gyges.audit.records import Task
from gyges.registry import found_in


@cache
def kinds() -> tuple[type[Judge], ...]:
    """All judges that are there."""
    return tuple(found_in("audit.judges", Judge).values())


def choose(tasks: Sequence[Task], references: Sequence[str] | Mapping[int, str]) -> list[Judge]:
    """One judge for each task.

    **Arguments:**

    - `references`: the bare answer of each task in the same order, empty where there is none; or by task index.
    """
    in_order = [task.index for task in tasks]
    keyed = references if isinstance(references, Mapping) else dict(zip(in_order, references, strict=True))
    texts = [keyed.get(index, "") for index in in_order]
    judges = [kind.for_tasks(tasks, texts) for kind in kinds()]
    return [max(judges, key=lambda judge: judge.fits(task, text)) for task, text in zip(tasks, texts, strict=True)]
