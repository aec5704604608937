"""Tries out a reward or an environment before any training: what it is, and what is wrong with it."""

from gyges.check.findings import CheckReport as CheckReport
from gyges.check.findings import Line as Line
from gyges.check.hosts import check_host
from gyges.check.loading import load, world_for
from gyges.check.rewards import check_reward
from gyges.check.worlds import check_environment
from gyges.environments.base import Environment
from gyges.rewards.base import HostReward

UPDATES = 20
"""Updates of the outcome-only agent whose evidence leak is measured: enough to steal in the vault."""


def check(spec: str, *, updates: int = UPDATES) -> CheckReport:
    """Tries out what `spec` names and says of each trial what was tried, what came, and how to mend it.

    **Arguments:**

    - `spec`: FILE:NAME, or a registered name, of a reward or an environment.
    - `updates`: how long to train the agent whose evidence leak is measured; 0 leaves that out.

    Raises `Fault` if there is no such thing or it does not load.
    """
    thing = load(spec)
    report = CheckReport(spec)
    if issubclass(thing, Environment):
        check_environment(report, thing, updates)
    elif issubclass(thing, HostReward):
        check_host(report, thing, spec)
    else:
        check_reward(report, thing, world_for(spec))
    return report
