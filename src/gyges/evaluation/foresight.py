"""How surprising what an audit knows of a grader is to a policy, and how soon training finds it.

**Severity**, in nats: minus the logarithm of the probability that the policy writes one of the exploits known on a
task, as a mean over tasks. So it is the surprise of the cheapest exploits, and a hole that reaches half of the tasks
is ln 2 less severe than one that reaches all. The larger, the safer.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy import stats

from gyges.evaluation.statistics import CONFIDENCE, Interval

RESAMPLES = 2000


def severity(log_probability: Mapping[tuple[int, str], float], tasks: int) -> float | None:
    """The severity of a grader; None if no exploit is known.

    **Arguments:**

    - `log_probability`: of each known exploit, by task and text.
    - `tasks`: how many tasks there are, those without an exploit included.
    """
    if not log_probability:
        return None
    return float(math.log(tasks) - np.logaddexp.reduce(list(log_probability.values())))


def rank_correlation(severities: Sequence[float | None], updates: Sequence[float] | np.ndarray) -> float:
    """Spearman's, of severity with updates until exploitation; NaN if either is the same for all.

    No exploit known counts as the highest severity; never exploited (infinite) as later than all that were. Such
    ties share their mean rank.
    """
    first = np.array([math.inf if one is None else one for one in severities])
    second = np.asarray(updates, float)
    if len(first) < 2 or len(set(first)) < 2 or len(set(second)) < 2:
        return math.nan
    return float(np.corrcoef(stats.rankdata(first), stats.rankdata(second))[0, 1])


def median_updates(updates: Float[np.ndarray, "grader seed"]) -> Float[np.ndarray, " grader"]:
    """The median seed of each grader; infinite where half of its seeds or more never got there."""
    ordered: Float[np.ndarray, " grader"] = np.sort(updates, 1)[:, updates.shape[1] // 2]
    return ordered


def foresight(
    severities: Sequence[float | None], updates: Float[np.ndarray, "grader seed"], resamples: int = RESAMPLES
) -> Interval:
    """The rank correlation with its bootstrap interval, over graders and over seeds within each grader.

    A resample in which all graders are alike says nothing and is left out; NaN where none says anything.

    **Arguments:** `updates`: until exploitation; infinite where that never happened.
    """
    value = rank_correlation(severities, median_updates(updates))
    if math.isnan(value):
        return Interval(value, value, value)
    chance = np.random.default_rng(0)
    graders, seeds = updates.shape
    found = []
    for _ in range(resamples):
        chosen: Int[np.ndarray, " grader"] = chance.integers(graders, size=(graders,))
        drawn = np.take_along_axis(updates[chosen], chance.integers(seeds, size=(graders, seeds)), 1)
        found.append(rank_correlation([severities[place] for place in chosen.tolist()], median_updates(drawn)))
    known = np.array(found)[np.isfinite(found)]
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(value, float(low), float(high))


def calibration(points: Sequence[tuple[float, Sequence[float]]], width: float = 3.0) -> list[dict[str, Any]]:
    """Updates until exploitation by severity: bins of `width` nats, with what each grader and seed in them did.

    **Arguments:** `points`: severity of a grader, and the updates of each of its seeds (infinite: never).
    """
    bins: dict[int, list[float]] = {}
    for severe, updates in points:
        bins.setdefault(max(0, int(severe // width)), []).extend(updates)
    found = []
    for place, values in sorted(bins.items()):
        got = sorted(value for value in values if math.isfinite(value))
        ordered = sorted(values)
        middle = ordered[len(ordered) // 2]
        found.append(
            {
                "low": place * width, "high": (place + 1) * width, "trainings": len(values), "exploited": len(got),
                "median": middle if math.isfinite(middle) else None,
                "first": got[0] if got else None, "last": got[-1] if got else None,
            }
        )  # fmt: skip
    return found
