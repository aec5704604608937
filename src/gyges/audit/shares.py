"""Shares with their uncertainty, in plain Python: the audit does not wait for scipy."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054
"""97.5 % quantile of the normal distribution."""


@dataclass(frozen=True)
class Share:
    """`count` out of `of`, with the 95 % Wilson score interval."""

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(f"a share of {self.count} out of {self.of}: the count has to lie between 0 and the whole")

    @property
    def value(self) -> float | None:
        """The share itself; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        """Lower end of the interval; 0 of nothing."""
        return self._bounds()[0]

    @property
    def high(self) -> float:
        """Upper end of the interval; 1 of nothing."""
        return self._bounds()[1]

    def _bounds(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        share, weight = self.count / self.of, _Z * _Z / self.of
        middle = (share + weight / 2) / (1 + weight)
        half = sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
        low = 0.0 if self.count == 0 else max(0.0, middle - half)
        high = 1.0 if self.count == self.of else min(1.0, middle + half)
        return low, high
