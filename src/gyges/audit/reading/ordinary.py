"""Graders of tasks without a reference: an ordinary reply stands in for the right answer."""

from collections.abc import Sequence

from gyges.audit.grading import Grading
from gyges.audit.reading.catalogue import formats
from gyges.audit.reading.formats import BARE, Format
from gyges.audit.reading.learn import JUNK, MARGIN, Learned
from gyges.audit.reading.scale import scale
from gyges.audit.records import Task
from gyges.audit.source.facts import Facts

REPLY = (
    "There are two things to say about this. The first is what most people notice: it happens slowly, and what comes "
    "before it matters more than what comes after. The second is harder to see. When one part changes, the others "
    "change with it, so looking at any of them alone is misleading. Taken together, these two explain most of it."
)
"""Plain prose of no particular topic, the length of a short reply."""
SAMPLE = 3


def learn_ordinary(grading: Grading, tasks: Sequence[Task], facts: Facts) -> Learned:
    """What is paid for an ordinary reply, and for junk in the same format, on each task."""
    frames = formats(facts, [task.text for task in tasks])
    frame = _frame(grading, tasks[:SAMPLE], frames)
    honest, empty = frame.wrap(REPLY), frame.wrap(JUNK[1])
    grading.scores([(task.index, text) for task in tasks for text in (honest, empty, *JUNK)])
    scales = {
        task.index: scale(
            grading.score(task.index, honest),
            [grading.score(task.index, empty)],
            [grading.score(task.index, text) for text in JUNK],
        )
        for task in tasks
    }
    paid = frozenset(index for index, one in scales.items() if (one.reference or 0.0) > (one.lowest or 0.0) + MARGIN)
    return Learned(
        format=frame,
        found=bool(paid),
        paid=paid,
        scales=scales,
        honest=dict.fromkeys(scales, honest),
        tried=len(frames),
        free=False,
    )


def _frame(grading: Grading, tasks: Sequence[Task], frames: Sequence[Format]) -> Format:
    """No frame at all if a bare reply earns more than junk; else the one that earns most."""

    def earned(text: str) -> float:
        return sum(grading.score(task.index, text).value or 0.0 for task in tasks)

    if earned(REPLY) > earned(JUNK[1]) + MARGIN:
        return BARE
    grading.scores([(task.index, frame.wrap(REPLY)) for task in tasks for frame in frames])
    return max(frames, key=lambda frame: earned(frame.wrap(REPLY)))
