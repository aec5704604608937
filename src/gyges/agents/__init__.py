"""Learners, and planners that need not learn: one file per agent."""

from typing import Any

from gyges.agents.base import Agent as Agent
from gyges.registry import found_in


def registry() -> dict[str, Any]:
    """All agents by name."""
    return found_in("agents", Agent)
