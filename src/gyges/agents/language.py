"""A small language model trained by GRPO (Shao et al. 2024, "DeepSeekMath", section 4.1), with its mind on view."""

from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.agents.advantages import relative_advantages
from gyges.agents.base import Agent, Memory, Metrics
from gyges.environments.base import Environment, Observation
from gyges.environments.text import VOCABULARY, Text
from gyges.faults import Fault
from gyges.records import Mind, Trajectory
from gyges.rewards.base import Reward
from gyges.transformer import Cache, Transformer

ADAM = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.99))


class Policy(eqx.Module):
    """A transformer and the logits that are read off it."""

    trunk: Transformer
    head: Float[Array, "width token"]

    def logits(self, stream: Float[Array, "*shape width"]) -> Float[Array, "*shape token"]:
        return jax.nn.log_softmax(stream @ self.head)

    def of(self, text: Int[Array, "batch length"], prompt: int) -> Float[Array, "batch horizon token"]:
        """Log-probabilities of each token of the completion."""
        return self.logits(self.trunk(text)[0][:, prompt - 1 : -1])


class GRPO(Agent):
    """A decoder-only policy: a supervised start, then group-relative policy optimisation."""

    name: ClassVar[str] = "grpo"
    later: ClassVar[frozenset[str]] = frozenset({"clip", "rate", "kl", "group", "minibatches", "epochs", "samples"})

    policy: Policy
    optimiser: Any
    anchor: Policy
    """The supervised start, from which the divergence is taken."""
    clip: Float[Array, ""]
    rate: Float[Array, ""]
    kl: Float[Array, ""]
    """Weight of the k3 estimate of the divergence from the anchor, per token."""
    supervised_rate: Float[Array, ""]
    group: int = eqx.field(static=True)
    minibatches: int = eqx.field(static=True)
    epochs: int = eqx.field(static=True)
    supervised: int = eqx.field(static=True)
    """Steps of supervised learning before the first reward."""
    batch: int = eqx.field(static=True)
    """Demonstrations per supervised step."""
    prompt: int = eqx.field(static=True)

    @classmethod
    def create(
        cls,
        key: PRNGKeyArray,
        environment: Environment[Any],
        *,
        width: int = 64,
        layers: int = 3,
        heads: int = 4,
        clip: float = 0.2,
        rate: float = 3e-4,
        kl: float = 0.0,
        supervised_rate: float = 2e-3,
        group: int = 8,
        minibatches: int = 2,
        epochs: int = 1,
        supervised: int = 450,
        batch: int = 128,
    ) -> Self:
        """An untaught agent for a text environment. The defaults were measured (docs/benchmarks.md)."""
        if not isinstance(environment, Text):
            raise Fault(f"agent `grpo` writes text, and environment `{environment.name}` has none; see `gyges list`")
        length = environment.prompt + environment.horizon
        trunk_key, head_key = jax.random.split(key)
        trunk = Transformer(len(VOCABULARY), length, width=width, layers=layers, heads=heads, key=trunk_key)
        head = 0.02 * jax.random.normal(head_key, (width, len(VOCABULARY)))
        policy = Policy(trunk, head)
        numbers = {"clip": clip, "rate": rate, "kl": kl, "supervised_rate": supervised_rate}
        return cls(
            policy=policy, optimiser=ADAM.init(eqx.filter(policy, eqx.is_array)), anchor=policy,
            group=group, minibatches=minibatches, epochs=epochs, supervised=supervised, batch=batch,
            prompt=environment.prompt,
            **{name: jnp.asarray(number, jnp.float32) for name, number in numbers.items()},
        )  # fmt: skip

    @property
    def siblings(self) -> int:
        return self.group

    def school(self, environment: Environment[Any], key: PRNGKeyArray) -> Self:
        """The supervised start: imitates the environment's demonstrations, new ones at each step."""
        assert isinstance(environment, Text)

        def demonstrate(key: PRNGKeyArray) -> tuple[Array, Array]:
            state_key, write_key = jax.random.split(key)
            state = environment.reset(state_key)
            written = environment.solution(write_key, state)
            return state.text.at[self.prompt :].set(written), written

        def loss(policy: Policy, key: PRNGKeyArray) -> Float[Array, ""]:
            text, written = jax.vmap(demonstrate)(jax.random.split(key, self.batch))
            now = policy.of(text, self.prompt)
            taken = jnp.take_along_axis(now, written[..., None], -1)[..., 0]
            # Padding is not imitated: a text ends with its full stop.
            inside = written != 0
            return -(taken * inside).sum() / inside.sum()

        def step(carry: Any, number: Int[Array, ""]) -> tuple[Any, Float[Array, ""]]:
            policy, optimiser = carry
            value, gradient = jax.value_and_grad(loss)(policy, jax.random.fold_in(key, number))
            change, optimiser = ADAM.update(gradient, optimiser)
            done = number / self.supervised
            rate = self.supervised_rate * jnp.minimum(number / 20, 1.0) * (1 - 0.9 * done)
            return (_stepped(policy, change, rate), optimiser), value

        carry = (self.policy, self.optimiser)
        (policy, _), _ = jax.lax.scan(step, carry, jnp.arange(self.supervised))
        schooled: Self = eqx.tree_at(lambda a: (a.policy, a.anchor), self, (policy, policy))
        return schooled

    def start(self, observation: Observation) -> Cache:
        text = observation.features.astype(int)
        # The last token of the prompt is read by the first `act`.
        return self.policy.trunk.prefill(text[:, : self.prompt - 1], text.shape[1])

    def act(
        self, memory: Memory, observation: Observation, key: PRNGKeyArray
    ) -> tuple[Int[Array, " batch"], Memory, Mind]:
        latest = jax.lax.dynamic_index_in_dim(observation.features, memory.read, 1, keepdims=False).astype(int)
        last, middle, memory = self.policy.trunk.append(memory, latest)
        policy = self.policy.logits(last)
        action = jax.random.categorical(key, policy)
        taken = jnp.take_along_axis(policy, action[..., None], -1)[..., 0]
        features = jnp.concatenate([middle, last], -1)
        return (
            action,
            memory,
            Mind(features, jnp.zeros_like(taken), taken, policy, observation, action, thoughts=action),
        )

    def minds(self, observation: Observation, resets: Bool[Array, "time batch"]) -> Mind:
        shape = observation.information.shape
        text = observation.features.astype(int).reshape(-1, observation.features.shape[-1])
        # The latest token: the last one written, or else the last place of the prompt.
        latest = text.shape[1] - 1 - jnp.argmax((text != 0)[:, ::-1], 1)
        here = jnp.maximum(latest, self.prompt - 1)[:, None, None]
        last, middle = (jnp.take_along_axis(stream, here, 1)[:, 0] for stream in self.policy.trunk(text))
        policy = self.policy.logits(last).reshape(*shape, -1)
        features = jnp.concatenate([middle, last], -1).reshape(*shape, -1)
        blank = jnp.zeros(shape)
        return Mind(features, blank, blank, policy, observation, blank.astype(int), thoughts=blank.astype(int))

    def learn(
        self,
        trajectory: Trajectory,
        rewards: Float[Array, "time batch"],
        key: PRNGKeyArray,
        through: Reward | None = None,
    ) -> tuple[Self, Metrics]:
        advantages = relative_advantages(trajectory, rewards.sum(0))
        alive = trajectory.alive.T.astype(jnp.float32)
        written = jnp.where(trajectory.alive, trajectory.mind.action, 0).T
        text = _stood(trajectory)
        before = trajectory.mind.log_probability.T
        start = _taken(self.anchor.of(text, self.prompt), written)
        data = (text, written, alive, before, start, advantages)
        episodes = rewards.shape[1]
        size = episodes // self.minibatches

        def loss(policy: Policy, batch: Any) -> tuple[Float[Array, ""], Metrics]:
            text, written, alive, before, start, advantage = batch
            stream, middle = policy.trunk(text)
            every = policy.logits(stream[:, self.prompt - 1 : -1])
            now = _taken(every, written)
            ratio = jnp.exp(now - before)
            clipped = jnp.clip(ratio, 1 - self.clip, 1 + self.clip)
            gain = jnp.minimum(ratio * advantage[:, None], clipped * advantage[:, None])
            apart = start - now
            k3 = jnp.exp(apart) - apart - 1
            each = gain - self.kl * k3
            if through is not None:
                features = jnp.concatenate([middle, stream], -1)[:, self.prompt - 1 : -1]
                blank = jnp.zeros_like(now)
                mind = Mind(features, blank, before, every, None, written, thoughts=written)
                each = each + through.gradient(mind)
            # The mean over tokens of the whole batch, as in Dr. GRPO and TRL's default: long texts count more.
            total = -(each * alive).sum() / jnp.maximum(alive.sum(), 1.0)
            entropy = -(jnp.exp(every) * every).sum(-1)
            return total, {"entropy": (entropy * alive).sum() / jnp.maximum(alive.sum(), 1.0)}

        def minibatch(carry: Any, rows: Int[Array, " size"]) -> tuple[Any, Metrics]:
            policy, optimiser = carry
            gradient, metrics = jax.grad(loss, has_aux=True)(policy, jax.tree.map(lambda leaf: leaf[rows], data))
            change, optimiser = ADAM.update(gradient, optimiser)
            return (_stepped(policy, change, self.rate), optimiser), metrics

        shuffles = jax.vmap(lambda k: jax.random.permutation(k, episodes))(jax.random.split(key, self.epochs))
        rows = shuffles[:, : size * self.minibatches].reshape(-1, size)
        (policy, optimiser), metrics = jax.lax.scan(minibatch, (self.policy, self.optimiser), rows)
        agent = eqx.tree_at(lambda a: (a.policy, a.optimiser), self, (policy, optimiser))
        inside = jnp.maximum(trajectory.alive.any(0).sum(), 1)
        return agent, {name: values[-1] for name, values in metrics.items()} | {
            "kl": ((before - start) * alive).sum() / inside,
            "length": alive.sum() / inside,
        }


class BestOfN(GRPO):
    """The supervised start, of whose samples a reward picks the best: optimisation without training."""

    name: ClassVar[str] = "best-of-n"
    learns: ClassVar[bool] = False

    @classmethod
    def create(cls, key: PRNGKeyArray, environment: Environment[Any], *, samples: int = 256, **parameters: Any) -> Self:
        """As `GRPO.create`, with so many samples per prompt."""
        return super().create(key, environment, **parameters | {"group": samples})


def divergence(agent: GRPO, trajectory: Trajectory) -> Float[Array, " batch"]:
    """log p(completion) minus log p under the start: its mean is the sequence KL, in nats."""
    written = jnp.where(trajectory.alive, trajectory.mind.action, 0).T
    start = _taken(agent.anchor.of(_stood(trajectory), agent.prompt), written)
    return ((trajectory.mind.log_probability.T - start) * trajectory.alive.T).sum(1)


def _stood(trajectory: Trajectory) -> Int[Array, "batch length"]:
    # What the agent read, which need not be what it wrote: an environment may put a token of its own in the text.
    text: Int[Array, "batch length"] = trajectory.mind.observation.features[-1].astype(int)
    return text


def _taken(every: Float[Array, "batch horizon token"], written: Int[Array, "batch horizon"]) -> Array:
    # A sum over the one token that was taken, which unlike a gather is vectorised.
    return jnp.where(written[..., None] == jnp.arange(every.shape[-1]), every, 0.0).sum(-1)


def _stepped(policy: Policy, change: Policy, rate: Array) -> Policy:
    stepped: Policy = jax.tree.map(lambda weight, move: weight - rate * move, policy, change)
    return stepped
