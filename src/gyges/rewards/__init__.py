"""What an agent is trained for: one file per kind of reward."""

from typing import Any

from gyges.registry import found_in
from gyges.rewards.base import HostReward as HostReward
from gyges.rewards.base import LearnedReward as LearnedReward
from gyges.rewards.base import Reward as Reward
from gyges.rewards.base import kind as kind
from gyges.rewards.base import reads as reads


def registry() -> dict[str, Any]:
    """All rewards by name."""
    return found_in("rewards", (Reward, HostReward))
