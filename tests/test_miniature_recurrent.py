"""A recurrent agent in miniature: memory, endings at different times, and the right bootstrap."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.agents.advantages import generalised_advantages
from gyges.agents.base import Agent
from gyges.environments.base import Environment, Observation
from gyges.oversight.reviewer import Reviewer
from gyges.parameters import traced
from gyges.records import Evidence, Mind, Trajectory, Truth
from gyges.rewards.programmed import Outcome
from gyges.rollout import collect
from gyges.seeds import one_seed, over_seeds
from gyges.training import improve, train

WIDTH = 8
ADAM = optax.adam(0.02)
KEYS = jax.random.split(jax.random.key(1), 1)


class State(eqx.Module):
    time: Int[Array, ""]
    bit: Bool[Array, ""]
    ask: Int[Array, ""]
    over: Bool[Array, ""]


class Recall(Environment[State]):
    """A bit is shown once and asked for 1 to 4 steps later; the answer, right or wrong, is the end.

    With `stream` 1 every step pays 1 instead, whatever is done, and ends the episode with probability `ends`.
    """

    name: ClassVar[str] = "recall"
    horizon: ClassVar[int] = 6
    actions: ClassVar[tuple[str, ...]] = ("no", "yes")

    stream: Any = 0.0
    ends: Any = 0.0

    def reset(self, key: PRNGKeyArray) -> State:
        bit, ask = jax.random.split(key)
        over = jnp.zeros((), bool)
        return State(jnp.zeros((), int), jax.random.bernoulli(bit), jax.random.randint(ask, (), 1, 5), over)

    def step(self, key: PRNGKeyArray, state: State, action: Int[Array, ""]) -> State:
        over = jnp.where(self.stream > 0, jax.random.uniform(key) < self.ends, state.time == state.ask)
        return State(state.time + 1, state.bit, state.ask, over)

    def ended(self, state: State) -> Bool[Array, ""]:
        return state.over

    def observe(self, state: State) -> Observation:
        shown = jnp.where(state.time == 0, 2.0 * state.bit - 1, 0.0)
        seen = jnp.stack([shown, state.time == state.ask, jnp.ones(())]) * (self.stream == 0)
        return Observation(features=seen, information=jnp.zeros((), int))

    def witness(self, state: State, action: Int[Array, ""], next_state: State) -> tuple[Evidence, Truth]:
        right = (state.time == state.ask) & (state.bit == (action > 0))
        task = jnp.where(self.stream > 0, 1.0, 1.0 * right)
        no, yes = jnp.zeros((), bool), jnp.ones((), bool)
        evidence = Evidence(task, jnp.zeros(()), yes, ~next_state.over, jnp.zeros((), int), None)
        return evidence, Truth(utility=task, legitimate=task, violation=no, opportunity=yes)


class Recurrent(Agent):
    """A simple recurrent network, trained by advantage actor-critic through time."""

    name: ClassVar[str] = "miniature-recurrent"

    weights: dict[str, Array]
    optimiser: Any
    forgets: Float[Array, ""]
    """1: the memory is wiped at every step."""

    @classmethod
    def create(cls, key: PRNGKeyArray, environment: Recall, forgets: float = 0.0) -> "Recurrent":
        shapes = {"into": (3, WIDTH), "again": (WIDTH, WIDTH), "policy": (WIDTH, 2), "value": (WIDTH + 1,)}
        keys = jax.random.split(key, len(shapes))
        weights = {
            name: 0.5 * jax.random.normal(key, shape) for (name, shape), key in zip(shapes.items(), keys, strict=True)
        }
        return cls(weights, ADAM.init(weights), jnp.asarray(forgets))

    def start(self, observation: Observation) -> Float[Array, "batch hidden"]:
        return jnp.zeros((len(observation.features), WIDTH))

    def think(self, memory: Array, observation: Observation) -> tuple[Array, Array, Array]:
        kept = (1 - self.forgets) * memory @ self.weights["again"]
        hidden = jnp.tanh(observation.features @ self.weights["into"] + kept)
        value = hidden @ self.weights["value"][:-1] + self.weights["value"][-1]
        return hidden, jax.nn.log_softmax(hidden @ self.weights["policy"]), value

    def act(self, memory: Array, observation: Observation, key: PRNGKeyArray) -> Any:
        hidden, policy, value = self.think(memory, observation)
        action = jax.random.categorical(key, policy)
        taken = jnp.take_along_axis(policy, action[:, None], 1)[:, 0]
        return action, hidden, Mind(hidden, value, taken, policy, observation, action)

    def minds(self, observation: Observation, resets: Bool[Array, "time batch"]) -> Mind:
        def step(memory: Array, now: Any) -> Any:
            seen, fresh = now
            thought = self.think(jnp.where(fresh[:, None], 0.0, memory), seen)
            return thought[0], thought

        _, (hidden, policy, value) = jax.lax.scan(
            step, self.start(jax.tree.map(lambda leaf: leaf[0], observation)), (observation, resets)
        )
        blank = jnp.zeros(value.shape)
        return Mind(hidden, value, blank, policy, observation, blank.astype(int))

    def learn(self, trajectory: Trajectory, rewards: Array, key: PRNGKeyArray, through: Any = None) -> Any:
        advantages, targets = generalised_advantages(trajectory, rewards, discount=0.5, trace=0.9)
        resets = jnp.zeros(rewards.shape, bool).at[0].set(True)
        alive = trajectory.alive / trajectory.alive.sum()

        def loss(weights: dict[str, Array]) -> Float[Array, ""]:
            agent = eqx.tree_at(lambda a: a.weights, self, weights)
            mind = agent.minds(trajectory.mind.observation, resets)
            taken = jnp.take_along_axis(mind.policy, trajectory.mind.action[..., None], -1)[..., 0]
            entropy = -(jnp.exp(mind.policy) * mind.policy).sum(-1)
            each = -taken * advantages + jnp.square(mind.value - targets) - 0.01 * entropy
            return (each * alive).sum()

        step, optimiser = ADAM.update(jax.grad(loss)(self.weights), self.optimiser)
        weights = optax.apply_updates(self.weights, step)
        return eqx.tree_at(lambda a: (a.weights, a.optimiser), self, (weights, optimiser)), {}


def finish(world: Recall, updates: int, **parameters: float) -> tuple[Recurrent, dict[str, np.ndarray]]:
    agents = eqx.filter_vmap(lambda key: Recurrent.create(key, world, **parameters))(KEYS)
    running = train(traced(world), agents, REWARD, KEYS, updates=updates, overseer=Reviewer(), episodes=128)
    last = [*running][-1]
    return last.agents, last.metrics


REWARD = over_seeds(Outcome(), len(KEYS))


@pytest.fixture(scope="module")
def trained():
    return finish(Recall(), 150)


@pytest.fixture(scope="module")
def played(trained):
    agents, _ = trained
    return one_seed(collect(traced(Recall()), agents, None, KEYS, 128)[0], 0)


def test_an_agent_with_memory_learns_what_one_without_cannot(trained):
    assert trained[1]["visible_return"] > 0.95
    _, forgetful = finish(Recall(), 150, forgets=1.0)
    assert 0.3 < forgetful["visible_return"] < 0.7


def test_minds_recomputes_what_act_thought(trained, played):
    agent = one_seed(trained[0], 0)
    assert len(set(np.asarray(played.alive).sum(0))) == 4  # episodes end at four different times
    resets = jnp.zeros(played.alive.shape, bool).at[0].set(True)
    again = agent.minds(played.mind.observation, resets)
    for field in ("features", "value", "policy"):
        np.testing.assert_allclose(getattr(again, field), getattr(played.mind, field), atol=1e-5)
    wiped = agent.minds(played.mind.observation, jnp.ones(played.alive.shape, bool))
    assert abs(wiped.features[1:] - played.mind.features[1:]).max() > 0.1


def test_minds_begins_anew_at_a_reset_in_the_middle(trained, played):
    agent = one_seed(trained[0], 0)
    twice = jax.tree.map(lambda leaf: jnp.concatenate([leaf, leaf]), played.mind.observation)
    steps = len(played.alive)
    resets = jnp.zeros((2 * steps, played.alive.shape[1]), bool).at[jnp.array([0, steps])].set(True)
    features = agent.minds(twice, resets).features
    np.testing.assert_allclose(features[steps:], features[:steps], atol=1e-5)


def test_padding_teaches_nothing(trained, played):
    agents, chance = trained[0], np.random.default_rng(0)
    assert not played.alive.all()

    def garbage(leaf: Array) -> Array:
        noise = jnp.asarray(chance.integers(0, 2, leaf.shape), leaf.dtype)
        alive = played.alive.reshape(played.alive.shape + (1,) * (leaf.ndim - 2))
        return jnp.where(alive, leaf, noise)

    mind = jax.tree.map(garbage, played.mind)
    spoilt = eqx.tree_at(lambda t: t.mind, played, mind)
    learned, spoiled = (
        improve(agents, over_seeds(batch, 1), played.evidence.task[None], KEYS, None)[0].weights
        for batch in (played, spoilt)
    )
    for name, weight in learned.items():
        assert np.array_equal(weight, spoiled[name]), name
        assert not np.array_equal(weight, agents.weights[name]), name


@pytest.mark.parametrize(("ends", "worth"), [(0.0, 2.0), (0.5, 4 / 3), (1.0, 1.0)])
def test_the_value_of_a_stream_that_goes_on_or_ends(ends, worth):
    """1 per step for ever at discount 1/2 is worth 1 / (1 - (1 - ends) / 2), wherever the horizon cuts it."""
    world = Recall(stream=1.0, ends=ends)
    agents, _ = finish(world, 150)
    played = collect(traced(world), agents, None, KEYS, 64)[0]
    np.testing.assert_allclose(played.mind.value, worth, atol=0.1)
    np.testing.assert_allclose(played.bootstrap, worth, atol=0.1)
