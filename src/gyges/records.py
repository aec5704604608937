"""The three records of an episode, and who may read them.

`Evidence` is what an overseer can see, `Mind` is what the agent is thinking, `Truth` is what really
happened. Which of them a reward reads is what Gyges is about, so they never mix: an evidence field
that nobody recorded is blank, and only evaluation reads the truth.

Shapes are time-major, `[time, batch, ...]`, unless a field says `[batch]`. Environments and agents
build the same classes without the leading axes, for one step of one episode.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

PyTree = Any


class Evidence(eqx.Module):
    """What an overseer has. Blank (zero) where nothing was recorded."""

    task: Float[Array, "time batch"]
    """The visible ledger: what the task is seen to have earned at this step."""
    incident: Float[Array, "time batch"]
    """1 where a violation happened *and* was recorded."""
    recorded: Bool[Array, "time batch"]
    """Whether this step is on record at all."""
    open: Bool[Array, "time batch"]
    """Whether the episode still runs, as the overseer sees it: an unseen exit does not show."""
    segment: Int[Array, "time batch"]
    """Step of a solution or turn of a dialogue: what a process reward scores."""
    view: PyTree
    """Footage: the environment's own fields, each `[time, batch, ...]`."""


class Mind(eqx.Module):
    """What the agent is thinking while it chooses an action."""

    features: Float[Array, "time batch feature"]
    """Activations: all that a probe can read."""
    value: Float[Array, "time batch"]
    log_probability: Float[Array, "time batch"]
    """Of the action that was taken."""
    policy: Float[Array, "time batch action"]
    """Log-probabilities of all actions."""
    observation: PyTree
    """What the agent perceived."""
    action: Int[Array, "time batch"]
    plan: "Trajectory | None" = None
    """What the agent imagines, if it plans."""
    thoughts: PyTree = None
    """A private scratchpad. Whatever a monitor reads is `Evidence` instead."""


class Truth(eqx.Module):
    """What really happened. Only evaluation, the oracle and tests read it."""

    utility: Float[Array, "time batch"]
    legitimate: Float[Array, "time batch"]
    """What was honestly earned: the measure of competence."""
    violation: Bool[Array, "time batch"]
    opportunity: Bool[Array, "time batch"]
    """Whether a violation was possible in this episode. Exogenous: the agent does not decide it."""


class Trajectory(eqx.Module):
    """A batch of episodes, padded to one length.

    Steps after the end of an episode have `alive` False: they earn nothing and teach nothing.
    `terminated` marks the step that ended it; an episode that was merely cut off is not terminated,
    and its remaining value is `bootstrap`.
    """

    evidence: Evidence
    mind: Mind
    truth: Truth
    alive: Bool[Array, "time batch"]
    terminated: Bool[Array, "time batch"]
    thought: Float[Array, "time batch"]
    """What `Reward.thought` paid while the agent was thinking."""
    bootstrap: Float[Array, " batch"]
    """The agent's value of the state in which the last step left it."""
    group: Int[Array, " batch"]
    """Episodes that are compared with each other (a prompt's samples)."""
    condition: Int[Array, " batch"]


class Labels(eqx.Module):
    """What an overseer says about a batch of episodes, from evidence alone."""

    first: PyTree
    """Clips `[pair, clip, ...]` of `Evidence`, one side of each comparison."""
    second: PyTree
    """The other side."""
    prefers_first: Float[Array, " pair"]
    """1 where the overseer prefers `first`, 0 where `second`."""
    incident: Bool[Array, "time batch"]
    """Steps that the overseer calls a violation; False where it saw nothing."""
    judged: Bool[Array, "time batch"]
    """Steps that the overseer saw, so that `incident` says something about them."""
    right: Bool[Array, " batch"] | None = None
    """Whether the overseer calls the final answer right; None from an overseer who does not mark answers."""
    valid: Bool[Array, "time batch"] | None = None
    """Steps of a solution that the overseer calls right."""


def keep_where(mask: Bool[Array, " *batch"], tree: PyTree, otherwise: PyTree) -> PyTree:
    """`tree` where `mask`, else `otherwise`, leaf by leaf along the leading axis."""

    def choose(leaf: Array, other: Array) -> Array:
        return jnp.where(mask.reshape(mask.shape + (1,) * (leaf.ndim - 1)), leaf, other)

    return jax.tree.map(choose, tree, otherwise)


def padded(evidence: Evidence, alive: Bool[Array, " *batch"], still_open: Bool[Array, " *batch"]) -> Evidence:
    """The evidence of one step: once the episode is over it shows nothing.

    An ending that was not seen goes on looking like a running episode: `still_open` is what the step before said.
    """
    shown: Evidence = keep_where(alive, evidence, jax.tree.map(jnp.zeros_like, evidence))
    shown = eqx.tree_at(lambda e: e.open, shown, jnp.where(alive, evidence.open, still_open))
    return shown
