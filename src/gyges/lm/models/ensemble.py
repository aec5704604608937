"""Several reward models, and the lower bound that their disagreement gives."""

from typing import Any

import numpy as np

from gyges.faults import Fault
from gyges.rewards.base import HostReward, paid_samples


class Ensemble(HostReward):
    """The mean of its members' scores, less `pessimism` standard deviations over them (Coste et al. 2023).

    Where one member gives None, so does the ensemble.
    """

    members: tuple[HostReward, ...]
    pessimism: float = 0.0

    def __check_init__(self) -> None:
        if len(self.members) < 2:
            raise Fault(f"an ensemble has at least two members, not {len(self.members)}")

    def score(self, samples: list[Any]) -> list[float | None]:
        scores = [paid_samples(member, samples) for member in self.members]
        found: list[float | None] = []
        for own in zip(*scores, strict=True):
            known = [score for score in own if score is not None]
            spread = self.pessimism * float(np.std(known, ddof=1)) if len(known) == len(own) else 0.0
            found.append(float(np.mean(known)) - spread if len(known) == len(own) else None)
        return found
