"""Records to try a reward on: random ones in which everything happens, and played ones."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from gyges.agents.base import Agent
from gyges.agents.ppo import PPO
from gyges.environments.base import Environment
from gyges.records import Mind, Trajectory
from gyges.rewards.properties import EPISODES, random_records

KEYS = jax.random.split(jax.random.key(0), 1)


def untrained(environment: Environment[Any]) -> Agent:
    """An agent that does almost anything, with a leading seed axis."""
    agents: Agent = eqx.filter_vmap(lambda key: PPO.create(key, environment))(KEYS)
    return agents


def legal_trajectory(environment: Environment[Any], seed: int, *, padded: bool = True) -> Trajectory:
    """Random records that keep the laws: blank where unrecorded, incident only at recorded violations."""
    chance = np.random.default_rng(seed)
    steps = environment.horizon
    records = random_records(chance, environment, steps)
    evidence, truth = records["evidence"], records["truth"]
    shape = (steps, EPISODES)
    length = chance.integers(steps // 2, steps + 1, EPISODES) if padded else np.full(EPISODES, steps)
    time = np.arange(steps)[:, None]
    alive = jnp.asarray(time < length)
    recorded = evidence.recorded & alive
    opportunity = jnp.broadcast_to(truth.opportunity[:1], shape)
    violation = truth.violation & opportunity & alive

    def where(mask: Array, leaf: Array) -> Array:
        return jnp.where(mask.reshape(mask.shape + (1,) * (leaf.ndim - 2)), leaf, jnp.zeros_like(leaf))

    evidence = eqx.tree_at(
        lambda e: (e.task, e.incident, e.recorded, e.open, e.segment),
        evidence,
        (
            where(alive, evidence.task),
            (violation & recorded).astype(float),
            recorded,
            jnp.asarray(time < length + chance.integers(0, 2, EPISODES) * steps - 1),
            where(alive, evidence.segment),
        ),
    )
    view = jax.tree.map(lambda leaf: where(recorded, leaf), evidence.view)
    evidence = eqx.tree_at(lambda e: e.view, evidence, view, is_leaf=lambda leaf: leaf is None)
    truth = eqx.tree_at(
        lambda t: (t.utility, t.legitimate, t.violation, t.opportunity),
        truth,
        (where(alive, truth.utility), where(alive, truth.legitimate), violation, opportunity),
    )
    zeros = jnp.zeros(shape)
    return Trajectory(
        evidence=evidence,
        mind=random_mind(environment, chance),
        truth=truth,
        alive=alive,
        terminated=jnp.asarray((time == length - 1) & (length < steps)),
        thought=zeros,
        bootstrap=zeros[0],
        group=jnp.zeros(EPISODES, int),
        condition=jnp.zeros(EPISODES, int),
    )


def random_mind(environment: Environment[Any], chance: np.random.Generator) -> Mind:
    """What an agent might think of real observations."""
    shape = (environment.horizon, EPISODES)
    width = jax.eval_shape(lambda key: thinking(environment, key), KEYS[0]).features.shape[-1]
    features = jnp.asarray(chance.normal(size=(*shape, width)), jnp.float32)
    value = jnp.asarray(chance.normal(size=shape), jnp.float32)
    policy = jax.nn.log_softmax(jnp.asarray(chance.normal(size=(*shape, len(environment.actions))), jnp.float32))
    action = jnp.asarray(chance.integers(0, len(environment.actions), shape))
    taken = jnp.take_along_axis(policy, action[..., None], -1)[..., 0]
    keys = jax.random.split(jax.random.key(int(chance.integers(2**31))), shape[0] * EPISODES)
    observed = first_observations(environment, keys)
    observed = jax.tree.map(lambda leaf: leaf.reshape(*shape, *leaf.shape[1:]), observed)
    return Mind(jnp.tanh(features), value, taken, policy, observed, action)


def thinking(environment: Environment[Any], key: Any) -> Mind:
    """What an untrained agent thinks first, for its form."""
    observation = jax.tree.map(lambda leaf: leaf[None, None], environment.observe(environment.reset(key)))
    return PPO.create(key, environment).minds(observation, jnp.ones((1, 1), bool))


@eqx.filter_jit
def first_observations(environment: Environment[Any], keys: Any) -> Any:
    """What agents perceive first."""
    return jax.vmap(lambda key: environment.observe(environment.reset(key)))(keys)


def close(first: Any, second: Any) -> bool:
    """Whether two rewards are the same up to rounding."""
    one, other = np.asarray(first, float), np.asarray(second, float)
    return bool((abs(one - other) <= 1e-4 * (1 + abs(other))).all())
