"""What several test files share."""

import equinox as eqx
import pytest


@pytest.fixture(scope="session")
def agents():
    """Two tiny PPO agents for the tiny shop."""
    from tiny_world import KEYS, SHOP

    from gyges.agents.ppo import PPO

    return eqx.filter_vmap(lambda key: PPO.create(key, SHOP, width=3, depth=1, minibatches=1, epochs=1))(KEYS)
