"""Exact planning: what a reward asks for in the limit, without any training.

Dynamic programming on the agent's information state, over the whole horizon, under the learner's own
discount. What the agent cannot see is integrated out by its posterior (`Environment.outcomes`).
"""

from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, UInt8

from gyges.agents.base import Agent, Metrics
from gyges.environments.base import Environment, Observation
from gyges.faults import Fault
from gyges.parameters import traced
from gyges.records import Mind, Trajectory
from gyges.rewards.base import HostReward, LearnedReward, Reward, hand_over, reads
from gyges.rewards.properties import has_memory

CHUNK = 2**15
"""Information states whose records are in memory at one time."""
World = Environment[Any]
Table = Float[Array, "action information"]


class Model(eqx.Module):
    """An environment under a reward, as tables. Nothing in it depends on time."""

    paid: Table
    utility: Table
    onward: Float[Array, "branch action information"]
    """The probability of taking this branch and not ending there."""
    following: Int[Array, "branch action information"]


class Exact(Agent):
    """The optimal policy; where several actions are optimal, any of them with equal probability."""

    name: ClassVar[str] = "exact"
    learns: ClassVar[bool] = False

    discount: Float[Array, ""] | float = 0.98
    tolerance: Float[Array, ""] | float = 3e-6
    """Actions tie if they are worth the same to this share of the greatest value at that time.

    Single precision disturbs differences between actions by up to 7e-7 of it (measured in the vault against
    double precision).
    """
    optimal: UInt8[Array, "time information"] | None = None
    """The optimal actions, bit by bit; None before `solve`."""
    value: Float[Array, ""] | float = 0.0
    """What the plan expects to be paid from the start of an episode, discounted."""
    actions: int = eqx.field(static=True, default=0)

    @classmethod
    def create(cls, key: PRNGKeyArray, environment: World, **parameters: Any) -> Self:
        if len(environment.actions) > 8:
            raise Fault(f"exact: environment `{environment.name}` has more than 8 actions; the table of plans holds 8")
        return cls(actions=len(environment.actions), **parameters)

    def solve(self, environment: World, reward: Reward | HostReward, frozen: bool = False) -> Self:
        """The agent with its plan for `environment` under `reward`.

        **Arguments:**

        - `frozen`: a learned reward has learned all that it will, so it may be planned under.

        Raises `Fault` if exact planning is not applicable.
        """
        environment = traced(environment)
        reward = traced(reward)
        reason = obstacle(environment, reward, frozen)
        if reason or isinstance(reward, HostReward):
            raise Fault(f"exact: not applicable: {reason}")
        model = tabulate(environment, reward)
        optimal, value = _plan(environment, model, jnp.asarray(self.discount), jnp.asarray(self.tolerance))
        solved: Self = eqx.tree_at(
            lambda agent: (agent.optimal, agent.value),
            self,
            (optimal, value),
            is_leaf=lambda leaf: leaf is None,
        )
        return solved

    def start(self, observation: Observation) -> Int[Array, " batch"]:
        return jnp.zeros(observation.information.shape, int)

    def act(
        self, memory: Int[Array, " batch"], observation: Observation, key: PRNGKeyArray
    ) -> tuple[Int[Array, " batch"], Int[Array, " batch"], Mind]:
        policy = self.policy(memory, observation)
        action = jax.random.categorical(key, policy)
        taken = jnp.take_along_axis(policy, action[..., None], -1)[..., 0]
        return action, memory + 1, self.mind(observation, policy, action, taken)

    def minds(self, observation: Observation, resets: Bool[Array, "time batch"]) -> Mind:
        steps = jnp.arange(resets.shape[0])[:, None]
        since = jax.lax.cummax(jnp.where(resets, steps, 0), axis=0)
        policy = self.policy(steps - since, observation)
        blank = jnp.zeros(resets.shape)
        return self.mind(observation, policy, blank.astype(int), blank)

    def policy(self, time: Int[Array, "*batch"], observation: Observation) -> Float[Array, "*batch action"]:
        """Log-probabilities of all actions."""
        if self.optimal is None:
            raise Fault("exact: there is no plan yet; call `solve(environment, reward)` first")
        optimal = self.optimal[jnp.minimum(time, len(self.optimal) - 1), observation.information]
        allowed = (optimal[..., None] >> jnp.arange(self.actions, dtype=optimal.dtype)) & 1
        # Never is a finite number, so that probability times log-probability is 0.
        return jnp.where(allowed > 0, -jnp.log(allowed.sum(-1, keepdims=True, dtype=float)), -1e9)

    def mind(
        self,
        observation: Observation,
        policy: Float[Array, "*batch action"],
        action: Int[Array, "*batch"],
        log_probability: Float[Array, "*batch"],
    ) -> Mind:
        """A planner knows what it perceives; its values are not kept, so they are blank."""
        return Mind(
            features=observation.features,
            value=jnp.zeros_like(log_probability),
            log_probability=log_probability,
            policy=policy,
            observation=observation,
            action=action,
        )

    def learn(
        self,
        trajectory: Trajectory,
        rewards: Float[Array, "time batch"],
        key: PRNGKeyArray,
        through: Reward | None = None,
    ) -> tuple[Self, Metrics]:
        return self, {}

    def hidden_value(self, environment: World) -> tuple[float, float]:
        """The least and the greatest true utility expected of an optimal policy, undiscounted.

        `environment` may be the one planned for or the same world under other oversight.
        """
        if self.optimal is None:
            raise Fault("exact: there is no plan yet; call `solve(environment, reward)` first")
        environment = traced(environment)
        low, high = _hidden(environment, tabulate(environment), self.optimal)
        return float(low), float(high)


def possible_value(environment: World) -> tuple[float, float]:
    """The least and the greatest true utility that any policy can expect, undiscounted."""
    environment = traced(environment)
    anything = jnp.full((environment.horizon, 1), 2 ** len(environment.actions) - 1, jnp.uint8)
    low, high = _hidden(environment, tabulate(environment), anything)
    return float(low), float(high)


def random_value(environment: World) -> float:
    """The true utility expected of choosing actions uniformly, undiscounted."""
    return float(_random(environment, tabulate(environment)))


def obstacle(environment: World, reward: Reward | HostReward, frozen: bool = False) -> str:
    """Why `reward` cannot be planned for exactly in `environment`; "" if it can."""
    name = f"reward `{type(reward).__name__}`"
    if isinstance(reward, HostReward):
        return f"{name} is a host reward, which cannot be asked about every step of every plan"
    if "mind" in reads(reward) or reward.thinks or reward.through:
        return f"{name} reads the mind"
    if isinstance(reward, LearnedReward) and not frozen:
        return f"{name} learns during training"
    if reason := environment.planning_obstacle():
        return reason
    if has_memory(reward, environment):
        return f"{name} has memory (its value at step t changes with other steps)"
    return ""


def tabulate(environment: World, reward: Reward | None = None) -> Model:
    """The model of `environment` under `reward`, or under its true utility."""
    model: Model = _tabulate(environment, reward)
    if (model.following == model.following[:1]).all():
        # All branches lead to one place, as where they differ only in what was recorded.
        onward, following = model.onward.sum(0, keepdims=True), model.following[:1]
        model = eqx.tree_at(lambda m: (m.onward, m.following), model, (onward, following))
    return model


@eqx.filter_jit
def _tabulate(environment: World, reward: Reward | None) -> Model:
    size, actions = environment.informations, jnp.arange(len(environment.actions))
    chunk = min(CHUNK, size)

    def piece(first: Int[Array, ""]) -> Model:
        informations = (first + jnp.arange(chunk)).clip(0, size - 1)
        every = jax.vmap(jax.vmap(environment.outcomes, (0, None)), (None, 0))(informations, actions)
        shape = every.probability.shape
        # Rewards get [time, batch]: here one step, of as many episodes as there are alternatives.
        records = jax.tree.map(
            lambda leaf: leaf.reshape(1, -1, *leaf.shape[3:]),
            {"evidence": every.evidence, "truth": every.truth},
        )
        utility = every.truth.utility
        paid = utility
        if reward is not None:
            paid = hand_over(reward.__call__, records, type(reward).__name__).reshape(shape)
        probability = every.probability
        return Model(
            paid=(probability * paid).sum(-1),
            utility=(probability * utility).sum(-1),
            onward=jnp.moveaxis(probability * ~every.terminated, -1, 0),
            following=jnp.moveaxis(every.next, -1, 0),
        )

    pieces = jax.lax.map(piece, jnp.arange(-(-size // chunk)) * chunk)

    def join(leaf: Array) -> Array:
        return jnp.moveaxis(leaf, 0, -2).reshape(*leaf.shape[1:-1], -1)[..., :size]

    joined: Model = jax.tree.map(join, pieces)
    return joined


def _ahead(environment: World, model: Model, value: Float[Array, " information"]) -> Table:
    return (model.onward * environment.expect(value)[model.following]).sum(0)


@eqx.filter_jit
def _plan(
    environment: World, model: Model, discount: Float[Array, ""], tolerance: Float[Array, ""]
) -> tuple[UInt8[Array, "time information"], Float[Array, ""]]:
    bits = (1 << jnp.arange(len(environment.actions), dtype=jnp.uint8))[:, None]

    def back(value: Float[Array, " information"], _: None) -> tuple[Array, Array]:
        worth = model.paid + discount * _ahead(environment, model, value)
        best = worth.max(0)
        near = worth >= best - tolerance * abs(best).max()
        return best, (near * bits).sum(0, dtype=jnp.uint8)

    value, optimal = jax.lax.scan(back, jnp.zeros(environment.informations), length=environment.horizon, reverse=True)
    return optimal, environment.initial() @ value


@eqx.filter_jit
def _random(environment: World, model: Model) -> Float[Array, ""]:
    def back(value: Float[Array, " information"], _: None) -> tuple[Array, None]:
        return (model.utility + _ahead(environment, model, value)).mean(0), None

    nothing = jnp.zeros(environment.informations)
    value, _ = jax.lax.scan(back, nothing, length=environment.horizon)
    return environment.initial() @ value


@eqx.filter_jit
def _hidden(
    environment: World, model: Model, optimal: UInt8[Array, "time information"]
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    actions = jnp.arange(len(environment.actions), dtype=jnp.uint8)[:, None]

    def back(values: tuple[Array, Array], now: Array) -> tuple[tuple[Array, Array], None]:
        allowed = (now >> actions) & 1 > 0
        low, high = (model.utility + _ahead(environment, model, value) for value in values)
        return (jnp.where(allowed, low, jnp.inf).min(0), jnp.where(allowed, high, -jnp.inf).max(0)), None

    nothing = jnp.zeros(environment.informations)
    (low, high), _ = jax.lax.scan(back, (nothing, nothing), optimal, reverse=True)
    start = environment.initial()
    return start @ low, start @ high
