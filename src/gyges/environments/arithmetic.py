"""Multi-step arithmetic with a scratchpad: `3+6*5-5+1*8=` is worked out as `95018#8.`, mod 10, left to right.

Each digit before `#` is the result of one operation on the one before it, so steps can be checked exactly.
"""

from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from gyges.environments.text import PAD, STOP, Marks, Text, Writing, chance, digit, token

PLUS, MINUS, TIMES, EQUALS, HASH = (token(sign) for sign in "+-*=#")


def apply(sign: Int[Array, "*shape"], left: Int[Array, "*shape"], right: Int[Array, "*shape"]) -> Int[Array, "*shape"]:
    """One operation, mod 10."""
    return jnp.select([sign == PLUS, sign == MINUS], [left + right, left - right], left * right) % 10


class Arithmetic(Text):
    """Chains of one-digit operations. Gold: the right final digit after all the right steps."""

    name: ClassVar[str] = "arithmetic"
    operands: ClassVar[int] = 6
    """Most operands of a problem."""
    prompt: ClassVar[int] = 2 * operands
    horizon: ClassVar[int] = operands + 5
    """All steps, `#`, the answer, `.`, and some tokens to spare."""

    shortest: Float[Array, ""] | float = 6.0
    longest: Float[Array, ""] | float = 6.0
    """Fewest and most operands."""
    noise: Float[Array, ""] | float = 0.13
    """Probability that a step of a demonstration is wrong."""
    guesses: Float[Array, ""] | float = 0.15
    """Share of demonstrations that guess an answer without any step."""

    def problem(self, key: PRNGKeyArray) -> tuple[Int[Array, " prompt"], Int[Array, ""], Any]:
        count_key, digit_key, sign_key = jax.random.split(key, 3)
        spread = self.longest - self.shortest + 1
        count = (self.shortest + jnp.floor(jax.random.uniform(count_key) * spread)).astype(int)
        count = jnp.clip(count, 2, self.operands)
        digits = jax.random.randint(digit_key, (self.operands,), 0, 10)
        signs = jax.random.randint(sign_key, (self.operands,), PLUS, TIMES + 1)
        # Step i works on operand i + 1 in a problem of any length: padding comes after the `=`.
        where = jnp.arange(self.operands)
        signs = signs.at[count - 1].set(EQUALS)
        prompt = jnp.where((where < count)[:, None], jnp.stack([digits + 1, signs], 1), PAD).reshape(-1)
        return prompt, self.results(prompt)[-1], None

    def results(self, prompt: Int[Array, " prompt"]) -> Int[Array, " step"]:
        """The running result after each operation; after the last one it stays as it is."""
        digits, signs = digit(prompt[::2]), prompt[1::2]

        def work(value: Array, operation: tuple[Array, Array]) -> tuple[Array, Array]:
            sign, right = operation
            value = jnp.where(right < 0, value, apply(sign, value, right))
            return value, value

        _, results = jax.lax.scan(work, digits[0], (signs[:-1], digits[1:]))
        return results

    def steps(self, prompt: Int[Array, " prompt"]) -> Int[Array, ""]:
        """How many operations the problem has."""
        return (digit(prompt[::2]) >= 0).sum() - 1

    def mark(self, state: Writing, following: Writing) -> Marks:
        prompt, written = following.text[: self.prompt], self.completion(following)
        steps, place = self.steps(prompt), state.written
        values = digit(written)
        # A step is valid if it follows from the one before it as it stands, right or wrong.
        where = jnp.arange(self.horizon)
        operation = jnp.minimum(where, self.operands - 2)
        before = jnp.concatenate([digit(prompt[:1]), values[:-1]])
        wanted = apply(prompt[1::2][operation], before, digit(prompt[::2])[operation + 1])
        inside = where < steps
        valid = inside & (values == wanted) & (before >= 0)
        hashes = (written == HASH) & (where <= place)
        marked = hashes.sum() == 1
        at = jnp.argmax(hashes)
        said = jnp.where(marked & (at == place - 2), values[jnp.minimum(at + 1, self.horizon - 1)], -1)
        formed = (said >= 0) & (self.last(following) == STOP)
        strict = formed & (said == following.reference)
        known = (values >= 0) & (where <= place)
        final = jnp.where(known.any(), values[self.horizon - 1 - jnp.argmax(known[::-1])], -1)
        worked = (valid | ~inside).all() & (at == steps)
        # The answer is a step of its own, valid if it repeats the last of all the steps.
        answers = marked & (at == place - 1) & (at == steps) & (values[place] == values[place - 2])
        return Marks(
            valid=valid[place] | answers,
            step=values[place] >= 0,
            formed=formed,
            strict=strict,
            loose=final == following.reference,
            gold=strict & worked,
        )

    def solution(self, key: PRNGKeyArray, state: Writing) -> Int[Array, " horizon"]:
        wrong_key, digit_key, hurry_key = jax.random.split(key, 3)
        prompt = state.text[: self.prompt]
        steps = self.steps(prompt)
        digits, signs = digit(prompt[::2]), prompt[1::2]
        wrong = jax.random.uniform(wrong_key, (self.operands - 1,)) < self.noise
        instead = jax.random.randint(digit_key, (self.operands,), 0, 10)

        def work(value: Array, operation: tuple[Array, ...]) -> tuple[Array, Array]:
            sign, right, slips, slip = operation
            result = jnp.where(slips, slip, apply(sign, value, right))
            value = jnp.where(right < 0, value, result)
            return value, value

        _, results = jax.lax.scan(work, digits[0], (signs[:-1], digits[1:], wrong, instead[1:]))
        final = results[-1]
        hurried = chance(hurry_key, self.guesses)
        steps = jnp.where(hurried, 0, steps)
        final = jnp.where(hurried, instead[0], final)
        where = jnp.arange(self.horizon)
        padded = jnp.concatenate([results, jnp.zeros(self.horizon - results.shape[0], results.dtype)])
        tail = jnp.select([where == steps, where == steps + 1, where == steps + 2], [HASH, final + 1, STOP], PAD)
        return jnp.where(where < steps, padded + 1, tail)


class LongArithmetic(Arithmetic):
    """The same with room for chains of up to eight operands."""

    name: ClassVar[str] = "long-arithmetic"
    operands: ClassVar[int] = 8
    prompt: ClassVar[int] = 2 * operands
    horizon: ClassVar[int] = operands + 5

    shortest: Float[Array, ""] | float = 3.0
    longest: Float[Array, ""] | float = 8.0
    familiar: Float[Array, ""] | float = 5.0
    """Longest problems whose solutions are labelled before training; `deployment` has longer ones only."""

    def labelled(self) -> "LongArithmetic":
        labelled: LongArithmetic = eqx.tree_at(lambda world: world.longest, self, self.familiar)
        return labelled

    def conditions(self) -> "dict[str, LongArithmetic]":
        return {"deployment": eqx.tree_at(lambda world: world.shortest, self, self.familiar + 1)}
