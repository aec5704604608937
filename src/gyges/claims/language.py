"""What the claims of the language lab share: budgets, the arms of arithmetic, where gold peaks and how it falls."""

from typing import Any, NamedTuple

import numpy as np

from gyges.cell import Cell
from gyges.claims.base import Budget, Results

UPDATES: dict[Budget, int] = {"quick": 40, "default": 60, "full": 100}
"""Updates of 256 texts. The fall of a hacked reward shows by 100 (docs/benchmarks.md)."""
TEXTS = 1024
"""Texts per evaluation: 128 prompts, 8 times each."""
QUICK_MODEL = {"labels": 2048, "pretraining": 300, "fitting": 200}
"""A reward model that is fitted in half the time; it verifies somewhat worse."""
VERIFIES = 0.7
"""Held-out AUC below which a reward model cannot be said to verify, and its failure shows nothing."""


def evaluated(updates: int) -> tuple[int, ...]:
    """When agents are measured: often at first, while the divergence is small."""
    early = (0, 2, 4, 6, 8, 10, 15)
    return tuple(sorted({*(at for at in early if at < updates), *range(20, updates, 10)}))


def model(budget: Budget) -> dict[str, Any]:
    """Parameters of reward models at this budget."""
    return dict(QUICK_MODEL) if budget == "quick" else {}


def trained(budget: Budget, seeds: tuple[int, ...], reward: str, **design: Any) -> Cell:
    """An arm under GRPO."""
    updates = UPDATES[budget]
    usual: dict[str, Any] = {"environment": "arithmetic", "agent": "grpo", "episodes": TEXTS}
    return Cell(reward=reward, updates=updates, budgets=evaluated(updates), seeds=seeds, **(usual | design))


class Fall(NamedTuple):
    """Per seed: the peak of gold, the fall after it, and how the proxy moved since."""

    peak: np.ndarray
    fall: np.ndarray
    proxy: np.ndarray


def since_the_peak(results: Results, cell: Cell) -> Fall:
    """The peak is located on the first half of the prompts, fall and proxy are measured on the second."""
    at = (*cell.budgets, cell.updates)

    def curve(metric: str) -> np.ndarray:
        return np.stack([results.seeds(cell, metric, "training", update) for update in at])

    where = curve("gold_first").argmax(0)
    gold, proxy = curve("gold_second"), curve("proxy_second")
    seeds = np.arange(len(cell.seeds))
    return Fall(gold[where, seeds], gold[where, seeds] - gold[-1], proxy[-1] - proxy[where, seeds])


def at_equal_divergence(results: Results, one: Cell, other: Cell, metric: str = "gold") -> np.ndarray:
    """Per seed `metric` of `one` less that of `other`, at the largest divergence that both have reached."""

    def curve(cell: Cell, metric: str) -> np.ndarray:
        return np.stack([results.seeds(cell, metric, "training", at) for at in (*cell.budgets, cell.updates)])

    differences = []
    apart, others = curve(one, "kl"), curve(other, "kl")
    value, value_of_other = curve(one, metric), curve(other, metric)
    for seed in range(apart.shape[1]):
        common = min(apart[:, seed].max(), others[:, seed].max())
        ends = [
            np.interp(common, np.maximum.accumulate(kl[:, seed]), gold[:, seed])
            for kl, gold in ((apart, value), (others, value_of_other))
        ]
        differences.append(ends[0] - ends[1])
    return np.array(differences)
