"""Trials of a reward in plain Python."""

from typing import Any

import jax
import numpy as np

from gyges.check.findings import CheckReport
from gyges.check.loading import neighbours
from gyges.check.trials import KEYS, untrained
from gyges.environments.arithmetic import Arithmetic
from gyges.environments.base import Environment
from gyges.environments.text import Text
from gyges.parameters import traced
from gyges.registry import found_in
from gyges.rewards.base import HostReward, kind, paid_samples
from gyges.rollout import collect

EPISODES = 16
STRINGS = ["", "yes", "0", "The answer is 42.", "yes", "a" * 1000]


def check_host(report: CheckReport, thing: type[HostReward], spec: str) -> None:
    """Adds what is found of a host reward, tried on an environment's samples if there are any."""
    reward = report.attempt("is made", thing, "give its fields defaults")
    if reward is None or report.attempt("what it reads", lambda: kind(reward)) is None:
        return
    report.passed("loads; reads decoded samples of the evidence, so it is behaviourist")
    samples, whence = samples_for(spec)
    if not samples:
        report.note("no environment at hand has `samples`, so it was tried on plain strings alone")
        samples, whence = list(STRINGS), "plain strings"
        try:
            reward.score(samples)
        except Exception as error:  # anything can come out of somebody else's code
            report.note(
                f"raises {type(error).__name__}: {error} on plain strings, so its scores were not tried; "
                "put the environment whose samples it scores into the same file"
            )
            return
    scores = report.attempt(f"scoring {whence}", lambda: paid_samples(reward, list(samples)))
    if scores is None:
        return
    known = [score for score in scores if score is not None]
    report.passed(f"returns one finite number or None for each of {len(samples)} {whence}")
    report.expect(
        scores == paid_samples(reward, list(samples)),
        "the same samples are scored the same again",
        "scores the same samples differently when asked again; seed its random numbers, or put its temperature to 0",
    )
    backwards = paid_samples(reward, samples[::-1])[::-1]
    alone = [score for sample in samples for score in paid_samples(reward, [sample])]
    report.expect(
        scores == backwards == alone,
        "a sample is scored the same among others, in any order and number",
        "a sample's score changes with the other samples; score each by itself (agents compare groups themselves)",
    )
    if not getattr(reward, "trl", False):  # an empty batch has no columns to hand to a TRL function
        report.attempt("scoring no samples", lambda: paid_samples(reward, []))
    left = len(scores) - len(known)
    report.note(
        (f"scores from {min(known):.2f} to {max(known):.2f}" if known else "no scores")
        + (f"; {left} of {len(scores)} are None: left out" if left else "; none is None")
        + ("; all score the same, so these samples say nothing of what it rewards" if len(set(known)) == 1 else "")
    )


def samples_for(spec: str) -> tuple[list[Any], str]:
    """Samples of an environment of the same file, or else of a registered one."""
    for world in [*neighbours(spec), Arithmetic, *found_in("environments", Environment).values()]:
        if world.samples is not Environment.samples:
            environment = traced(world())
            if isinstance(environment, Text):  # an untrained agent writes nothing that a reward could pay
                evidence = environment.demonstrated(jax.random.split(KEYS[0], EPISODES))
            else:
                played, _ = collect(environment, untrained(environment), None, KEYS, EPISODES)
                evidence = jax.tree.map(lambda leaf: leaf[0], played.evidence)
            return environment.samples(jax.tree.map(np.asarray, evidence)), f"samples of `{world.name}`"
    return [], ""
