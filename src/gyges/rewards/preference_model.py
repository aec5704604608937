"""A reward model for texts, learned from comparisons: RLHF (Ouyang et al. 2022, section 3.5).

It reads what the overseer had to compare by, the text where somebody recorded it and the ledger always, and
has to find out from the comparisons what the overseer holds against a text.
"""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gyges.environments.text import VOCABULARY, Text
from gyges.faults import Fault
from gyges.records import Evidence, Labels
from gyges.rewards.base import LearnedReward
from gyges.rewards.reward_model import Scorer
from gyges.transformer import Transformer

ADAM = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(1.0, b2=0.99))


class Shown(NamedTuple):
    """Texts as an overseer has them."""

    text: Int[Array, "batch length"]
    """Blank where nobody recorded."""
    length: Int[Array, " batch"]
    """Tokens of the completion."""
    ledger: Float[Array, " batch"]


class Taste(eqx.Module):
    """What a text is worth: something for what it says, and something for what it earned."""

    scorer: Scorer
    earnings: Float[Array, ""]

    def __call__(self, texts: Shown, prompt: int) -> Float[Array, " batch"]:
        said = jnp.take_along_axis(self.scorer(texts.text), prompt + texts.length[:, None] - 1, 1)[:, 0]
        worth: Float[Array, " batch"] = said + self.earnings * texts.ledger
        return worth


class PreferenceModel(LearnedReward):
    """A Bradley-Terry model, fitted before training and, unless it is frozen, during it.

    Comparisons fix neither the zero nor the unit of a reward. Over the texts compared so far it is brought
    to mean 0 and to the ledger's own deviation, so that it is as strong as a programmed one.
    """

    later: ClassVar[frozenset[str]] = frozenset({"frozen", "online_steps"})

    taste: Taste
    optimiser: Any
    first: Shown
    second: Shown
    prefers_first: Float[Array, " kept"]
    compared: Int[Array, ""]
    """Comparisons made so far; the last `kept` of them are kept."""
    mean: Float[Array, ""]
    deviation: Float[Array, ""]
    rate: Float[Array, ""]
    prompt: int = eqx.field(static=True)
    frozen: bool = eqx.field(static=True)
    fitting: int = eqx.field(static=True)
    online_steps: int = eqx.field(static=True)
    batch: int = eqx.field(static=True, default=128)

    @property
    def every(self) -> int:
        return 5

    @classmethod
    def create(
        cls,
        key: PRNGKeyArray,
        environment: Any,
        *,
        width: int = 32,
        layers: int = 2,
        heads: int = 4,
        comparisons: int = 4096,
        rate: float = 2e-3,
        frozen: bool = False,
        fitting: int = 300,
        online_steps: int = 30,
    ) -> Self:
        """An unfitted model for the texts of `environment`.

        **Arguments:**

        - `width`, `layers`, `heads`: its size.
        - `comparisons`: of texts of the untrained agent, made before training; later ones take their places.
        - `frozen`: whether it stops learning when training begins.
        - `fitting`, `online_steps`: steps before training, and at each refitting.
        """
        if not isinstance(environment, Text):
            raise Fault(
                f"a preference model reads text, and environment `{environment.name}` has none; see `gyges list`"
            )
        length = environment.prompt + environment.horizon
        trunk_key, head_key = jax.random.split(key)
        trunk = Transformer(len(VOCABULARY), length, width=width, layers=layers, heads=heads, key=trunk_key)
        head = jax.random.normal(head_key, (width,)) * 0.1 * width**-0.5
        taste = Taste(Scorer(trunk, head, jnp.zeros(())), jnp.zeros(()))
        blank = Shown(
            jnp.zeros((comparisons, length), int), jnp.ones(comparisons, int), jnp.zeros(comparisons, jnp.float32)
        )
        return cls(
            taste=taste, optimiser=ADAM.init(taste), first=blank, second=blank,
            prefers_first=jnp.zeros(comparisons), compared=jnp.zeros((), int),
            mean=jnp.zeros(()), deviation=jnp.ones(()), rate=jnp.asarray(rate, jnp.float32),
            prompt=environment.prompt, frozen=frozen, fitting=fitting, online_steps=online_steps,
        )  # fmt: skip

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        texts = shown(evidence)
        paid = (self.taste(texts, self.prompt) - self.mean) / self.deviation
        return jnp.where(jnp.arange(len(evidence.open))[:, None] == texts.length - 1, paid, 0.0)

    def school(self, environment: Any, play: Callable[[PRNGKeyArray], Evidence], key: PRNGKeyArray) -> Self:
        play_key, fit_key = jax.random.split(key)
        overseer = environment.overseer()

        def compare(key: PRNGKeyArray) -> Any:
            play_key, label_key = jax.random.split(key)
            return pairs(overseer.label(play(play_key), label_key))

        kept = len(self.prefers_first)
        size = jax.eval_shape(compare, key)[2].shape[0]
        many = jax.lax.map(compare, jax.random.split(play_key, -(-kept // size)))
        seen = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:])[:kept], many)
        compared: Self = eqx.tree_at(
            lambda r: (r.first, r.second, r.prefers_first, r.compared), self, (*seen, jnp.asarray(kept))
        )
        return compared._fitted(fit_key, self.fitting)[0]

    def learn(self, labels: Labels, key: PRNGKeyArray) -> tuple[Self, dict[str, Float[Array, ""]]]:
        if self.frozen:
            return self, {"preference_loss": jnp.zeros(())}
        fresh = pairs(labels)
        kept, size = len(self.prefers_first), len(labels.prefers_first)
        places = (self.compared + jnp.arange(size)) % kept
        stored = (self.first, self.second, self.prefers_first)
        seen = jax.tree.map(lambda old, new: old.at[places].set(new), stored, fresh)
        learned: Self = eqx.tree_at(
            lambda r: (r.first, r.second, r.prefers_first, r.compared), self, (*seen, self.compared + size)
        )
        fitted, loss = learned._fitted(key, self.online_steps)
        return fitted, {"preference_loss": loss}

    def _fitted(self, key: PRNGKeyArray, steps: int) -> tuple[Self, Float[Array, ""]]:
        kept = len(self.prefers_first)
        filled = jnp.minimum(self.compared, kept)

        def loss(taste: Taste, key: PRNGKeyArray) -> Float[Array, ""]:
            rows = jax.random.randint(key, (self.batch,), 0, filled)
            first, second = (jax.tree.map(lambda leaf: leaf[rows], side) for side in (self.first, self.second))
            margin = taste(first, self.prompt) - taste(second, self.prompt)
            mean: Float[Array, ""] = optax.sigmoid_binary_cross_entropy(margin, self.prefers_first[rows]).mean()
            return mean

        def step(carry: Any, number: Int[Array, ""]) -> tuple[Any, Float[Array, ""]]:
            taste, optimiser = carry
            value, gradient = jax.value_and_grad(loss)(taste, jax.random.fold_in(key, number))
            change, optimiser = ADAM.update(gradient, optimiser)
            rate = self.rate * jnp.minimum((number + 1) / 20, 1.0)
            return (jax.tree.map(lambda weight, move: weight + rate * move, taste, change), optimiser), value

        (taste, optimiser), losses = jax.lax.scan(step, (self.taste, self.optimiser), jnp.arange(steps))
        # The unit is taken from the latest comparisons, which are of what the agent now writes.
        latest = (self.compared - 1 - jnp.arange(min(256, kept))) % kept
        known = jnp.arange(min(256, kept)) < filled
        texts = jax.tree.map(lambda leaf: leaf[latest], self.first)
        mean, spread = _moments(taste(texts, self.prompt), known)
        _, ledger_spread = _moments(texts.ledger, known)
        deviation = jnp.maximum(spread, 1e-3) / jnp.maximum(ledger_spread, 1e-3)
        fitted: Self = eqx.tree_at(
            lambda r: (r.taste, r.optimiser, r.mean, r.deviation), self, (taste, optimiser, mean, deviation)
        )
        return fitted, losses[-1]


def shown(evidence: Evidence) -> Shown:
    """Whole texts from evidence `[time, batch]`."""
    last = jnp.minimum(evidence.open.sum(0), len(evidence.open) - 1)
    text = jnp.take_along_axis(evidence.view.text, last[None, :, None], 0)[0]
    return Shown(text, last + 1, evidence.task.sum(0))


def pairs(labels: Labels) -> tuple[Shown, Shown, Float[Array, " pair"]]:
    """Both sides of an overseer's comparisons of whole texts, and which it prefers."""
    first, second = (
        shown(jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 0, 1), side)) for side in (labels.first, labels.second)
    )
    return first, second, labels.prefers_first


def _moments(values: Float[Array, " text"], known: Array) -> tuple[Array, Array]:
    count = jnp.maximum(known.sum(), 1)
    mean = (values * known).sum() / count
    return mean, jnp.sqrt((jnp.square(values - mean) * known).sum() / count)
