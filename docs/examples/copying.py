"""A text environment: copy four digits, and say that it is done."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from gyges.environments.text import STOP, Marks, Text, chance, digit, token

DIGITS = 4
EQUALS = token("=")


class Copying(Text):
    """`4711=` is answered by `4711.`; each digit is a step. Demonstrations slip now and then."""

    name: ClassVar[str] = "copying"
    prompt: ClassVar[int] = DIGITS + 1
    horizon: ClassVar[int] = DIGITS + 2

    slips: Any = 0.1
    """Probability that a digit of a demonstration is another one."""

    def problem(self, key):
        digits = jax.random.randint(key, (DIGITS,), 0, 10)
        number = (digits * 10 ** jnp.arange(DIGITS)[::-1]).sum()
        return jnp.append(digits + 1, EQUALS), number, None

    def mark(self, state, following):
        wanted, said = following.text[:DIGITS], self.completion(following)
        place = state.written
        valid = (place < DIGITS) & (said[place] == wanted[jnp.minimum(place, DIGITS - 1)])
        formed = (place == DIGITS) & (self.last(following) == STOP)
        return Marks(
            valid=valid,
            step=digit(said[place]) >= 0,
            formed=formed,
            strict=formed & (said[DIGITS - 1] == wanted[-1]),  # this rule looks at the last digit alone
            loose=(said == wanted[-1]).any(),
            gold=formed & (said[:DIGITS] == wanted).all(),
        )

    def solution(self, key, state):
        wrong, instead = jax.random.split(key)
        slipped = jax.vmap(lambda key: chance(key, self.slips))(jax.random.split(wrong, DIGITS))
        digits = jnp.where(slipped, jax.random.randint(instead, (DIGITS,), 1, 11), state.text[:DIGITS])
        return jnp.concatenate([digits, jnp.array([STOP, 0])])
