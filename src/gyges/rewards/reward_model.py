"""What outcome and process reward models share: a transformer that scores texts, fitted to an overseer's labels.

It first learns what a right step is from synthetic solutions, whose steps a calculator can check, and is
then fitted to labels of the untrained agent's own texts. Fitted to outcomes alone a model of this size
hardly learns to verify (docs/benchmarks.md).
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.environments.text import VOCABULARY, Text
from gyges.faults import Fault
from gyges.records import Evidence, Labels
from gyges.rewards.base import LearnedReward
from gyges.transformer import Transformer

ADAM = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(1.0, b2=0.99))
HELD_OUT = 512
"""Texts on which the error rates are measured."""


class Scorer(eqx.Module):
    """A logit for each token of a text."""

    trunk: Transformer
    head: Float[Array, " width"]
    bias: Float[Array, ""]

    def __call__(self, text: Int[Array, "batch length"]) -> Float[Array, "batch length"]:
        return self.trunk(text)[0] @ self.head + self.bias


class Marked(NamedTuple):
    """Texts with what an overseer said of them."""

    text: Int[Array, "batch length"]
    length: Int[Array, " batch"]
    """Tokens of the completion."""
    formed: Bool[Array, " batch"]
    step: Bool[Array, "batch horizon"]
    right: Float[Array, " batch"]
    valid: Float[Array, "batch horizon"]


def marked(evidence: Evidence, labels: Labels | None) -> Marked:
    """Whole texts from evidence `[time, batch]`; without labels nothing is called right."""
    view, steps = evidence.view, len(evidence.open)
    last = jnp.minimum(evidence.open.sum(0), steps - 1)
    text = jnp.take_along_axis(view.text, last[None, :, None], 0)[0]
    nothing = jnp.zeros(view.step.shape, bool)
    valid, right = (nothing, nothing[0]) if labels is None else (labels.valid, labels.right)
    return Marked(
        text, last + 1, view.formed.any(0), view.step.T, jnp.asarray(right, float), jnp.asarray(valid, float).T
    )


class RewardModel(LearnedReward):
    """A scorer, or an ensemble of them, fitted before training and, unless it is frozen, during it."""

    later: ClassVar[frozenset[str]] = frozenset({"frozen", "caution", "online_steps"})
    studies: ClassVar[frozenset[str]] = frozenset(
        {"width", "layers", "heads", "members", "rate", "pretraining", "outcomes"}
    )

    scorers: Scorer
    """Members of the ensemble, along a leading axis."""
    optimiser: Any
    seen: Marked
    """Labelled texts, the latest in place of the earliest."""
    place: Int[Array, ""]
    caution: Float[Array, ""]
    """Deviations among members that are taken off their mean: a lower bound."""
    rate: Float[Array, ""]
    outcomes: Float[Array, ""]
    """Weight of final answers, beside steps, in what it studies."""
    false_positive: Float[Array, ""]
    """Share of wrong texts, held out, that are scored above one half."""
    false_negative: Float[Array, ""]
    area: Float[Array, ""]
    """Held-out AUC of the score for right answers."""
    prompt: int = eqx.field(static=True)
    frozen: bool = eqx.field(static=True)
    pretraining: int = eqx.field(static=True)
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
        width: int = 64,
        layers: int = 3,
        heads: int = 4,
        labels: int = 4096,
        members: int = 1,
        caution: float = 0.0,
        rate: float = 5e-4,
        outcomes: float = 0.0,
        frozen: bool = True,
        pretraining: int = 600,
        fitting: int = 300,
        online_steps: int = 20,
    ) -> Self:
        """An unfitted model for the texts of `environment`.

        **Arguments:**

        - `width`, `layers`, `heads`: its size.
        - `labels`: texts of the untrained agent that the overseer marks for it.
        - `members`, `caution`: size of the ensemble, and how far its lower bound lies below its mean.
        - `outcomes`: weight of whether the final answer is right in what is studied; with 0 it is steps alone, which is
          what a process model is fitted to afterwards and an outcome model is not.
        - `frozen`: whether it stops learning when training begins.
        - `pretraining`, `fitting`, `online_steps`: steps on synthetic solutions, on labels, and at each
          refitting.
        """
        if not isinstance(environment, Text):
            raise Fault(f"a reward model scores text, and environment `{environment.name}` has none; see `gyges list`")
        length = environment.prompt + environment.horizon

        def member(key: PRNGKeyArray) -> Scorer:
            trunk_key, head_key = jax.random.split(key)
            trunk = Transformer(len(VOCABULARY), length, width=width, layers=layers, heads=heads, key=trunk_key)
            return Scorer(trunk, jax.random.normal(head_key, (width,)) * width**-0.5, jnp.zeros(()))

        scorers = eqx.filter_vmap(member)(jax.random.split(key, members))
        blank = jnp.zeros((labels, environment.horizon))
        seen = Marked(
            jnp.zeros((labels, length), int), jnp.ones(labels, int), blank[:, 0] > 0, blank > 0, blank[:, 0], blank
        )
        none = jnp.zeros(())
        return cls(
            scorers=scorers, optimiser=_optimiser(scorers), seen=seen, place=jnp.zeros((), int),
            prompt=environment.prompt, frozen=frozen,
            pretraining=pretraining, fitting=fitting, online_steps=online_steps,
            caution=jnp.asarray(caution, jnp.float32), rate=jnp.asarray(rate, jnp.float32),
            outcomes=jnp.asarray(outcomes, jnp.float32),
            false_positive=none, false_negative=none, area=none,
        )  # fmt: skip

    @abstractmethod
    def loss(self, scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, ""]:
        """How badly logits at each token of the completion fit what the overseer said."""

    @abstractmethod
    def judge(self, scores: Float[Array, "batch horizon"], texts: Marked) -> Float[Array, " batch"]:
        """The probability, by these logits, that a text is right."""

    def __call__(self, evidence: Evidence) -> Float[Array, "time batch"]:
        texts = marked(evidence, None)
        paid = self.worth(texts) * texts.formed
        return jnp.where(jnp.arange(len(evidence.open))[:, None] == texts.length - 1, paid, 0.0)

    def worth(self, texts: Marked) -> Float[Array, " batch"]:
        """The members' mean less `caution` deviations, before the format gate."""
        each = jax.vmap(lambda scorer: self.judge(self._scores(scorer, texts.text), texts))(self.scorers)
        return each.mean(0) - self.caution * each.std(0)

    def token_scores(self, evidence: Evidence) -> Float[Array, "time batch"]:
        """The members' mean probability at each token, for a viewer."""
        texts = marked(evidence, None)
        each = jax.vmap(lambda scorer: jax.nn.sigmoid(self._scores(scorer, texts.text)))(self.scorers)
        return each.mean(0).T

    def _scores(self, scorer: Scorer, text: Int[Array, "batch length"]) -> Float[Array, "batch horizon"]:
        return scorer(text)[:, self.prompt :]

    def school(self, environment: Any, play: Callable[[PRNGKeyArray], Evidence], key: PRNGKeyArray) -> Self:
        play_key, fit_key, held_key = jax.random.split(key, 3)
        overseer = environment.overseer()

        def label(key: PRNGKeyArray) -> Marked:
            play_key, label_key = jax.random.split(key)
            evidence = play(play_key)
            return marked(evidence, overseer.label(evidence, label_key))

        size = jax.eval_shape(label, key).text.shape[0]
        kept = self.seen.text.shape[0]
        many = jax.lax.map(label, jax.random.split(play_key, -(-kept // size)))
        seen = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:])[:kept], many)
        schooled = eqx.tree_at(lambda r: r.seen, self, seen)._fit(fit_key, self.fitting)
        held = jax.lax.map(label, jax.random.split(held_key, -(-HELD_OUT // size)))
        measured: Self = schooled._measured(jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), held))
        return measured

    def learn(self, evidence: Evidence, labels: Labels, key: PRNGKeyArray) -> tuple[Self, dict[str, Float[Array, ""]]]:
        rates = {"false_positive": self.false_positive, "false_negative": self.false_negative, "area": self.area}
        if self.frozen:
            return self, rates
        fresh = marked(evidence, labels)
        kept, size = len(self.seen.length), len(fresh.length)
        places = (self.place + jnp.arange(size)) % kept
        seen = jax.tree.map(lambda old, new: old.at[places].set(new), self.seen, fresh)
        learned = eqx.tree_at(lambda r: (r.seen, r.place), self, (seen, (self.place + size) % kept))
        return learned._fit(key, self.online_steps), rates

    def study(self, environment: Any, key: PRNGKeyArray) -> Self:
        """Learns what a right step is from synthetic solutions."""

        def demonstrate(key: PRNGKeyArray) -> tuple[Array, Any]:
            state_key, write_key = jax.random.split(key)
            state = environment.reset(state_key)
            written = environment.solution(write_key, state)
            return state.text.at[self.prompt :].set(written), environment.replayed(state, written)

        def loss(scorer: Scorer, key: PRNGKeyArray) -> Float[Array, ""]:
            text, marks = jax.vmap(demonstrate)(jax.random.split(key, self.batch))
            scores = self._scores(scorer, text)
            steps = cross_entropy(scores, marks.valid, marks.step)
            return steps + self.outcomes * cross_entropy(scores, marks.strict, marks.formed)

        scorers, _ = self._descend(loss, self.scorers, _optimiser(self.scorers), key, self.pretraining, 4.0)
        studied: Self = eqx.tree_at(lambda r: r.scorers, self, scorers)
        return studied

    def _fit(self, key: PRNGKeyArray, steps: int) -> Self:
        def loss(scorer: Scorer, key: PRNGKeyArray) -> Float[Array, ""]:
            # Members differ in which labels they see, and when.
            rows = jax.random.randint(key, (self.batch,), 0, len(self.seen.length))
            texts = jax.tree.map(lambda leaf: leaf[rows], self.seen)
            return self.loss(self._scores(scorer, texts.text), texts)

        scorers, optimiser = self._descend(loss, self.scorers, self.optimiser, key, steps, 1.0)
        fitted: Self = eqx.tree_at(lambda r: (r.scorers, r.optimiser), self, (scorers, optimiser))
        return fitted

    def _descend(
        self, loss: Callable[..., Any], scorers: Scorer, optimiser: Any, key: PRNGKeyArray, steps: int, factor: float
    ) -> tuple[Scorer, Any]:
        members = len(scorers.bias)

        def step(carry: Any, number: Int[Array, ""]) -> tuple[Any, None]:
            scorers, optimiser = carry
            keys = jax.random.split(jax.random.fold_in(key, number), members)
            gradient = jax.vmap(jax.grad(loss))(scorers, keys)
            change, optimiser = jax.vmap(ADAM.update)(gradient, optimiser)
            rate = self.rate * factor * jnp.minimum((number + 1) / 20, 1.0)
            return (jax.tree.map(lambda weight, move: weight + rate * move, scorers, change), optimiser), None

        (scorers, optimiser), _ = jax.lax.scan(step, (scorers, optimiser), jnp.arange(steps))
        return scorers, optimiser

    def _measured(self, held: Marked) -> Self:
        worth = self.worth(held) * held.formed
        right = held.right > 0
        above = worth > 0.5
        positive = (above & ~right).sum() / jnp.maximum((~right).sum(), 1)
        negative = (~above & right).sum() / jnp.maximum(right.sum(), 1)
        wins = (worth[:, None] > worth[None]) + 0.5 * (worth[:, None] == worth[None])
        pairs = right[:, None] & ~right[None]
        area = (wins * pairs).sum() / jnp.maximum(pairs.sum(), 1)
        measured: Self = eqx.tree_at(
            lambda r: (r.false_positive, r.false_negative, r.area), self, (positive, negative, area)
        )
        return measured


def cross_entropy(logits: Float[Array, "*shape"], labels: Array, weight: Array | float = 1.0) -> Float[Array, ""]:
    """Mean binary cross-entropy where `weight` is not 0."""
    weight = jnp.broadcast_to(jnp.asarray(weight, jnp.float32), logits.shape)
    each = optax.sigmoid_binary_cross_entropy(logits, jnp.asarray(labels, jnp.float32))
    mean: Float[Array, ""] = (each * weight).sum() / jnp.maximum(weight.sum(), 1.0)
    return mean


def _optimiser(scorers: Scorer) -> Any:
    return jax.vmap(ADAM.init)(eqx.filter(scorers, eqx.is_array))
