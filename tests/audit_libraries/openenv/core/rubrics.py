"""As openenv.core.rubrics."""

from abc import ABC, abstractmethod


class Rubric(ABC):
    def __init__(self):
        self.last_score = None

    def __call__(self, action, observation):
        return self.forward(action, observation)

    @abstractmethod
    def forward(self, action, observation):
        """Compute the reward."""

    def rubrics(self):
        return iter([held for held in vars(self).values() if isinstance(held, Rubric)])

    def reset(self):
        self.last_score = None


class Sequential(Rubric):
    """All of them, or nothing."""

    def __init__(self, *children):
        super().__init__()
        for number, child in enumerate(children):
            setattr(self, f"child_{number}", child)

    def forward(self, action, observation):
        return min(child(action, observation) for child in self.rubrics())
