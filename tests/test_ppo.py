"""PPO and its advantages: right by a slow reference, and able to learn."""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Array, Bool, Int, PRNGKeyArray
from tiny_world import random_trajectory

from gyges.agents.advantages import generalised_advantages
from gyges.agents.ppo import PPO
from gyges.environments.base import Environment, Observation
from gyges.oversight.reviewer import Reviewer
from gyges.records import Evidence, Truth
from gyges.rewards.programmed import Outcome
from gyges.seeds import one_seed, over_seeds
from gyges.training import improve, train

KEYS = jax.random.split(jax.random.key(5), 1)


def slow_advantages(alive, terminated, values, bootstrap, rewards, discount, trace):
    """Sums of discounted one-step errors, written as Schulman et al. 2016 write them (equation 16)."""
    steps, episodes = rewards.shape
    advantages = np.zeros((steps, episodes))
    for episode in range(episodes):
        length = alive[:, episode].sum()
        for start in range(length):
            for step in range(start, length):
                if terminated[step, episode]:
                    future = 0.0
                elif step + 1 < steps:
                    future = values[step + 1, episode]
                else:
                    future = bootstrap[episode]
                error = rewards[step, episode] + discount * future - values[step, episode]
                advantages[start, episode] += (discount * trace) ** (step - start) * error
    return advantages


compiled = jax.jit(lambda t, r, d, l: generalised_advantages(t, r, discount=d, trace=l))  # noqa: E741


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**31), discount=st.floats(0, 1), trace=st.floats(0, 1))
def test_advantages_are_those_of_a_slow_reference(seed, discount, trace):
    trajectory = random_trajectory(seed)
    rewards = trajectory.evidence.task
    advantages, targets = compiled(trajectory, rewards, discount, trace)
    alive, terminated, values, bootstrap, paid = (
        np.asarray(x)
        for x in (trajectory.alive, trajectory.terminated, trajectory.mind.value, trajectory.bootstrap, rewards)
    )
    wanted = slow_advantages(alive, terminated, values, bootstrap, paid, discount, trace)
    np.testing.assert_allclose(advantages, wanted, atol=2e-4)
    np.testing.assert_allclose(targets, (wanted + values) * alive, atol=2e-4)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**31))
def test_padding_and_what_would_follow_an_ending_do_not_count(seed):
    trajectory = random_trajectory(seed)
    rewards = trajectory.evidence.task
    strange = jnp.where(trajectory.alive, trajectory.mind.value, 1e3)
    spoilt = eqx.tree_at(lambda t: t.mind.value, trajectory, strange)
    ended = np.asarray(trajectory.terminated).any(0)
    spoilt = eqx.tree_at(lambda t: t.bootstrap, spoilt, jnp.where(ended, 1e3, trajectory.bootstrap))
    for one, other in zip(compiled(trajectory, rewards, 0.9, 0.8), compiled(spoilt, rewards, 0.9, 0.8), strict=True):
        assert np.array_equal(one, other)
        assert not np.asarray(one)[~np.asarray(trajectory.alive)].any()


class Bandit(Environment[Int[Array, ""]]):
    """A letter is shown; the arm of that number pays 1. One step, three letters."""

    name: ClassVar[str] = "bandit"
    horizon: ClassVar[int] = 2
    actions: ClassVar[tuple[str, ...]] = ("a", "b", "c")

    def reset(self, key: PRNGKeyArray) -> Int[Array, ""]:
        return jax.random.randint(key, (), 0, 3)

    def step(self, key: PRNGKeyArray, state: Int[Array, ""], action: Int[Array, ""]) -> Int[Array, ""]:
        return jnp.full((), -1)

    def ended(self, state: Int[Array, ""]) -> Bool[Array, ""]:
        return state < 0

    def observe(self, state: Int[Array, ""]) -> Observation:
        return Observation(features=jax.nn.one_hot(state, 3), information=state)

    def witness(self, state: Any, action: Int[Array, ""], next_state: Any) -> tuple[Evidence, Truth]:
        task = 1.0 * (action == state)
        no, yes = jnp.zeros((), bool), jnp.ones((), bool)
        evidence = Evidence(task, jnp.zeros(()), yes, yes, jnp.zeros((), int), None)
        return evidence, Truth(utility=task, legitimate=task, violation=no, opportunity=yes)


def fresh(**parameters: Any) -> PPO:
    make = lambda key: PPO.create(key, Bandit(), width=8, depth=1, scale=1.0, anchored=True, **parameters)  # noqa: E731
    return eqx.filter_vmap(make)(KEYS)


def finish(agents: PPO, updates: int = 25) -> list[Any]:
    reward = over_seeds(Outcome(), 1)
    return [*train(Bandit(), agents, reward, KEYS, updates=updates, overseer=Reviewer(), episodes=64)]


@pytest.fixture(scope="module")
def free():
    return fresh(rate_first=2e-2, rate_last=1e-2, entropy_first=0.01, entropy_last=0.0, anneal=20.0)


@pytest.fixture(scope="module")
def learned(free):
    return finish(free)


def test_it_solves_a_bandit_with_three_letters(learned):
    assert learned[0].metrics["visible_return"] < 0.6
    assert learned[-1].metrics["visible_return"] > 0.95


def test_a_penalty_on_divergence_from_the_anchor_holds_it_back(free, learned):
    held = finish(eqx.tree_at(lambda a: a.kl, free, jnp.full(1, 3.0)))
    assert learned[-1].metrics["kl"] > 0.5
    assert held[-1].metrics["kl"] < 0.2 * learned[-1].metrics["kl"]
    assert held[-1].metrics["visible_return"] < learned[-1].metrics["visible_return"]
    for agents in (learned[-1].agents, held[-1].agents):
        assert np.array_equal(agents.anchor.policy, free.anchor.policy)


def played() -> Any:
    """A batch of bandit episodes with random pay, so that there is always something to learn."""
    trajectory = random_trajectory(1, steps=2, episodes=64, width=8)
    features = jax.nn.one_hot(trajectory.mind.observation.information % 3, 3)
    trajectory = eqx.tree_at(lambda t: t.mind.observation.features, trajectory, features)
    return over_seeds(trajectory, 1)


def moved(agents: PPO) -> float:
    trajectory = played()
    after, _ = improve(agents, trajectory, trajectory.evidence.task, KEYS, None)
    return float(abs(after.network.policy - agents.network.policy).max())


def test_schedules_run_from_first_to_last_over_the_calls_of_learn(free):
    def at(updates: int, **fields: float) -> PPO:
        names = list(fields)
        numbers = [jnp.full(1, number) for number in fields.values()]
        agents = eqx.tree_at(lambda a: [getattr(a, name) for name in names], free, numbers)
        return eqx.tree_at(lambda a: a.updates, agents, jnp.full(1, updates))

    first, last = at(0, rate_first=1e-2, rate_last=0.0), at(20, rate_first=1e-2, rate_last=0.0)
    assert moved(first) > 0
    assert moved(last) == moved(at(1000, rate_first=1e-2, rate_last=0.0)) == 0
    half = moved(at(10, rate_first=1e-2, rate_last=0.0))
    assert moved(at(10, rate_first=5e-3, rate_last=5e-3)) == pytest.approx(half, rel=1e-4)
    # The entropy bonus goes the same way: at the end only `entropy_last` counts.
    assert moved(at(20, entropy_first=0.0)) == pytest.approx(moved(at(20, entropy_first=9.0)), rel=1e-6)
    assert moved(at(0, entropy_first=0.0)) != pytest.approx(moved(at(0, entropy_first=9.0)), rel=1e-2)
    trajectory = played()
    counted = improve(at(3), trajectory, trajectory.evidence.task, KEYS, None)[0].updates
    assert counted.tolist() == [4]


def test_act_and_minds_agree(free):
    agent = one_seed(free, 0)
    observation = jax.vmap(Bandit().observe)(jnp.arange(3))
    action, _, mind = agent.act(None, observation, KEYS[0])
    again = agent.minds(jax.tree.map(lambda leaf: leaf[None], observation), jnp.ones((1, 3), bool))
    for field in ("features", "value", "policy"):
        np.testing.assert_allclose(getattr(again, field)[0], getattr(mind, field), atol=1e-6)
    np.testing.assert_allclose(mind.log_probability, mind.policy[jnp.arange(3), action])
    np.testing.assert_allclose(jnp.exp(mind.policy).sum(-1), 1, atol=1e-5)
