"""What an overseer is: somebody who says things about episodes, from evidence alone."""

from abc import abstractmethod

import equinox as eqx
from jaxtyping import PRNGKeyArray

from gyges.records import Evidence, Labels


class Overseer(eqx.Module):
    """Gives the labels that learned rewards learn from, with noise and effort of its own."""

    @abstractmethod
    def label(self, evidence: Evidence, key: PRNGKeyArray) -> Labels:
        """Labels a batch of episodes `[time, batch]`."""
