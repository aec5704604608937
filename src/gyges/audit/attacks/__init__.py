"""Families of candidates, one file each: a class that stands in this folder is tried."""

from functools import cache

from gyges.audit.attacks.base import Attack
from gyges.registry import found_in


@cache
def registry() -> dict[str, type[Attack]]:
    """Every family of attacks, by name."""
    return found_in("audit.attacks", Attack)


def instances() -> dict[str, Attack]:
    """One attack of every family, by name."""
    return {name: attack() for name, attack in registry().items()}
