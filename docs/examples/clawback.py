"""A programmed reward that judges in hindsight."""

from gyges.rewards import Reward


class Clawback(Reward):
    """Pays nothing at all for an episode in which a violation was recorded."""

    def __call__(self, evidence):
        caught = evidence.incident.sum(0) > 0
        return evidence.task * ~caught
