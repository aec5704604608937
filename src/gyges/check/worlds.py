"""Trials of an environment: what its methods return, one call at a time."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gyges.check.episodes import check_episodes
from gyges.check.findings import CheckReport
from gyges.check.optional import check_optional
from gyges.check.planning import check_planning
from gyges.environments.base import Environment, Observation
from gyges.parameters import traced
from gyges.records import Evidence, Truth

NUMBER, COUNT, FLAG = jnp.floating, jnp.integer, jnp.bool_
WORDS = {NUMBER: "float", COUNT: "int", FLAG: "bool"}
MENDS = {NUMBER: "`.astype(float)`", COUNT: "`.astype(int)`", FLAG: "a comparison, or `.astype(bool)`"}
EVIDENCE = {"task": NUMBER, "incident": NUMBER, "recorded": FLAG, "open": FLAG, "segment": COUNT}
TRUTH = {"utility": NUMBER, "legitimate": NUMBER, "violation": FLAG, "opportunity": FLAG}
KEYS = jax.random.split(jax.random.key(0), 4)


def check_environment(report: CheckReport, thing: type[Environment[Any]], updates: int) -> None:
    """Adds what is found of an environment."""
    environment = report.attempt("is made", lambda: traced(thing()), "give its fields defaults")
    if environment is None or not check_class(report, environment) or not check_forms(report, environment):
        return
    if check_purity(report, environment) and check_episodes(report, environment, updates):
        check_planning(report, environment)
        check_optional(report, environment)


def check_class(report: CheckReport, environment: Environment[Any]) -> bool:
    """The class variables."""
    kind = type(environment)
    horizon, actions = getattr(kind, "horizon", None), getattr(kind, "actions", None)
    wrong = []
    if not isinstance(getattr(kind, "name", None), str):
        wrong.append('`name` is not a string; say `name: ClassVar[str] = "my-world"`')
    if not isinstance(horizon, int) or horizon < 1:
        wrong.append(f"`horizon` is {horizon!r}; say how many steps an episode has at most")
    if not isinstance(actions, tuple) or not actions or not all(isinstance(action, str) for action in actions):
        wrong.append(f"`actions` is {actions!r}; give a tuple of the actions' names")
    for text in wrong:
        report.failed(text)
    if not wrong:
        report.passed(f"`{kind.name}`: {len(kind.actions)} actions, at most {kind.horizon} steps")
    return not wrong


def check_forms(report: CheckReport, environment: Environment[Any]) -> bool:
    """Shapes and types, without running anything."""
    action = jnp.zeros((), int)

    def shapes(function: Any, *arguments: Any) -> Any:
        return report.attempt(
            f"`{function.__name__}`",
            lambda: jax.eval_shape(function, *arguments),
            "it has to work under `jax.jit`: `jnp.where` in place of `if`, JAX functions in place of NumPy's",
        )

    state = shapes(environment.reset, KEYS[0])
    following = None if state is None else shapes(environment.step, KEYS[0], state, action)
    if state is None or following is None:
        return False
    wrong = []
    if str(jax.tree.structure(state)) != str(jax.tree.structure(following)):
        wrong.append("`step` returns another structure than `reset`; return the same class with the same fields")
    else:
        paths, leaves = jax.tree_util.tree_flatten_with_path(state)[0], jax.tree.leaves(following)
        for (path, first), then in zip(paths, leaves, strict=True):
            if (first.shape, first.dtype) != (then.shape, then.dtype):
                wrong.append(
                    f"state{jax.tree_util.keystr(path)} is {_form(first)} after `reset` and "
                    f"{_form(then)} after "
                    "`step`; keep shape and dtype"
                )
    observed = shapes(environment.observe, state)
    witnessed = shapes(environment.witness, state, action, state)
    ended = shapes(environment.ended, state)
    if observed is None or witnessed is None or ended is None:
        return False
    if not isinstance(observed, Observation):
        wrong.append(f"`observe` returns {type(observed).__name__}; return an `Observation`")
    else:
        features = observed.features
        if len(features.shape) != 1 or not jnp.issubdtype(features.dtype, jnp.floating):
            wrong.append(f"`observe`: features are {_form(features)}; a vector of floats is wanted")
        wrong += _misfits("`observe`: information", observed.information, COUNT)
    wrong += _misfits("`ended`", ended, FLAG)
    both = isinstance(witnessed, tuple) and len(witnessed) == 2
    if not (both and isinstance(witnessed[0], Evidence) and isinstance(witnessed[1], Truth)):
        wrong.append("`witness` does not return `(Evidence, Truth)`, in this order")
    else:
        for record, wanted in zip(witnessed, (EVIDENCE, TRUTH), strict=True):
            for name, form in wanted.items():
                wrong += _misfits(f"`witness`: {type(record).__name__}.{name}", getattr(record, name), form)
    for text in wrong:
        report.failed(text)
    if not wrong:
        view = ", ".join(getattr(witnessed[0].view, "__annotations__", {})) or "nothing"
        report.passed(
            f"shapes and types are right; {observed.features.shape[0]} features are perceived, footage shows {view}"
        )
    return not wrong


def _form(leaf: Any) -> str:
    return f"{leaf.dtype} of shape {leaf.shape}"


def _misfits(what: str, leaf: Any, wanted: Any) -> list[str]:
    if getattr(leaf, "shape", None) == () and jnp.issubdtype(leaf.dtype, wanted):
        return []
    came = _form(leaf) if hasattr(leaf, "shape") else type(leaf).__name__
    return [f"{what} is {came}; a {WORDS[wanted]} scalar is wanted, for example by {MENDS[wanted]}"]


def check_purity(report: CheckReport, environment: Environment[Any]) -> bool:
    """The same key gives the same."""

    def steps(key: Any) -> Any:
        state = environment.reset(key)
        actions = jnp.arange(len(environment.actions))

        def one(action: Any) -> Any:
            following = environment.step(key, state, action)
            return environment.observe(following), environment.witness(state, action, following)

        return environment.observe(state), [one(action) for action in actions]

    programs = [
        report.attempt("mapping over episodes by `jax.vmap`", lambda: jax.make_jaxpr(jax.vmap(steps))(KEYS))
        for _ in range(2)
    ]
    if None in programs:
        return False
    # What is drawn from anywhere else than the key is a constant of the traced program.
    first, second = (
        (str(program), [np.asarray(constant).tobytes() for constant in program.consts])
        for program in programs
        if program is not None
    )
    return report.expect(
        first == second,
        "one key gives one episode, among others or alone",
        "one key gives different episodes; draw from the `key` alone, not from NumPy's or Python's random numbers",
    )
