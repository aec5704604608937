"""Uncertainty over seeds, as docs/claims.md asks for it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

Values = Sequence[float] | np.ndarray
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean and its bounds; the bounds are NaN where there are fewer than two values."""

    mean: float
    low: float
    high: float


UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))


def interval(values: Values, confidence: float = CONFIDENCE) -> Interval:
    """Mean and Student-t interval of one value per seed; NaNs (not measurable there) are left out."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if known.size == 0:
        return UNKNOWN
    mean = float(known.mean())
    if known.size == 1:
        return Interval(mean, float("nan"), float("nan"))
    half = float(stats.t.ppf((1 + confidence) / 2, known.size - 1) * known.std(ddof=1) / known.size**0.5)
    return Interval(mean, mean - half, mean + half)


def share(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """A share with its Clopper-Pearson interval, for outcomes that are one thing or the other."""
    bounds = stats.binomtest(successes, trials).proportion_ci(confidence, method="exact")
    return Interval(successes / trials, float(bounds.low), float(bounds.high))


def agree(sides: Sequence[bool] | np.ndarray, quorum: float = 7 / 8) -> bool:
    """Whether enough seeds are individually on the verdict's side: 7 of 8."""
    return bool(np.mean(sides) >= quorum)


def equivalent(values: Values, margin: float, confidence: float = CONFIDENCE) -> bool:
    """Two one-sided tests: whether the mean is within `margin` of 0 at this confidence."""
    _, low, high = interval(values, 2 * confidence - 1)
    return -margin < low and high < margin


def area_under_curve(scores: Values, labels: Sequence[bool] | np.ndarray) -> float:
    """P(a positive scores above a negative), ties counted half; NaN if one kind is missing."""
    score, label = np.asarray(scores, float), np.asarray(labels, bool)
    positives = int(label.sum())
    negatives = label.size - positives
    if not positives or not negatives:
        return float("nan")
    ranks = stats.rankdata(score)
    return float((ranks[label].sum() - positives * (positives + 1) / 2) / (positives * negatives))
