"""Best-of-n, exactly: what the highest-scored of n samples is worth, from a larger pool of samples.

The estimator is the mean over all subsets of size n, not over drawn ones (Chen et al. 2021, arXiv:2107.03374,
appendix A, for a maximum instead of a pass). KL is that of best-of-n sampling from the policy that made the
pool, log n - (n - 1) / n (Stiennon et al. 2020, arXiv:2009.01325, appendix G.3).
"""

from collections.abc import Sequence
from math import log

import numpy as np
from jaxtyping import Float


def kl(n: int) -> float:
    """Divergence of best-of-n from its policy, in nats; exact where scores have no ties, else an upper bound."""
    return log(n) - (n - 1) / n


def weights(scores: Sequence[float], n: int) -> np.ndarray:
    """The chance of each of `scores` to be the best of n drawn without replacement; ties are shared evenly."""
    size = len(scores)
    if not 1 <= n <= size:
        raise ValueError(f"the best of {n} out of {size} completions: give n from 1 to {size}")
    order = np.argsort(scores, kind="stable")
    ranked = np.asarray(scores, float)[order]
    # C(m, n) / C(size, n) for m from 0 to size, as a running product: binomials of such sizes are no floats.
    above = np.arange(size, 0, -1)
    within = np.concatenate([[1.0], np.cumprod(np.maximum(above - n, 0) / above)])[::-1]
    chances = np.zeros(size)
    start = 0
    while start < size:
        end = int(np.searchsorted(ranked, ranked[start], side="right"))
        # All n among the first `end`, less those with none of this height.
        chances[order[start:end]] = (within[end] - within[start]) / (end - start)
        start = end
    return chances


def curve(
    proxy: Float[np.ndarray, "prompt sample"], gold: Float[np.ndarray, "prompt sample"]
) -> list[tuple[int, float, float]]:
    """(n, proxy, gold) of the best of n by proxy, for 1, 2, 3, 4, 6, 8, 12 ... up to the samples per prompt."""
    samples = proxy.shape[1]
    sizes = sorted({size for power in range(samples.bit_length()) for size in (2**power, 3 * 2**power)})
    points = []
    for n in (size for size in sizes if size <= samples):
        chances = np.stack([weights(row.tolist(), n) for row in proxy])
        points.append((n, float((chances * proxy).sum(1).mean()), float((chances * gold).sum(1).mean())))
    return points
