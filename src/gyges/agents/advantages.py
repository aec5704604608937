"""Generalised advantage estimation (Schulman et al. 2016), with endings told from cut-offs."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from gyges.records import Trajectory


def generalised_advantages(
    trajectory: Trajectory,
    rewards: Float[Array, "time batch"],
    *,
    discount: Float[Array, ""] | float,
    trace: Float[Array, ""] | float,
) -> tuple[Float[Array, "time batch"], Float[Array, "time batch"]]:
    """Advantages and value targets, zero on padding.

    A step that terminated its episode has no future; after the last step that was merely cut off,
    the future is worth `trajectory.bootstrap`.
    """
    alive = trajectory.alive.astype(jnp.float32)
    goes_on = alive * ~trajectory.terminated
    values = trajectory.mind.value
    following = jnp.concatenate([values[1:], trajectory.bootstrap[None]])
    errors = rewards + discount * goes_on * following - values

    def back(advantage: Float[Array, " batch"], step: tuple[Array, Array]) -> tuple[Array, Array]:
        error, future = step
        advantage = error + discount * trace * future * advantage
        return advantage, advantage

    _, advantages = jax.lax.scan(back, jnp.zeros_like(trajectory.bootstrap), (errors, goes_on), reverse=True)
    return advantages * alive, (advantages + values) * alive
