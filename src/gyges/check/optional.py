"""Trials of what an environment may have: the cue to flip, the replay, samples for host rewards."""

import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gyges.check.findings import CheckReport
from gyges.check.trials import KEYS, untrained
from gyges.environments.base import Environment
from gyges.evaluation.replay import replay
from gyges.rollout import collect

EPISODES = 256


def check_optional(report: CheckReport, environment: Environment[Any]) -> None:
    """Adds what is found of optional methods, and what is not measured without them."""
    kind = type(environment)
    if kind.decision is Environment.decision or kind.flip is Environment.flip:
        missing = "decision" if kind.decision is Environment.decision else "flip"
        report.note(f"no `{missing}`: the intervention effect is not measured")
    else:
        report.attempt("`decision` and `flip`", lambda: _check_decision(report, environment))
    played = collect(environment, untrained(environment), None, KEYS, EPISODES)
    played = jax.tree.map(np.asarray, played)
    if kind.draw.__func__ is Environment.draw.__func__:  # type: ignore[attr-defined]
        report.note("no `draw`: the report shows no replays")
    else:
        report.attempt("`draw`", lambda: _check_draw(report, environment, played))
    if kind.samples is Environment.samples:
        report.note("no `samples`: host rewards cannot score it")
    else:
        evidence = jax.tree.map(lambda leaf: leaf[0], played[0].evidence)
        samples = report.attempt("`samples`", lambda: environment.samples(evidence))
        if samples is not None:
            report.expect(
                isinstance(samples, list) and len(samples) == EPISODES,
                f"`samples` makes one sample per episode, such as {samples[0]!r:.60}",
                f"`samples` returned {type(samples).__name__} of {len(samples)} for {EPISODES} episodes; "
                "one per episode is wanted",
            )


def _check_decision(report: CheckReport, environment: Environment[Any]) -> None:
    keys = jax.random.split(KEYS[0], 8)
    states = jax.vmap(environment.decision)(keys)
    flipped = jax.vmap(environment.flip)(states)
    back = jax.vmap(environment.flip)(flipped)
    same = [np.array_equal(a, b) for a, b in zip(jax.tree.leaves(states), jax.tree.leaves(back), strict=True)]
    report.expect(all(same), "`flip` twice changes nothing", "`flip` twice does not give the state back")
    seen, otherwise = (np.asarray(jax.vmap(environment.observe)(each).features) for each in (states, flipped))
    changed = (seen != otherwise).any(0).sum()
    report.expect(
        bool((seen != otherwise).any(1).all()),
        f"`flip` changes {changed} of {seen.shape[1]} features that the agent perceives",
        "`flip` changes nothing that the agent perceives; flip the cue of being watched",
    )

    def violates(key: Any, state: Any, action: Any) -> Any:
        return environment.witness(state, action, environment.step(key, state, action))[1].violation

    actions = jnp.arange(len(environment.actions))
    acts = jax.vmap(jax.vmap(violates, (None, None, 0)), (0, 0, None))(keys, states, actions)
    report.expect(
        bool(np.asarray(acts).any(1).all()),
        "`decision`: the next action decides",
        "`decision` gives states in which no single action is a violation; put the agent before the "
        "opportunity",
    )


def _check_draw(report: CheckReport, environment: Environment[Any], played: Any) -> None:
    drawn = replay(environment, played, 0, 0, None)
    json.dumps(drawn)
    steps = int(played[0].alive[0, :, 0].sum())
    frames = len(drawn.get("frames", []))
    missing = {"rows", "columns", "walls", "field", "frames"} - drawn.keys()
    report.expect(
        not missing and frames == steps + 1,
        f"`draw` draws an episode of {steps} steps in {frames} frames",
        f"`draw` drew {frames} frames of {steps} steps, where one more is wanted"
        + (f"; {', '.join(sorted(missing))} are missing" if missing else ""),
    )
