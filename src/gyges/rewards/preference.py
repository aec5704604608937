"""A reward learned from comparisons of clips: RLHF (Christiano et al. 2017) in a gridworld."""

from typing import Any, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gyges.environments.base import Environment
from gyges.oversight.reviewer import Reviewer
from gyges.records import Evidence, Labels
from gyges.rewards.base import LearnedReward

ADAM = optax.adam(1e-2)


def inputs_of(evidence: Evidence) -> Float[Array, "*shape input"]:
    """What a reward model sees of each step: the ledger and the footage. Not the incident flag,
    which it has to learn to recognise from the overseer's comparisons."""
    leaves = [evidence.task, evidence.recorded, *jax.tree.leaves(evidence.view)]
    return jnp.stack([jnp.asarray(leaf, jnp.float32) for leaf in leaves], -1)


class Judge(eqx.Module):
    """One member of the ensemble: a number for each step."""

    into: Float[Array, "input hidden"]
    bias: Float[Array, " hidden"]
    out: Float[Array, " hidden"]

    def __call__(self, inputs: Float[Array, "*shape input"]) -> Float[Array, "*shape"]:
        return jax.nn.relu(inputs @ self.into + self.bias) @ self.out


class Preference(LearnedReward):
    """A Bradley-Terry ensemble, fitted to an overseer's comparisons while the agent trains.

    Comparisons fix neither the zero nor the unit of a reward. Over the clips compared so far it is
    brought to mean 0 and to the ledger's own deviation, so that it is as strong as a programmed one.
    """

    ensemble: Judge
    optimiser: Any
    first: Float[Array, "kept clip input"]
    second: Float[Array, "kept clip input"]
    prefers_first: Float[Array, " kept"]
    seen: Int[Array, ""]
    """Comparisons made so far; the last `kept` of them are kept."""
    mean: Float[Array, ""]
    deviation: Float[Array, ""]
    steps: int = eqx.field(static=True, default=20)
    batch: int = eqx.field(static=True, default=128)

    @property
    def every(self) -> int:
        return 2

    @classmethod
    def create(
        cls,
        key: PRNGKeyArray,
        environment: Environment[Any],
        *,
        members: int = 3,
        hidden: int = 32,
        kept: int = 4096,
        clip: int = Reviewer.clip,
    ) -> Self:
        """A fresh ensemble for the evidence of `environment`."""
        state = jax.eval_shape(environment.reset, key)
        evidence, _ = jax.eval_shape(environment.witness, state, jnp.zeros((), int), state)
        inputs = jax.eval_shape(inputs_of, evidence).shape[-1]
        scale = (2.0 / inputs) ** 0.5
        into = scale * jax.random.normal(key, (members, inputs, hidden))
        ensemble = Judge(into, jnp.zeros((members, hidden)), jnp.zeros((members, hidden)))
        clips = jnp.zeros((kept, min(clip, environment.horizon), inputs))
        return cls(
            ensemble=ensemble,
            optimiser=ADAM.init(eqx.filter(ensemble, eqx.is_array)),
            first=clips,
            second=clips,
            prefers_first=jnp.zeros(kept),
            seen=jnp.zeros((), int),
            mean=jnp.zeros(()),
            deviation=jnp.ones(()),
        )

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        return (self.judge(inputs_of(evidence)) - self.mean) / self.deviation

    def judge(self, inputs: Float[Array, "*shape input"]) -> Float[Array, "*shape"]:
        """The ensemble's mean, before normalisation."""
        judged: Float[Array, "*shape"] = jax.vmap(lambda member: member(inputs))(self.ensemble).mean(0)
        return judged

    def learn(self, labels: Labels, key: PRNGKeyArray) -> tuple[Self, dict[str, Float[Array, ""]]]:
        kept = len(self.prefers_first)
        places = (self.seen + jnp.arange(len(labels.prefers_first))) % kept
        first = self.first.at[places].set(inputs_of(labels.first))
        second = self.second.at[places].set(inputs_of(labels.second))
        prefers = self.prefers_first.at[places].set(labels.prefers_first)
        seen = self.seen + len(labels.prefers_first)
        filled = jnp.minimum(seen, kept)

        def loss(member: Judge, chosen: Int[Array, " batch"]) -> Float[Array, ""]:
            margin = member(first[chosen]).sum(-1) - member(second[chosen]).sum(-1)
            right = jax.nn.log_sigmoid(jnp.where(prefers[chosen] > 0, margin, -margin))
            return -right.mean()

        def step(carry: Any, key: PRNGKeyArray) -> tuple[Any, Float[Array, ""]]:
            ensemble, optimiser = carry
            members = ensemble.out.shape[0]
            # Members see different comparisons: that, and their start, is what makes them differ.
            chosen = jax.random.randint(key, (members, self.batch), 0, filled)
            value, gradient = jax.vmap(jax.value_and_grad(loss))(ensemble, chosen)
            change, optimiser = ADAM.update(gradient, optimiser)
            return (eqx.apply_updates(ensemble, change), optimiser), value.mean()

        keys = jax.random.split(key, self.steps)
        (ensemble, optimiser), losses = jax.lax.scan(step, (self.ensemble, self.optimiser), keys)
        clips = jnp.concatenate([first[:: kept // 256], second[:: kept // 256]])
        judged = jax.vmap(lambda member: member(clips))(ensemble).mean(0)
        known = jnp.tile(jnp.arange(0, kept, kept // 256) < filled, 2)[:, None] * jnp.ones(clips.shape[1])
        mean = (judged * known).sum() / known.sum()
        spread = jnp.sqrt((jnp.square(judged - mean) * known).sum() / known.sum())
        ledger = clips[..., 0]
        ledger_mean = (ledger * known).sum() / known.sum()
        ledger_spread = jnp.sqrt((jnp.square(ledger - ledger_mean) * known).sum() / known.sum())
        deviation = jnp.maximum(spread, 1e-3) / jnp.maximum(ledger_spread, 1e-3)
        learned = eqx.tree_at(
            lambda r: (
                r.ensemble, r.optimiser, r.first, r.second, r.prefers_first, r.seen, r.mean, r.deviation,
            ),
            self,
            (ensemble, optimiser, first, second, prefers, seen, mean, deviation),
        )  # fmt: skip
        return learned, {"preference_loss": losses[-1]}
