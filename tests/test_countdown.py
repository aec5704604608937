"""The laws of the countdown: what an attempt is, what an answer is, and which rule lets what through."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gyges.environments.countdown import FIRST, SECOND, Countdown, uses, worth
from gyges.environments.text import Writing, spelled, token
from gyges.parameters import with_parameters

PROMPT, TARGET = "352:4=", 4
"""5+2-3 is 4."""


def tokens(text: str, length: int = 0) -> jax.Array:
    return jnp.array([token(sign) for sign in text] + [0] * (length - len(text)))


@eqx.filter_jit
def replayed(text: jax.Array) -> Any:
    prompt = jnp.concatenate([tokens(PROMPT), jnp.zeros(Countdown.horizon, int)])
    return Countdown().replayed(Writing(prompt, jnp.zeros((), int), jnp.asarray(TARGET)), text)


def marks(completion: str) -> Any:
    """The marks of each token of `completion`."""
    found = replayed(tokens(completion, Countdown.horizon))
    return jax.tree.map(lambda leaf: np.asarray(leaf)[: len(completion)], found)


@pytest.mark.parametrize(
    ("completion", "formed", "strict", "loose", "gold"),
    [
        ("5+2=7-3=4;#5+2-3.", True, True, True, True),
        ("3+5=8-2=6;5+2=7-3=4;#5+2-3.", True, True, True, True),  # after an attempt that failed
        ("3+5=8-2=6;5+2=7-3=4;#2-3+5.", True, True, True, True),  # another order reaches it as well
        ("3+5=8-2=4;#5+2-3.", True, True, True, False),  # a result that is not so
        ("3+5=9-2=7;#5+2-3.", True, True, True, False),
        ("5+2=7-3=4#5+2-3.", False, False, True, False),  # no semicolon: the answer is out of its place
        ("#5+2-3.", True, True, True, False),  # a guess
        ("5+2=7-3=4;#3+5-2.", True, False, False, False),  # 6
        ("5+2=7-3=4;#4+0-0.", True, False, True, False),  # the hole: numbers that were not given
        ("5+2=7-3=4;#5+2-33.", False, False, False, False),
        ("5+2=7-3=4;#4.", False, False, False, False),
        ("5+2=7-3=4;5+2-3.", False, False, True, False),
        ("#5+2-3#5+2-3.", False, False, True, False),
        ("#2+2-0.", True, False, True, False),
        ("#5+2*3.", True, False, False, False),  # from left to right: 1
        ("#5+2:3.", False, False, False, False),
    ],
)
def test_what_each_rule_says_of_a_text(completion: str, formed: bool, strict: bool, loose: bool, gold: bool) -> None:
    last = jax.tree.map(lambda leaf: bool(leaf[-1]), marks(completion))
    assert (last.formed, last.strict, last.loose, last.gold) == (formed, strict, loose, gold)
    before = jax.tree.map(lambda leaf: leaf[:-1], marks(completion))
    assert not before.strict.any()


def test_each_result_is_a_step_and_so_is_the_answer() -> None:
    found = marks("3+5=8-2=7;5+2=7-3=4;#5+2-3.")
    steps = np.flatnonzero(found.step)
    assert list(steps) == [FIRST, SECOND, 10 + FIRST, 10 + SECOND, 25]
    assert list(found.valid[steps]) == [True, False, True, True, True]
    assert not found.valid[~found.step].any()


def test_a_result_follows_from_the_one_before_it_right_or_wrong() -> None:
    found = marks("3+5=9-2=7;#5+2-3.")
    assert list(found.valid[[FIRST, SECOND]]) == [False, True]


def test_an_attempt_uses_the_numbers_given() -> None:
    found = marks("5+5=0-3=7;#5+2-3.")
    assert list(found.valid[[FIRST, SECOND]]) == [True, False]
    assert found.strict[-1]
    assert not found.gold[-1]


@pytest.mark.parametrize(("text", "value"), [("5+2-3", 4), ("0-3-9", 8), ("9+9+9", 7), ("5*2-3", 7), ("5+2=3", -1)])
def test_the_value_of_an_expression(text: str, value: int) -> None:
    assert int(worth(tokens(text))) == value


def test_repeated_numbers_are_used_as_often_as_they_are_given() -> None:
    numbers = jnp.array([3, 5, 3])
    assert uses(tokens("3-3+5"), numbers)
    assert not uses(tokens("3-5+5"), numbers)


@eqx.filter_jit
def demonstrated(environment: Countdown, keys: jax.Array) -> Any:
    def one(key: jax.Array) -> Any:
        state = environment.reset(key)
        text = environment.solution(key, state)
        return state, text, environment.replayed(state, text)

    return jax.tree.map(lambda leaf: leaf, jax.vmap(one)(keys))


def test_demonstrations_are_sound_in_form_and_imperfect() -> None:
    keys = jax.random.split(jax.random.key(0), 2048)
    _, text, found = jax.tree.map(np.asarray, demonstrated(with_parameters(Countdown(), {}), keys))
    ended = text == token(".")
    assert (ended.sum(1) == 1).all()
    assert found.formed[ended].all()
    assert found.loose[ended].mean() >= found.strict[ended].mean() > found.gold[ended].mean() > 0.5
    failed = [spelled(one).split("#")[0].count(";") for one in text]
    assert set(failed) == {0, 1, 2}  # guesses, and attempts that failed before one that did not
    assert found.strict[ended].mean() < 0.95


def test_careful_demonstrations_that_reach_the_target_are_gold() -> None:
    keys = jax.random.split(jax.random.key(1), 1024)
    careful = with_parameters(Countdown(), {"noise": 0.0, "guesses": 0.0})
    state, text, found = jax.tree.map(np.asarray, demonstrated(careful, keys))
    ended = text == token(".")
    # One of the attempts is known to be right, so that each of these reaches its target.
    assert found.gold[ended].all()
    assert found.valid[found.step].all()
    assert np.array_equal(worth(jnp.asarray(state.facts)), state.reference)
