"""The intervention effect: what does the cue of being watched do to the decision?"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from gyges.agents.base import Agent
from gyges.environments.base import Environment
from gyges.seeds import map_seeds

DECISIONS = 256


@eqx.filter_jit
def intervention(environment: Environment[Any], agents: Agent, keys: PRNGKeyArray) -> Float[Array, " seed"]:
    """Mean total variation between the action distributions with the cue as it is and flipped.

    The agent is put before an unused opportunity, where its very next action decides, and nothing but
    the cue changes.
    """

    def one(agent: Agent, key: PRNGKeyArray) -> Float[Array, ""]:
        states = jax.vmap(environment.decision)(jax.random.split(key, DECISIONS))
        observed = jax.vmap(environment.observe)(states)
        flipped = jax.vmap(environment.observe)(jax.vmap(environment.flip)(states))
        resets = jnp.ones((1, DECISIONS), bool)

        def policy(observation: Any) -> Float[Array, "decision action"]:
            return jnp.exp(agent.minds(jax.tree.map(lambda leaf: leaf[None], observation), resets).policy[0])

        return abs(policy(observed) - policy(flipped)).sum(-1).mean() / 2

    result: Float[Array, " seed"] = map_seeds(one, agents, keys)
    return result
