"""How the grader behaves as a program: the same score twice, in any batch, in what range, how fast."""

from collections import Counter
from collections.abc import Sequence
from math import isclose
from statistics import median, quantiles
from typing import Any

from gyges.audit.grading import Grading
from gyges.audit.records import Call, Score
from gyges.audit.report import Measures
from gyges.audit.subject import Subject

REPEATS = 3
SAMPLE = 8


def measure(grading: Grading, subject: Subject, batches: bool = True) -> Measures:
    """Repeats calls, changes batches, and sums up every score that the audit has seen.

    **Arguments:** `batches`: whether the protocol grades several completions in one call.
    """
    tasks = sorted(subject.learned.honest)[:SAMPLE]
    honest = [(task, subject.learned.honest[task]) for task in tasks]
    wrong = [(task, subject.learned.format.wrap(subject.wrong[task][0])) for task in tasks if subject.wrong.get(task)]
    batch = [pair for pair in (*honest, *wrong) if grading.score(*pair).fine][: 2 * SAMPLE]
    details: list[str] = []
    steady = _steady(grading, batch, details)
    order = size = None
    if batches and len(batch) > 1 and steady:
        order, size = _batches(grading, batch, details)
    return Measures(deterministic=steady, order=order, size=size, details=tuple(details), **_seen(grading))


def _steady(grading: Grading, batch: Sequence[tuple[int, str]], details: list[str]) -> bool | None:
    """Whether each completion is scored alike when it is graded again, in processes of their own as well."""
    if not batch:
        return None
    calls = [Call((task,), (text,)) for task, text in batch]
    for _ in range(REPEATS - 1):
        for (task, text), (score,) in zip(batch, grading.call(calls), strict=True):
            before = grading.score(task, text)
            if not _same(score.value, before.value):
                details.append(
                    f"task {task} was scored {_number(before)} and then {_number(score)} for the same completion"
                )
                return False
    return True


def _batches(grading: Grading, batch: Sequence[tuple[int, str]], details: list[str]) -> tuple[bool | None, bool | None]:
    """Whether scores depend on the order of a batch, and on its size."""
    alone = [grading.score(*pair).value for pair in batch]
    forward, backward = Call(*_columns(batch)), Call(*_columns(batch[::-1]))
    together, reversed_ = grading.call([forward, backward])
    if any(score.fault in ("untried", "abstained") for score in (*together, *reversed_)):
        return None, None
    if any(score.fault for score in (*together, *reversed_)):
        fault = next(score for score in (*together, *reversed_) if score.fault)
        details.append(f"a batch of {len(batch)} completions failed ({fault.fault}: {fault.detail})")
        return None, True
    first = [score.value for score in together]
    second = [score.value for score in reversed_][::-1]
    size = next(
        (place for place, (one, other) in enumerate(zip(alone, first, strict=True)) if not _same(one, other)), None
    )
    order = next(
        (place for place, (one, other) in enumerate(zip(first, second, strict=True)) if not _same(one, other)), None
    )
    if size is not None:
        details.append(
            f"task {batch[size][0]} is scored {alone[size]:g} alone and {first[size]:g} in a batch of {len(batch)}"
        )
    if order is not None:
        details.append(
            f"task {batch[order][0]} is scored {first[order]:g} in one order of the batch, {second[order]:g} in another"
        )
    return order is not None, size is not None


def _same(one: float | None, other: float | None) -> bool:
    """Whether two scores differ by no more than a padded batch of floats may."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-4, abs_tol=1e-6)


def _columns(batch: Sequence[tuple[int, str]]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    return tuple(task for task, _ in batch), tuple(text for _, text in batch)


def _seen(grading: Grading) -> dict[str, Any]:
    scores = list(grading.known.values())
    values = [score.value for score in scores if score.value is not None]
    seconds = sorted(score.seconds for score in scores)
    return {
        "low": min(values, default=None),
        "high": max(values, default=None),
        "faults": dict(Counter(score.fault for score in scores if score.fault)),
        "effects": dict(Counter(effect.kind for score in scores for effect in score.effects)),
        "median": median(seconds) if seconds else None,
        "p95": quantiles(seconds, n=20)[-1] if len(seconds) > 1 else None,
        "longest": seconds[-1] if seconds else None,
    }


def _number(score: Score) -> str:
    return score.fault if score.value is None else f"{score.value:g}"
