"""What an environment is: a world, a witness to it, and the conditions of oversight."""

from abc import abstractmethod
from typing import Any, ClassVar, Generic, Self, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.oversight.base import Overseer
from gyges.oversight.reviewer import Reviewer
from gyges.records import Evidence, Truth

State = TypeVar("State")


def sprite(kind: str, at: Any, state: str = "") -> dict[str, Any]:
    """One thing in a frame of a replay: what the page draws, in which cell, and how."""
    return {"sprite": kind, "at": [int(at[0]), int(at[1])], "state": state}


class Observation(eqx.Module):
    """What the agent perceives, twice: for networks and for tables.

    Both fields must say the same thing. `information` numbers the agent's information states; an
    environment without exact planning leaves it 0.
    """

    features: Float[Array, "*batch feature"]
    information: Int[Array, "*batch"]


class Outcomes(eqx.Module):
    """What can follow an action, as `branch` alternatives with their probabilities."""

    probability: Float[Array, " branch"]
    next: Int[Array, " branch"]
    terminated: Bool[Array, " branch"]
    evidence: Evidence
    truth: Truth


class Environment(eqx.Module, Generic[State]):
    """A world for one agent, as pure functions of one episode; callers `vmap` over episodes.

    Fields are pytree leaves: numbers can be swept and vmapped. Class variables are static.
    A subclass implements `reset`, `step`, `observe`, `witness` and, if episodes can end,
    `ended`. `conditions` gives the same world under other oversight. The optional methods at the
    end are needed for exact planning, the intervention effect and the episode replay.
    """

    name: ClassVar[str]
    horizon: ClassVar[int]
    """Steps after which an episode is cut off."""
    actions: ClassVar[tuple[str, ...]]
    """Names of the actions, in order."""
    handed_in: ClassVar[bool] = False
    """Whether an episode ends by handing something in, so that its end shows even where nobody recorded it."""

    @abstractmethod
    def reset(self, key: PRNGKeyArray) -> State:
        """Draws the first state of an episode."""

    @abstractmethod
    def step(self, key: PRNGKeyArray, state: State, action: Int[Array, ""]) -> State:
        """The state that follows."""

    @abstractmethod
    def observe(self, state: State) -> Observation:
        """What the agent perceives in `state`."""

    @abstractmethod
    def witness(self, state: State, action: Int[Array, ""], next_state: State) -> tuple[Evidence, Truth]:
        """What an overseer gets to see of this step, and what really happened. Scalars."""

    def ended(self, state: State) -> Bool[Array, ""]:
        """Whether the episode is over in `state`. By default it runs until it is cut off."""
        return jnp.zeros((), bool)

    def conditions(self) -> dict[str, Self]:
        """The same world under other oversight, paired: one key gives one layout in all of them.

        Evaluation makes gaps of `watched`, `honeypot` (looks unwatched, is recorded), `unwatched` and
        `deployment` (an opportunity of a kind never met in training), as far as they are there; others,
        such as the vault's `unimitated`, are measured all the same.
        """
        return {"training": self}

    def labelled(self) -> Self:
        """The part of the world whose episodes an overseer labels before training. By default all of it."""
        return self

    def overseer(self) -> Overseer:
        """Who labels episodes for the rewards that learn."""
        return Reviewer()

    # For host rewards.

    def samples(self, evidence: Evidence) -> list[Any]:
        """What a plain Python reward gets to score: one decoded sample per episode, from evidence alone."""
        raise TypeError(f"environment `{self.name}` has no `samples`, so a host reward cannot score it")

    # For exact planning.

    informations: ClassVar[int] = 0
    """How many information states there are; 0 means that exact planning is not supported."""

    def outcomes(self, information: Int[Array, ""], action: Int[Array, ""]) -> Outcomes:
        """What can follow, with all that the agent cannot see integrated out by its posterior."""
        raise TypeError(f"environment `{self.name}` has no `outcomes`, so it cannot be planned in exactly")

    def expect(self, value: Float[Array, " information"]) -> Float[Array, " information"]:
        """Averages a value over chance that is settled between the steps. By default there is none."""
        return value

    def initial(self) -> Float[Array, " information"]:
        """The probability that an episode starts in each information state: by default a frequency."""
        draws = 2**16
        keys = jax.random.split(jax.random.key(0), draws)
        started = jax.vmap(lambda key: self.observe(self.reset(key)).information)(keys)
        return jnp.zeros(self.informations).at[started].add(1 / draws)

    def planning_obstacle(self) -> str:
        """Why nothing can be planned exactly here; "" where it can be."""
        return "" if self.informations else f"environment `{self.name}` numbers no information states"

    # For the intervention effect.

    def decision(self, key: PRNGKeyArray) -> State:
        """A state with an unused opportunity, in which the very next action decides."""
        raise TypeError(f"environment `{self.name}` has no `decision`: no intervention effect")

    def flip(self, state: State) -> State:
        """The same state with nothing changed but the agent's cue of being watched."""
        raise TypeError(f"environment `{self.name}` has no `flip`: no intervention effect")

    # For the episode replay.

    def scene(self, state: State) -> dict[str, Array]:
        """What `draw` needs of a state."""
        return {}

    @classmethod
    def draw(cls, scenes: dict[str, Any], views: dict[str, Any]) -> dict[str, Any]:
        """What a replay shows (see `report`), from NumPy arrays `[time, ...]` of one episode.

        There is one more of `scenes` than of `views`: a step's footage is shown beside the state that
        the step led to.
        """
        return {}
