"""A reward model that goes on learning while the policy is trained."""

from typing import Any, Protocol

import equinox as eqx

from gyges.faults import Fault
from gyges.lm.samples import Sample
from gyges.lm.sources import source
from gyges.rewards.base import HostReward


class Fits(Protocol):
    """A reward model as the ones of this package."""

    def fit(self, samples: list[Sample], labels: list[Any], *, epochs: int, rate: float, seed: int) -> list[float]: ...

    def score(self, samples: list[Any]) -> list[float | None]: ...


class Refitted(HostReward):
    """Scores a batch with its model, and fits the model to the labelled batch afterwards, every so many batches.

    So a batch is never scored by a model that has seen its labels. Without this class a model is frozen.
    """

    model: Fits = eqx.field(static=True)
    labels: Any = eqx.field(static=True)
    """Source of the labels: a column or a function of a sample; for a process model a list of step labels each."""
    every: int = eqx.field(static=True, default=1)
    """Batches between two fits; the model learns from all of them."""
    rate: float = eqx.field(static=True, default=2e-5)
    epochs: int = eqx.field(static=True, default=1)
    seen: list[Sample] = eqx.field(static=True, default_factory=list)
    """Samples since the last fit."""
    batches: list[int] = eqx.field(static=True, default_factory=list)
    """Sizes of the batches since the last fit."""

    def __check_init__(self) -> None:
        if self.every < 1:
            raise Fault(f"Refitted(every={self.every}): give the number of batches between two fits, at least 1")

    def score(self, samples: list[Any]) -> list[float | None]:
        scores = self.model.score(samples)
        self.seen.extend(samples)
        self.batches.append(len(samples))
        if len(self.batches) >= self.every:
            labels = source(self.labels, "labels").values(self.seen)
            self.model.fit(self.seen, labels, epochs=self.epochs, rate=self.rate, seed=len(self.seen))
            self.seen.clear()
            self.batches.clear()
        return scores
