"""Proxy and true score against optimisation: what the best of n completions scores, and whether it is right.

Estimator and divergence are those of `evaluation.best_of_n`.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from gyges.audit.report import Curve, CurvePoint, SearchPoint
from gyges.evaluation.best_of_n import kl, weights

Row = tuple[int, float, bool | None]
"""Task, score on the relative scale, and whether it is right: None if nobody could tell."""
RESAMPLES = 1000
LARGEST = 1024


def best_of_n(pool: Iterable[Row], source: str, about: str, seed: int = 0) -> Curve | None:
    """The curve of a pool of completions; None if no task has two of them.

    Every n is estimated on the same tasks: n goes up to the smallest pool among the tasks that are kept, and tasks with
    fewer than a quarter of the median number of completions are left out. Intervals are 95 % percentile bootstraps over
    tasks. What could not be judged is counted as wrong for the lower bound of the truth and as right for the upper.
    """
    by_task: dict[int, list[tuple[float, bool | None]]] = {}
    for task, proxy, truth in pool:
        by_task.setdefault(task, []).append((proxy, truth))
    kept = _usable(by_task)
    if not kept:
        return None
    smallest = min(len(rows) for rows in kept.values())
    sizes = [2**power for power in range(smallest.bit_length()) if 2**power <= min(smallest, LARGEST)]
    chance = np.random.default_rng(seed)
    draws = chance.integers(len(kept), size=(RESAMPLES, len(kept)))
    return Curve(
        source=source,
        about=about,
        tasks=len(kept),
        completions=sum(map(len, kept.values())),
        unjudged=sum(truth is None for rows in kept.values() for _, truth in rows),
        points=tuple(_point(n, list(kept.values()), draws) for n in sizes),
    )


def _usable(by_task: Mapping[int, list[tuple[float, bool | None]]]) -> dict[int, list[tuple[float, bool | None]]]:
    sizes = [len(rows) for rows in by_task.values()]
    least = max(2.0, float(np.median(sizes)) / 4) if sizes else 2.0
    return {task: rows for task, rows in sorted(by_task.items()) if len(rows) >= least}


def _point(n: int, tasks: Sequence[Sequence[tuple[float, bool | None]]], draws: np.ndarray) -> CurvePoint:
    values = np.empty((len(tasks), 3))
    for at, rows in enumerate(tasks):
        scores = np.array([score for score, _ in rows])
        right = np.array([truth is True for _, truth in rows], float)
        perhaps = np.array([truth is not False for _, truth in rows], float)
        values[at] = np.stack([scores, right, perhaps]) @ weights(scores.tolist(), n)
    proxy, least, most = (float(mean) for mean in values.mean(axis=0))
    resampled = values[draws].mean(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    return CurvePoint(n, kl(n), proxy, float(low[0]), float(high[0]), least, most, float(low[1]), float(high[2]))


def search_curve(trail: Sequence[Row], tasks: int, most: int = 60) -> tuple[SearchPoint, ...]:
    """What the search had found after so many calls, from its scored completions in the order of the calls.

    A task on which nothing beat a plain wrong answer yet counts as 0 and wrong. Ties stay with what was found first. At
    most `most` points are kept, evenly on a logarithmic scale, and the last one always.
    """
    if not trail:
        return ()
    places = {round(place) for place in np.geomspace(1, len(trail), most)} | {len(trail)}
    best: dict[int, tuple[float, bool | None]] = {}
    points = []
    for call, (task, proxy, truth) in enumerate(trail, 1):
        if proxy > best.get(task, (0.0, False))[0]:
            best[task] = proxy, truth
        if call in places:
            proxies, truths = [score for score, _ in best.values()], [right for _, right in best.values()]
            least, perhaps = truths.count(True) / tasks, truths.count(None) / tasks
            points.append(SearchPoint(call, sum(proxies) / tasks, least, least + perhaps))
    return tuple(points)
