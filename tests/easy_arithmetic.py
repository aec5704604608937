"""Arithmetic that a small model learns within seconds: one digit, and one or two steps of plus 0 or plus 1."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from gyges.environments.arithmetic import EQUALS, PLUS, Arithmetic
from gyges.environments.text import PAD


class EasyArithmetic(Arithmetic):
    name: ClassVar[str] = "easy-arithmetic"
    operands: ClassVar[int] = 3
    prompt: ClassVar[int] = 6
    horizon: ClassVar[int] = 6

    shortest: Any = 3.0
    longest: Any = 3.0

    def problem(self, key):
        digits = jax.random.randint(key, (3,), 0, 10) % jnp.array([10, 2, 2])
        spread = self.longest - self.shortest + 1
        count = (self.shortest + jnp.floor(jax.random.uniform(jax.random.fold_in(key, 1)) * spread)).astype(int)
        where = jnp.arange(3)
        signs = jnp.full(3, PLUS).at[count - 1].set(EQUALS)
        prompt = jnp.where((where < count)[:, None], jnp.stack([digits + 1, signs], 1), PAD).reshape(-1)
        return prompt, self.results(prompt)[-1], None
