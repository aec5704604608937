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


def relative_advantages(
    trajectory: Trajectory, returns: Float[Array, " batch"], floor: float = 1e-4
) -> Float[Array, " batch"]:
    """How much better each episode was than its group, in the group's own deviations (Shao et al. 2024, section 4.1.1).

    An episode without a living step is not in its group: it teaches nothing and moves no other.
    """
    inside = trajectory.alive.any(0).astype(jnp.float32)

    def total(values: Float[Array, " batch"]) -> Float[Array, " batch"]:
        return jax.ops.segment_sum(values * inside, trajectory.group, returns.shape[0])[trajectory.group]

    count = jnp.maximum(total(jnp.ones_like(returns)), 1.0)
    apart = returns - total(returns) / count
    return inside * apart / (jnp.sqrt(total(jnp.square(apart)) / count) + floor)
