"""A reward that reads the mind."""

from gyges.rewards import Reward


class Surprise(Reward):
    """Fines what was recorded, and pays a bonus for doing what the agent itself thought unlikely."""

    fine: float = 15.0
    bonus: float = 0.05

    def __call__(self, evidence, mind):
        return evidence.task - self.fine * evidence.incident - self.bonus * mind.log_probability
