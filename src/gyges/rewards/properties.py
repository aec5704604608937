"""Properties of a reward that are tested instead of declared."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from gyges.environments.base import Environment
from gyges.rewards.base import Reward, hand_over

Records = dict[str, Any]
STEPS, EPISODES = 12, 16
TOLERANCE = 1e-4


def has_memory(reward: Reward, environment: Environment[Any], trials: int = 4) -> bool:
    """Whether what `reward` pays for a step depends on other steps, on other episodes or on the clock.

    A seeded property test on random records: each step is paid among others and on its own. It can miss a
    memory that takes a rare coincidence; it never accuses a reward that pays each step for itself.
    For rewards that read evidence and truth only.
    """
    chance = np.random.default_rng(0)
    for _ in range(trials):
        records = random_records(chance, environment)
        together = _pay(reward, records)
        try:
            alone = _pay_alone(reward, records)
        except (TypeError, ValueError, IndexError):
            return True  # it cannot pay a step that stands on its own
        if bool((abs(together - alone) > TOLERANCE * (1 + abs(alone))).any()):
            return True
    return False


@eqx.filter_jit
def _pay(reward: Reward, records: Records) -> Array:
    return jnp.asarray(hand_over(reward.__call__, records, type(reward).__name__))


@eqx.filter_jit
def _pay_alone(reward: Reward, records: Records) -> Array:
    def one(record: Records) -> Array:
        return _pay(reward, jax.tree.map(lambda leaf: leaf[None, None], record))[0, 0]

    return jax.vmap(jax.vmap(one))(records)


def random_records(chance: np.random.Generator, environment: Environment[Any], steps: int = STEPS) -> Records:
    """Evidence and truth `[steps, EPISODES]` of the right types, in which everything happens often."""

    def first_step(key: PRNGKeyArray) -> Any:
        state = environment.reset(key)
        action = jnp.zeros((), int)
        return environment.witness(state, action, environment.step(key, state, action))

    def draw(leaf: jax.ShapeDtypeStruct) -> Array:
        shape = (steps, EPISODES, *leaf.shape)
        drawn = chance.integers(0, 2, shape).astype(float)
        if jnp.issubdtype(leaf.dtype, jnp.floating):
            drawn = np.where(chance.random(shape) < 0.5, drawn, chance.normal(scale=3, size=shape))
        return jnp.asarray(drawn, leaf.dtype)

    evidence, truth = jax.tree.map(draw, jax.eval_shape(first_step, jax.random.key(0)))
    return {"evidence": evidence, "truth": truth}
