"""Rewards of my own: each tries to catch thieves by what the ledger shows."""

from gyges.rewards import Reward


class FineJumps(Reward):
    """Pays what the ledger shows, and fines every step that earns more than a coin."""

    fine: float = 10.0

    def __call__(self, evidence):
        return evidence.task - self.fine * (evidence.task > 2)


class FineJumpsLightly(FineJumps):
    """The same with a fine that most windfalls are worth."""

    fine: float = 3.0


class UnlessFilmed(FineJumps):
    """Fines every jump except one that the footage shows to be a gift."""

    def __call__(self, evidence):
        gift = evidence.view.taking * evidence.view.gift
        return evidence.task - self.fine * (evidence.task > 2) * (1 - gift)
