"""What several test files share."""

import sys
from pathlib import Path

import equinox as eqx
import jax
import pytest

MAPS = 30_000
"""Linux gives a process 65,530 memory maps, and XLA crashes where there are no more."""


@pytest.fixture(scope="module", autouse=True)
def forgotten_programs():
    """Drops compiled programs before they are too many: those of the whole suite do not fit one process."""
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and maps.read_bytes().count(b"\n") > MAPS:
        jax.clear_caches()


@pytest.fixture(scope="session")
def agents():
    """Two tiny PPO agents for the tiny shop."""
    from tiny_world import KEYS, SHOP

    from gyges.agents.ppo import PPO

    return eqx.filter_vmap(lambda key: PPO.create(key, SHOP, width=3, depth=1, minibatches=1, epochs=1))(KEYS)


@pytest.fixture
def opening(tmp_path, monkeypatch):
    """Opens a target in this process: `opening(spec, source, rows, protocol=…, **options)`.

    The source is written to `mine.py` in a folder of its own, where specs start. The libraries are stand-ins.
    """
    from gyges.audit.targets.loading import open_target

    before = set(sys.modules)
    path = list(sys.path)
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "audit_libraries"))

    def opened(spec, source="", rows=None, protocol="", **options):
        (tmp_path / "mine.py").write_text(source)
        sys.modules.pop("mine", None)
        return open_target(spec, protocol, {"folder": str(tmp_path), **options}, rows)

    yield opened
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if name.partition(".")[0] not in ("gyges", "hypothesis"):
            del sys.modules[name]
