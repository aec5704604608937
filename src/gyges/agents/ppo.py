"""Proximal policy optimisation (Schulman et al. 2017), with its mind on view."""

from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.agents.advantages import generalised_advantages
from gyges.agents.base import Agent, Memory, Metrics
from gyges.agents.network import Network
from gyges.environments.base import Environment, Observation
from gyges.records import Mind, Trajectory
from gyges.rewards.base import Reward

ADAM = optax.chain(optax.clip_by_global_norm(0.5), optax.scale_by_adam(eps=1e-5))


class PPO(Agent):
    """A tanh network trained by PPO. Array fields are numbers that can be swept and vmapped."""

    name: ClassVar[str] = "ppo"

    network: Network
    optimiser: Any
    anchor: Network | None
    """The policy that `kl` holds on to; None where nothing does."""
    updates: Int[Array, ""]
    """Calls of `learn` since the reward began, on which the schedules run."""
    discount: Float[Array, ""]
    trace: Float[Array, ""]
    """Lambda of the generalised advantages."""
    clip: Float[Array, ""]
    rate_first: Float[Array, ""]
    rate_last: Float[Array, ""]
    entropy_first: Float[Array, ""]
    entropy_last: Float[Array, ""]
    anneal: Float[Array, ""]
    """Updates over which learning rate and entropy bonus go from first to last."""
    scale: Float[Array, ""]
    """Factor on rewards, so that returns are of order one."""
    kl: Float[Array, ""]
    """Weight of the KL divergence from the anchor, in units of scaled reward."""
    epochs: int = eqx.field(static=True)
    minibatches: int = eqx.field(static=True)

    @classmethod
    def create(
        cls,
        key: PRNGKeyArray,
        environment: Environment[Any],
        *,
        width: int = 32,
        depth: int = 2,
        epochs: int = 3,
        minibatches: int = 4,
        discount: float = 0.98,
        trace: float = 0.95,
        clip: float = 0.2,
        rate_first: float = 2e-3,
        rate_last: float = 5e-4,
        entropy_first: float = 0.12,
        entropy_last: float = 0.003,
        anneal: float = 60.0,
        scale: float = 0.1,
        kl: float = 0.0,
        anchored: bool = False,
    ) -> Self:
        """A fresh agent. The defaults are those measured to work on the vault (docs/benchmarks.md)."""
        inputs = jax.eval_shape(lambda k: environment.observe(environment.reset(k)), key).features.shape[-1]
        network = Network(inputs, len(environment.actions), width=width, depth=depth, key=key)
        numbers = {
            "discount": discount, "trace": trace, "clip": clip, "anneal": anneal, "scale": scale, "kl": kl,
            "rate_first": rate_first, "rate_last": rate_last,
            "entropy_first": entropy_first, "entropy_last": entropy_last,
        }  # fmt: skip
        return cls(
            network=network,
            optimiser=ADAM.init(eqx.filter(network, eqx.is_array)),
            anchor=network if anchored else None,
            updates=jnp.zeros((), int),
            epochs=epochs,
            minibatches=minibatches,
            **{name: jnp.asarray(number, jnp.float32) for name, number in numbers.items()},
        )

    def begin(self) -> Self:
        """Explores anew, and holds on (by `kl`) to the policy that it has now.

        Without new exploration a policy that the warm start made deterministic cannot learn what the new
        reward pays: it never tries anything else (docs/decisions.md).
        """
        begun: Self = eqx.tree_at(lambda agent: agent.updates, self, jnp.zeros_like(self.updates))
        if self.anchor is not None:
            begun = eqx.tree_at(lambda agent: agent.anchor, begun, self.network)
        return begun

    def act(
        self, memory: Memory, observation: Observation, key: PRNGKeyArray
    ) -> tuple[Int[Array, " batch"], Memory, Mind]:
        features, policy, value = self.network(observation.features)
        action = jax.random.categorical(key, policy)
        taken = jnp.take_along_axis(policy, action[..., None], -1)[..., 0]
        return action, memory, Mind(features, value, taken, policy, observation, action)

    def minds(self, observation: Observation, resets: Bool[Array, "time batch"]) -> Mind:
        features, policy, value = self.network(observation.features)
        blank = jnp.zeros(value.shape)
        return Mind(features, value, blank, policy, observation, blank.astype(int))

    def learn(
        self,
        trajectory: Trajectory,
        rewards: Float[Array, "time batch"],
        key: PRNGKeyArray,
        through: Reward | None = None,
    ) -> tuple[Self, Metrics]:
        advantages, targets = generalised_advantages(
            trajectory, rewards * self.scale, discount=self.discount, trace=self.trace
        )
        progress = jnp.clip(self.updates / self.anneal, 0.0, 1.0)
        rate = self.rate_first + (self.rate_last - self.rate_first) * progress
        entropy_weight = self.entropy_first + (self.entropy_last - self.entropy_first) * progress
        mind = trajectory.mind
        anchored = None
        if self.anchor is not None:
            anchored = jnp.moveaxis(self.anchor(mind.observation.features)[1], -1, 0)
        # Episodes are the last axis of all of them, so that a minibatch is a slice of whole rows.
        data = (
            jnp.moveaxis(mind.observation.features, -1, 0), mind.action, mind.log_probability, advantages, targets,
            trajectory.alive.astype(jnp.float32), anchored,
        )  # fmt: skip
        episodes = rewards.shape[1]
        size = episodes // self.minibatches

        def loss(network: Network, batch: Any) -> tuple[Float[Array, ""], Metrics]:
            inputs, action, before, advantage, target, weight, anchor = batch
            features, policy, value = network(jnp.moveaxis(inputs, 0, -1))
            weight = weight / jnp.maximum(weight.sum(), 1.0)
            mean = (advantage * weight).sum()
            deviation = jnp.sqrt((jnp.square(advantage - mean) * weight).sum())
            advantage = (advantage - mean) / (deviation + 1e-8)
            # A sum over the one action that was taken, which unlike a gather is vectorised.
            now = jnp.where(action[..., None] == jnp.arange(policy.shape[-1]), policy, 0.0).sum(-1)
            ratio = jnp.exp(now - before)
            clipped = jnp.clip(ratio, 1 - self.clip, 1 + self.clip)
            gain = jnp.minimum(ratio * advantage, clipped * advantage)
            entropy = -(jnp.exp(policy) * policy).sum(-1)
            total = -gain + 0.5 * jnp.square(value - target) - entropy_weight * entropy
            divergence = jnp.zeros(())
            if anchor is not None:
                apart = (jnp.exp(policy) * (policy - jnp.moveaxis(anchor, 0, -1))).sum(-1)
                divergence = (apart * weight).sum()
                total = total + self.kl * apart
            if through is not None:
                thinking = Mind(features, value, before, policy, mind.observation, action)
                total = total - self.scale * through.gradient(thinking)
            return (total * weight).sum(), {"entropy": (entropy * weight).sum(), "kl": divergence}

        def minibatch(carry: Any, columns: Int[Array, " size"]) -> tuple[Any, Metrics]:
            network, optimiser = carry
            batch = jax.tree.map(lambda leaf: leaf[..., columns], data)
            gradient, metrics = jax.grad(loss, has_aux=True)(network, batch)
            step, optimiser = ADAM.update(gradient, optimiser)
            network = jax.tree.map(lambda weight, change: weight - rate * change, network, step)
            return (network, optimiser), metrics

        shuffles = jax.vmap(lambda k: jax.random.permutation(k, episodes))(jax.random.split(key, self.epochs))
        columns = shuffles[:, : size * self.minibatches].reshape(-1, size)
        (network, optimiser), metrics = jax.lax.scan(minibatch, (self.network, self.optimiser), columns)
        agent = eqx.tree_at(lambda a: (a.network, a.optimiser, a.updates), self, (network, optimiser, self.updates + 1))
        return agent, {name: values[-1] for name, values in metrics.items()}
