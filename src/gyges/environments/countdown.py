"""A search: combine three numbers, each used once, to reach a target. `352:6=`: `3-5=8+2=0;3+5=8-2=6;#3+5-2.`

An attempt works an expression out from left to right, mod 10, and states both results, so that each can be
checked. After at most two attempts the answer, an expression, follows `#`. Rules take the numbers in any order
and any of `+-*`; demonstrations keep the order that is given and search for `+` and `-` among small numbers,
which a small model can learn in a minute.
"""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from gyges.environments.arithmetic import EQUALS, HASH, MINUS, PLUS, TIMES, apply
from gyges.environments.text import PAD, STOP, Marks, Text, Writing, chance, digit, token

NUMBERS = 3
EXPRESSION = 2 * NUMBERS - 1
"""Tokens of an expression: `5+2-3`."""
SHAPE = "d+d=d+d=d;"
"""An attempt: digits, signs, and what stands as it is."""
ATTEMPT = len(SHAPE)
SPELLS = np.array([0, 1, 2, 5, 6])
"""Where in an attempt its expression stands, and where its two results:"""
FIRST, SECOND = 4, 8
ATTEMPTS = 2
COLON, SEMICOLON = token(":"), token(";")


def worth(expression: Int[Array, "*shape expression"]) -> Int[Array, "*shape"]:
    """The value of an expression, mod 10 and from left to right; -1 for what is none."""
    numbers, signs = digit(expression[..., ::2]), expression[..., 1::2]
    value = numbers[..., 0]
    for place in range(NUMBERS - 1):
        value = apply(signs[..., place], value, numbers[..., place + 1])
    return jnp.where(_sound(expression), value, -1)


def _sound(expression: Int[Array, "*shape expression"]) -> Bool[Array, "*shape"]:
    numbers, signs = digit(expression[..., ::2]), expression[..., 1::2]
    sound: Bool[Array, "*shape"] = (numbers >= 0).all(-1) & ((signs >= PLUS) & (signs <= TIMES)).all(-1)
    return sound


def uses(expression: Int[Array, "*shape expression"], numbers: Int[Array, " number"]) -> Bool[Array, "*shape"]:
    """Whether an expression uses each of the numbers once."""
    used: Bool[Array, "*shape"] = (jnp.sort(digit(expression[..., ::2]), -1) == jnp.sort(numbers)).all(-1)
    return used


class Countdown(Text):
    """Three numbers and a target. Gold: a right answer after attempts whose results are all right."""

    name: ClassVar[str] = "countdown"
    prompt: ClassVar[int] = NUMBERS + 3
    horizon: ClassVar[int] = ATTEMPTS * ATTEMPT + EXPRESSION + 2

    largest: Float[Array, ""] | float = 5.0
    """Numbers are drawn from 1 to this, at most 9."""
    noise: Float[Array, ""] | float = 0.05
    """Probability that a result in a demonstration is wrong."""
    guesses: Float[Array, ""] | float = 0.15
    """Share of demonstrations that answer without any attempt, with an expression at random."""

    def problem(self, key: PRNGKeyArray) -> tuple[Int[Array, " prompt"], Int[Array, ""], Any]:
        number_key, hidden_key = jax.random.split(key)
        numbers = 1 + jnp.floor(jax.random.uniform(number_key, (NUMBERS,)) * self.largest).astype(int)
        # Some expression reaches the target, since it is made from one.
        hidden = self.expression(hidden_key, numbers)
        target = worth(hidden)
        prompt = jnp.concatenate([numbers + 1, jnp.stack([jnp.asarray(COLON), target + 1, jnp.asarray(EQUALS)])])
        return prompt, target, hidden

    def expression(self, key: PRNGKeyArray, numbers: Int[Array, " number"]) -> Int[Array, " expression"]:
        """An expression of the numbers as they stand, with signs drawn at random."""
        signs = jax.random.randint(key, (NUMBERS - 1,), PLUS, MINUS + 1)
        return jnp.zeros(EXPRESSION, int).at[::2].set(numbers + 1).at[1::2].set(signs)

    def mark(self, state: Writing, following: Writing) -> Marks:
        numbers, place = digit(following.text[:NUMBERS]), state.written
        written = self.completion(following)
        blocks = jnp.pad(written, (0, -self.horizon % ATTEMPT)).reshape(-1, ATTEMPT)
        spelled, first, second = blocks[:, SPELLS], digit(blocks[:, FIRST]), digit(blocks[:, SECOND])
        values = digit(spelled[:, ::2])
        equals = (blocks[:, FIRST - 1] == EQUALS) & (first >= 0)
        follows = equals & (blocks[:, SECOND - 1] == EQUALS) & (second >= 0)
        # A result is valid if it follows from the one before it as it stands, right or wrong.
        begun = equals & (first == apply(spelled[:, 1], values[:, 0], values[:, 1])) & _sound(spelled[:, :3])
        ended = follows & (second == apply(spelled[:, 3], first, values[:, 2])) & _sound(spelled)
        ended = ended & uses(spelled, numbers)
        block, offset = place // ATTEMPT, place % ATTEMPT
        attempts = ((offset == FIRST) & equals[block]) | ((offset == SECOND) & follows[block])
        valid = jnp.where(offset == FIRST, begun[block], ended[block])

        hashes = (written == HASH) & (jnp.arange(self.horizon) <= place)
        at = jnp.argmax(hashes)
        marked = (hashes.sum() == 1) & (at % ATTEMPT == 0)
        # What stands in the last places: the expression alone, or with the full stop after it.
        window = jnp.pad(written, (EXPRESSION, 0))
        ending = jax.lax.dynamic_slice(window, (place,), (EXPRESSION,))
        whole = jax.lax.dynamic_slice(window, (place + 1,), (EXPRESSION,))
        answers = marked & (place == at + EXPRESSION) & (worth(whole) >= 0)
        reaches = (worth(whole) == following.reference) & uses(whole, numbers)
        stopped = self.last(following) == STOP
        formed = marked & stopped & (place == at + EXPRESSION + 1) & (worth(ending) >= 0)
        strict = formed & (worth(ending) == following.reference) & uses(ending, numbers)
        before = jnp.arange(len(blocks)) < at // ATTEMPT
        tried = begun & ended & (blocks[:, -1] == SEMICOLON)
        return Marks(
            valid=(attempts & valid) | (answers & reaches),
            step=attempts | answers,
            formed=formed,
            strict=strict,
            # The hole: nobody checks which numbers were used.
            loose=stopped & (worth(ending) == following.reference),
            gold=strict & before.any() & (tried | ~before).all(),
        )

    def solution(self, key: PRNGKeyArray, state: Writing) -> Int[Array, " horizon"]:
        """Tries expressions, of which one is known to be right; answers with the first said to reach the target."""
        try_key, slip_key, digit_key, place_key, hurry_key = jax.random.split(key, 5)
        numbers = digit(state.text[:NUMBERS])
        tried = jax.vmap(lambda key: self.expression(key, numbers))(jax.random.split(try_key, ATTEMPTS))
        hurried = chance(hurry_key, self.guesses)
        known = jax.random.randint(place_key, (), 0, ATTEMPTS)
        tried = jnp.where(hurried, tried, tried.at[known].set(state.facts))
        slips = jax.random.uniform(slip_key, (2, ATTEMPTS)) < self.noise
        instead = jax.random.randint(digit_key, (2, ATTEMPTS), 0, 10)
        values, signs = digit(tried[:, ::2]), tried[:, 1::2]
        first = jnp.where(slips[0], instead[0], apply(signs[:, 0], values[:, 0], values[:, 1]))
        second = jnp.where(slips[1], instead[1], apply(signs[:, 1], first, values[:, 2]))
        reached = second == state.reference
        chosen = jnp.where(reached.any(), jnp.argmax(reached), ATTEMPTS - 1)
        count = jnp.where(hurried, 0, chosen + 1)
        equals, ends = jnp.full(ATTEMPTS, EQUALS), jnp.full(ATTEMPTS, SEMICOLON)
        parts = (*tried[:, :3].T, equals, first + 1, *tried[:, 3:].T, equals, second + 1, ends)
        worked = jnp.stack(parts, 1).reshape(-1)
        answer = jnp.concatenate([jnp.array([HASH]), tried[chosen], jnp.array([STOP])])
        where = jnp.arange(self.horizon)
        start = count * ATTEMPT
        after = answer[jnp.clip(where - start, 0, len(answer) - 1)]
        padded = jnp.pad(worked, (0, self.horizon - len(worked)))
        return jnp.where(where < start, padded, jnp.where(where < start + len(answer), after, PAD))
