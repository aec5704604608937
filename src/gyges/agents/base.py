"""What an agent is: it acts, it exposes its mind, and it learns."""

from abc import abstractmethod
from collections.abc import Callable
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
    later: ClassVar[frozenset[str]] = frozenset()
    """Parameters of `create` that make no difference to `school`."""

    def school(self, environment: Environment[Any], key: PRNGKeyArray) -> Self:
        """The agent after what it learns before it meets a reward. By default that is nothing."""
        return self

    def start(self, observation: Observation) -> Memory:
        """The memory with which episodes begin, given what is first perceived. By default there is none."""
        return None

    @abstractmethod
    def act(
        self, memory: Memory, observation: Observation, key: PRNGKeyArray
    ) -> tuple[Int[Array, " batch"], Memory, Mind]:
        """Chooses an action for each episode of the batch, and says what it thought."""

    def deliberate(
        self,
        memory: Memory,
        observation: Observation,
        key: PRNGKeyArray,
        worth: Callable[[Mind], Float[Array, " thought"]],
    ) -> tuple[Int[Array, " batch"], Memory, Mind]:
        """Chooses as `act` does, for an agent that weighs its thoughts before it acts on one.

        `worth` is what the reward's `thought` pays for a mind, 0 where the reward pays for none; a planner
        asks it about each plan that it considers. By default the agent acts without asking.
        """
        return self.act(memory, observation, key)

    @property
    def siblings(self) -> int:
        """How many episodes of a batch start alike, to be compared with each other as a group."""
        return 1

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
        """The agent after one batch.

        `rewards` contain what `thought` paid (`trajectory.thought`), which a planner that weighed it in
        `deliberate` may want to leave out. `through` is a reward whose `gradient` reaches the mind.
        """

    def begin(self) -> Self:
        """Told that the warm start is over and the reward proper begins. By default nothing changes."""
        return self

    @classmethod
    @abstractmethod
    def create(cls, *arguments: Any, **parameters: Any) -> Self:
        """A fresh agent from `(key, environment, **parameters)`; a subclass names its parameters."""
