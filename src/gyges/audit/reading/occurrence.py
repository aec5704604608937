"""Finds which of several answers in one completion the grader takes."""

from collections.abc import Mapping, Sequence

from gyges.audit.grading import Grading
from gyges.audit.reading.learn import Learned

SAMPLE = 5


def occurrence(
    grading: Grading, learned: Learned, references: Mapping[int, str], wrong: Mapping[int, Sequence[str]]
) -> str:
    """`first`, `last`, `any`, or `one` (a completion with two answers is refused); `unknown` if nothing is paid."""
    tasks = sorted(index for index in learned.paid if index in references and learned.scales[index].contrast)[:SAMPLE]
    if not tasks:
        return "unknown"
    frame = learned.format
    joint = "\n" if frame.marked else " and then "
    votes = {"first": 0, "last": 0, "any": 0, "one": 0}
    pairs = []
    for task in tasks:
        right, other = references[task], wrong[task][0]
        pairs.append((task, f"{frame.lead}{frame.core(right)}{joint}{frame.core(other)}{frame.tail}"))
        pairs.append((task, f"{frame.lead}{frame.core(other)}{joint}{frame.core(right)}{frame.tail}"))
    scores = grading.scores(pairs)
    for place, task in enumerate(tasks):
        first, last = (learned.relative(task, score.value) >= 0.5 for score in scores[2 * place : 2 * place + 2])
        votes["any" if first and last else "first" if first else "last" if last else "one"] += 1
    return max(votes, key=lambda name: votes[name])
