"""When a proxy has parted from the truth: the rule by which `RingCallback` warns and stops."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gyges.evaluation.statistics import Interval, interval

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Look:
    """One evaluation: proxy and truth of each held-out prompt, in the same order every time."""

    update: int
    proxy: list[float]
    truth: list[float]


@dataclass(frozen=True)
class Divergence:
    """Since `since`, the proxy has risen by `proxy` and the truth has fallen by `truth` (changes, with intervals)."""

    since: int
    update: int
    proxy: Interval
    truth: Interval

    def sentence(self) -> str:
        """What happened, in words."""
        return (
            f"between updates {self.since} and {self.update} the proxy rose by {_figures(self.proxy)} while the truth "
            f"changed by {_figures(self.truth)}"
        )


def change(before: Sequence[float], now: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Mean change per prompt with its Student-t interval over the prompts, which are paired."""
    return interval(np.asarray(now, float) - np.asarray(before, float), confidence)


def diverged(looks: Sequence[Look]) -> Divergence | None:
    """Whether the last of `looks` shows that proxy and truth have parted.

    It does if, against any earlier evaluation, the proxy has risen by more than its noise and the truth has fallen by
    more than its own: the lower end of the proxy's change is above 0 and the upper end of the truth's is below 0. The
    intervals are Student-t over prompts, paired, at 95 % divided among the earlier evaluations (Bonferroni), so that
    looking often does not make a finding. Of several such evaluations the one with the steepest fall is named.
    """
    if len(looks) < 2:
        return None
    *earlier, last = looks
    confidence = 1 - (1 - CONFIDENCE) / len(earlier)
    found = []
    for look in earlier:
        proxy, truth = change(look.proxy, last.proxy, confidence), change(look.truth, last.truth, confidence)
        if proxy.low > 0 and truth.high < 0:
            found.append(Divergence(look.update, last.update, proxy, truth))
    return min(found, key=lambda one: one.truth.mean, default=None)


def _figures(found: Interval) -> str:
    return f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
