"""Graders of tasks without a reference: an ordinary reply stands in for the right answer."""

from collections.abc import Sequence

from gyges.audit.grading import Grading
from gyges.audit.reading.formats import BARE
from gyges.audit.reading.learn import JUNK, Learned
from gyges.audit.reading.scale import scale
from gyges.audit.records import Task

REPLY = (
    "There are two things to say about this. The first is what most people notice: it happens slowly, and what comes "
    "before it matters more than what comes after. The second is harder to see. When one part changes, the others "
    "change with it, so looking at any of them alone is misleading. Taken together, these two explain most of it."
)
"""Plain prose of no particular topic, the length of a short reply."""


def learn_ordinary(grading: Grading, tasks: Sequence[Task]) -> Learned:
    """What is paid for an ordinary reply, and for junk, on each task."""
    grading.scores([(task.index, text) for task in tasks for text in (REPLY, *JUNK)])
    scales = {
        task.index: scale(
            grading.score(task.index, REPLY),
            [grading.score(task.index, text) for text in JUNK[1:]],
            [grading.score(task.index, text) for text in JUNK],
        )
        for task in tasks
    }
    paid = frozenset(index for index, one in scales.items() if one.contrast)
    return Learned(
        format=BARE,
        found=bool(paid),
        paid=paid,
        scales=scales,
        honest=dict.fromkeys(scales, REPLY),
        tried=1,
        free=False,
    )
