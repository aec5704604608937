"""Laws of over-optimisation: gold against d, the square root of the KL (Gao, Schulman and Hilton 2022, section 3).

d(alpha - beta d) for best-of-n and d(alpha - beta log d) for RL, against the null alpha(1 - exp(-beta d)),
which rises and never falls. Gold is centred: 0 at d = 0.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import curve_fit

Points = Float[np.ndarray, " point"]
SMALLEST = 0.05
"""Below this d is mostly the noise of its own estimate."""


class Fit(NamedTuple):
    """A law with its coefficients."""

    alpha: float
    beta: float
    predict: Callable[[Points], Points]


def best_of_n_law(d: Points, gold: Points) -> Fit:
    """Least squares for d(alpha - beta d)."""
    return _linear(d, gold, lambda d: np.stack([d, -np.square(d)], 1))


def rl_law(d: Points, gold: Points) -> Fit:
    """Least squares for d(alpha - beta log d)."""
    return _linear(d, gold, lambda d: np.stack([d, -d * np.log(np.maximum(d, SMALLEST))], 1))


def saturation(d: Points, gold: Points) -> Fit:
    """Least squares for alpha(1 - exp(-beta d)) with alpha >= 0 and beta > 0: it never falls."""

    def law(d: Points, alpha: float, beta: float) -> Points:
        return alpha * (1 - np.exp(-beta * d))

    first = (max(float(gold.max()), 0.1), 1.0)
    (alpha, beta), _ = curve_fit(law, d, gold, p0=first, bounds=([0, 1e-3], [10, 50]), maxfev=20_000)
    return Fit(float(alpha), float(beta), lambda d: law(d, alpha, beta))


def _linear(d: Points, gold: Points, basis: Callable[[Points], np.ndarray]) -> Fit:
    (alpha, beta), *_ = np.linalg.lstsq(basis(d), gold, rcond=None)
    return Fit(float(alpha), float(beta), lambda d: basis(d) @ np.array([alpha, beta]))


class Forecast(NamedTuple):
    """A law and its null, fitted on the lower half of d and judged on the upper half."""

    law: Fit
    null: Fit
    law_error: float
    """Root mean square on the upper half."""
    null_error: float


def forecast(d: Points, gold: Points, law: Callable[[Points, Points], Fit]) -> Forecast:
    """Fits on d up to half of its largest value and predicts the rest.

    Raises `ValueError` where either half has fewer than two points.
    """
    usable = d > SMALLEST
    d, gold = d[usable], gold[usable]
    lower = d <= d.max() / 2 if len(d) else np.zeros(0, bool)
    if lower.sum() < 2 or (~lower).sum() < 2:
        raise ValueError(f"{lower.sum()} points below half of the largest d and {(~lower).sum()} above; two are needed")
    fitted, null = law(d[lower], gold[lower]), saturation(d[lower], gold[lower])

    def error(fit: Fit) -> float:
        return float(np.sqrt(np.square(fit.predict(d[~lower]) - gold[~lower]).mean()))

    return Forecast(fitted, null, error(fitted), error(null))


def wins(
    d: Float[np.ndarray, "seed point"],
    gold: Float[np.ndarray, "seed point"],
    law: Callable[[Points, Points], Fit],
    resamples: int = 500,
    seed: int = 0,
) -> float:
    """Share of resamplings of the seeds in which the law forecasts the upper half better than the null."""
    chance = np.random.default_rng(seed)
    won = []
    for _ in range(resamples):
        chosen = chance.integers(len(d), size=len(d))
        found = forecast(d[chosen].ravel(), gold[chosen].ravel(), law)
        won.append(found.law_error < found.null_error)
    return float(np.mean(won))
