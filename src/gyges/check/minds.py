"""Trials of what a reward makes of a mind: `thought` and `gradient`."""

import equinox as eqx
import jax
import numpy as np

from gyges.check.findings import CheckReport
from gyges.faults import Fault
from gyges.records import Mind, Trajectory
from gyges.rewards.base import Reward, pay_thought, refuse_misshapen


def check_thinking(report: CheckReport, reward: Reward, trajectory: Trajectory) -> None:
    """Adds what is found of the verbs that read the mind, where the reward has them."""
    mind = trajectory.mind
    if reward.thinks:
        now: Mind = jax.tree.map(lambda leaf: leaf[0], mind)
        try:
            paid = np.asarray(pay_thought(reward, now))
            report.expect(
                bool(np.isfinite(paid).all()),
                f"`thought` pays {paid.min():.2f} to {paid.max():.2f} for a mind without a plan",
                "`thought` is not finite; return a finite number per episode",
            )
        except Fault as fault:
            report.failed(fault.message)
        except Exception as error:  # anything can come out of somebody else's code
            report.note(
                f"`thought` raises {type(error).__name__} on a mind without a plan, so it needs an agent "
                "that "
                "plans; it was not tried with one"
            )
    if reward.through:
        report.attempt("`gradient`", lambda: _pull(report, reward, mind))


def _pull(report: CheckReport, reward: Reward, mind: Mind) -> None:
    refuse_misshapen(f"reward `{type(reward).__name__}`: `gradient`", reward.gradient(mind), mind.value.shape)
    pull = jax.grad(lambda features: reward.gradient(eqx.tree_at(lambda m: m.features, mind, features)).sum())(
        mind.features
    )
    report.expect(
        bool(np.isfinite(np.asarray(pull)).all()),
        f"`gradient` is finite; it pulls on the features with {float(abs(pull).mean()):.1e} on average",
        "`gradient` has a derivative that is not finite; guard roots, divisions and logarithms",
    )
