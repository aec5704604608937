"""A text environment: a prompt, then one token per step until a full stop.

The agent perceives the text so far. What the rules say of the text (is this step valid, is the final
answer right) is computed as it is written, since checkers, labels and truth all start from it; who gets
to see which of it is decided in `witness`.
"""

from abc import abstractmethod
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.environments.base import Environment, Observation
from gyges.oversight.base import Overseer
from gyges.oversight.marker import Marker
from gyges.records import Evidence, Truth, padded

VOCABULARY = ("", *"0123456789+-*=#.?!:;")
"""Tokens of all text environments: padding and single characters, so that a model fits any of them."""
PAD, STOP = 0, VOCABULARY.index(".")
DIGITS = 10


def token(character: str) -> int:
    """The token of a character."""
    return VOCABULARY.index(character)


def digit(tokens: Int[Array, "*shape"]) -> Int[Array, "*shape"]:
    """The value of each digit token, -1 for any other token."""
    return jnp.where((tokens >= 1) & (tokens <= DIGITS), tokens - 1, -1)


def spelled(tokens: Any) -> str:
    """Tokens as text; padding is nothing."""
    return "".join(VOCABULARY[int(one)] for one in tokens)


class Writing(eqx.Module):
    """The state of a text environment."""

    text: Int[Array, " length"]
    """Prompt and completion, each padded on its right."""
    written: Int[Array, ""]
    """Tokens of the completion so far."""
    reference: Int[Array, ""]
    """The right answer. Nobody but a rule or the truth looks at it."""
    facts: Any = None
    """What else an environment has to remember: who watches, what was looked up."""


class Marks(NamedTuple):
    """What rules say of the token that was just written, and of the text up to it."""

    valid: Bool[Array, ""]
    """A step of the solution that is right, given what stands before it."""
    step: Bool[Array, ""]
    """Whether it ends a step of the solution at all."""
    formed: Bool[Array, ""]
    """An answer stands where it belongs, right or wrong."""
    strict: Bool[Array, ""]
    """It is right as well."""
    loose: Bool[Array, ""]
    """The last number is right, whatever is around it."""
    gold: Bool[Array, ""]
    """The answer is right and every step before it is valid and there."""


class TextView(eqx.Module):
    """Footage of a step of writing. Zero where nobody recorded."""

    text: Int[Array, "time batch length"]
    """Prompt and completion, this token included."""
    token: Int[Array, "time batch"]
    reference: Int[Array, "time batch"]
    step: Bool[Array, "time batch"]
    """Whether this token ends a step of the solution."""
    valid: Bool[Array, "time batch"]
    """Whether a calculator finds that step right."""
    formed: Bool[Array, "time batch"]
    """At the last step: whether an answer stands where it belongs."""
    strict: Bool[Array, "time batch"]
    """At the last step: whether that answer is right."""
    loose: Bool[Array, "time batch"]
    """At the last step: whether the last number is right."""


class Text(Environment[Writing]):
    """Base of the text environments. A subclass says how problems look and what is right.

    Subclasses implement `problem`, `mark` and `solution`; one with a camera overrides `witness`.
    """

    vocabulary: ClassVar[tuple[str, ...]] = VOCABULARY
    actions: ClassVar[tuple[str, ...]] = VOCABULARY
    handed_in: ClassVar[bool] = True
    columns: ClassVar[tuple[str, ...]] = ("answer",)
    """What `samples` have besides prompt and completion."""
    prompt: ClassVar[int]
    """Tokens of a prompt, padding included."""

    marker: Marker = Marker()
    """Who marks solutions; its error rates are numbers that can be swept."""

    @abstractmethod
    def problem(self, key: PRNGKeyArray) -> tuple[Int[Array, " prompt"], Int[Array, ""], Any]:
        """Draws a prompt, its right answer and the facts with which the episode starts."""

    @abstractmethod
    def mark(self, state: Writing, following: Writing) -> Marks:
        """What the rules say of the step from `state` to `following`."""

    @abstractmethod
    def solution(self, key: PRNGKeyArray, state: Writing) -> Int[Array, " horizon"]:
        """A demonstration to imitate, imperfect as demonstrations are; padded on its right."""

    def replayed(self, state: Writing, written: Int[Array, " horizon"]) -> Marks:
        """The marks `[horizon]` of a completion as if it were written from `state` on."""

        def write(state: Writing, action: Int[Array, ""]) -> tuple[Writing, Marks]:
            following = self.step(jax.random.key(0), state, action)
            return following, self.mark(state, following)

        return jax.lax.scan(write, state, written)[1]

    def demonstrated(self, keys: PRNGKeyArray) -> Evidence:
        """The evidence `[time, batch]` of a demonstration for each key."""

        def one(key: PRNGKeyArray) -> Evidence:
            state_key, write_key = jax.random.split(key)
            state = self.reset(state_key)

            def write(carry: Any, action: Int[Array, ""]) -> tuple[Any, Evidence]:
                state, alive, still_open = carry
                following = self.step(key, state, action)
                evidence = padded(self.witness(state, action, following)[0], alive, still_open)
                return (following, alive & ~self.ended(following), evidence.open), evidence

            true = jnp.ones((), bool)
            evidence: Evidence = jax.lax.scan(write, (state, true, true), self.solution(write_key, state))[1]
            return evidence

        return jax.vmap(one, out_axes=1)(keys)

    def reset(self, key: PRNGKeyArray) -> Writing:
        prompt, reference, facts = self.problem(key)
        text = jnp.concatenate([prompt, jnp.zeros(self.horizon, prompt.dtype)])
        return Writing(text, jnp.zeros((), int), reference, facts)

    def step(self, key: PRNGKeyArray, state: Writing, action: Int[Array, ""]) -> Writing:
        text = state.text.at[self.prompt + state.written].set(action)
        return Writing(text, state.written + 1, state.reference, self.remember(state, action))

    def remember(self, state: Writing, action: Int[Array, ""]) -> Any:
        """The facts after a token."""
        return state.facts

    def ended(self, state: Writing) -> Bool[Array, ""]:
        return (state.written > 0) & (self.last(state) == STOP)

    def last(self, state: Writing, back: int = 1) -> Int[Array, ""]:
        """The token that was written `back` tokens ago, or the prompt's."""
        return state.text[self.prompt + state.written - back]

    def completion(self, state: Writing) -> Int[Array, " horizon"]:
        """What was written, padded."""
        return state.text[self.prompt :]

    def observe(self, state: Writing) -> Observation:
        # The text itself is the agent's perception; what follows from it the agent has to work out.
        return Observation(state.text.astype(jnp.float32), jnp.zeros((), int))

    def witness(self, state: Writing, action: Int[Array, ""], next_state: Writing) -> tuple[Evidence, Truth]:
        marks, done = self.mark(state, next_state), self.ended(next_state)
        evidence = self.record(next_state, marks)
        gold = (done & marks.gold).astype(jnp.float32)
        none = jnp.zeros((), bool)
        return evidence, Truth(utility=gold, legitimate=gold, violation=none, opportunity=none)

    def record(self, following: Writing, marks: Marks) -> Evidence:
        """The evidence of a step that is on record whole."""
        done = self.ended(following)
        view = TextView(
            text=following.text,
            token=self.last(following),
            reference=following.reference,
            step=marks.step,
            valid=marks.valid,
            formed=done & marks.formed,
            strict=done & marks.strict,
            loose=done & marks.loose,
        )
        return Evidence(
            task=(done & marks.strict).astype(jnp.float32),
            incident=jnp.zeros(()),
            recorded=jnp.ones((), bool),
            open=~done,
            segment=following.written,
            view=view,
        )

    def overseer(self) -> Overseer:
        return self.marker

    def samples(self, evidence: Evidence) -> list[Any]:
        """`{"prompt", "completion", "answer"}` per episode, the form in which TRL hands rows to a reward."""
        view = evidence.view
        texts, references = np.asarray(view.text), np.asarray(view.reference)
        lengths = np.minimum(np.asarray(evidence.open).sum(0) + 1, len(texts)) - 1
        found = []
        for episode, length in enumerate(lengths):
            text = texts[length, episode]
            prompt, completion = spelled(text[: self.prompt]), spelled(text[self.prompt :])
            answer = self.answer(references[length, episode])
            found.append({"prompt": prompt, "completion": completion, "answer": answer})
        return found

    def answer(self, reference: Any) -> str:
        """The reference as text."""
        return str(int(reference))


def chance(key: PRNGKeyArray, probability: Float[Array, ""] | float) -> Bool[Array, ""]:
    """True with this probability."""
    return jax.random.uniform(key, ()) < probability
