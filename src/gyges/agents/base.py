"""What an agent is: it acts, it exposes its mind, and it learns."""

from abc import abstractmethod
from typing import Any, ClassVar, Self

import equinox as eqx
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.environments.base import Environment, Observation
from gyges.records import Mind, Trajectory
from gyges.rewards.base import Reward

Memory = Any
Metrics = dict[str, Float[Array, ""]]


class Agent(eqx.Module):
    """A learner for a batch of episodes, as a pytree: callers `vmap` it over seeds."""

    name: ClassVar[str]
    learns: ClassVar[bool] = True
    """False for an agent that is solved instead of trained."""

    def start(self, batch: int) -> Memory:
        """The memory with which episodes begin. By default there is none."""
        return None

    @abstractmethod
    def act(
        self, memory: Memory, observation: Observation, key: PRNGKeyArray
    ) -> tuple[Int[Array, " batch"], Memory, Mind]:
        """Chooses an action for each episode of the batch, and says what it thought."""

    @abstractmethod
    def minds(self, observation: Observation, resets: Bool[Array, "time batch"]) -> Mind:
        """The present agent's mind for observations `[time, batch]`, differentiable in the agent.

        `resets` marks first steps of episodes. Fields that depend on what was done (`action`,
        `log_probability`) are blank.
        """

    @abstractmethod
    def learn(
        self,
        trajectory: Trajectory,
        rewards: Float[Array, "time batch"],
        key: PRNGKeyArray,
        through: Reward | None = None,
    ) -> tuple[Self, Metrics]:
        """The agent after one batch. `through` is a reward whose `gradient` reaches the mind."""

    @classmethod
    @abstractmethod
    def create(cls, key: PRNGKeyArray, environment: Environment[Any], **parameters: Any) -> Self:
        """A fresh agent for `environment`."""
