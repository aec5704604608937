"""Worlds in which agents are trained and tested: one file per environment."""

from typing import Any

from gyges.environments.base import Environment as Environment
from gyges.environments.base import Observation as Observation
from gyges.environments.base import Outcomes as Outcomes
from gyges.registry import found_in


def registry() -> dict[str, Any]:
    """All environments by name."""
    return found_in("environments", Environment)
