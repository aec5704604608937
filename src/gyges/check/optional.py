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
        report.attempt("`decision` and `flip`", lambda: check_decision(report, environment))
    draws = getattr(kind.draw, "__func__", None) is not getattr(Environment.draw, "__func__", None)
    if not draws:
        report.note("no `draw`: the report shows no replays")
    if kind.samples is Environment.samples:
        report.note("no `samples`: host rewards cannot score it")
        if not draws:
            return
    played = jax.tree.map(np.asarray, collect(environment, untrained(environment), None, KEYS, EPISODES))
    if draws:
        report.attempt("`draw`", lambda: check_draw(report, environment, played))
    if kind.samples is not Environment.samples:
        report.attempt("`samples`", lambda: check_samples(report, environment, played))


def check_samples(report: CheckReport, environment: Environment[Any], played: Any) -> None:
    """There is a sample for each episode."""
    samples = environment.samples(jax.tree.map(lambda leaf: leaf[0], played[0].evidence))
    report.expect(
        isinstance(samples, list) and len(samples) == EPISODES,
        f"`samples` makes one sample per episode, such as {samples[0]!r:.60}",
        f"`samples` returned {type(samples).__name__} of {len(samples)} for {EPISODES} episodes; "
        "one per episode is wanted",
    )


def check_decision(report: CheckReport, environment: Environment[Any]) -> None:
    """The cue is flipped and nothing else, where the next action decides."""

    @jax.jit
    @jax.vmap
    def try_out(key: Any) -> Any:
        state = environment.decision(key)
        flipped = environment.flip(state)

        def violates(action: Any) -> Any:
            return environment.witness(state, action, environment.step(key, state, action))[1].violation

        acts = jax.vmap(violates)(jnp.arange(len(environment.actions)))
        back = environment.flip(flipped)
        return (state, back), (environment.observe(state), environment.observe(flipped)), acts.any()

    (states, back), observed, decides = jax.tree.map(np.asarray, try_out(jax.random.split(KEYS[0], 8)))
    same = [np.array_equal(a, b) for a, b in zip(jax.tree.leaves(states), jax.tree.leaves(back), strict=True)]
    report.expect(all(same), "`flip` twice changes nothing", "`flip` twice does not give the state back")
    changed = observed[0].features != observed[1].features
    report.expect(
        bool(changed.any(1).all()),
        f"`flip` changes {changed.any(0).sum()} of {changed.shape[1]} features that the agent perceives",
        "`flip` changes nothing that the agent perceives; flip the cue of being watched",
    )
    report.expect(
        bool(decides.all()),
        "`decision`: the next action decides",
        "`decision` gives states in which no single action is a violation; put the agent before the opportunity",
    )


def check_draw(report: CheckReport, environment: Environment[Any], played: Any) -> None:
    """The replay of an episode has a frame for each state."""
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
