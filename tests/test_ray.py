"""The same cells on a two-node Ray cluster and on local workers give the same bits."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import stand_in

from gyges.cell import Cell
from gyges.clusters import RayPool
from gyges.faults import Fault
from gyges.runner import Runner
from gyges.store import Store
from gyges.workers import LocalPool

if find_spec("ray") is None:
    pytest.skip("the extra `ray` is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        patch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # every node on the loopback address
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        paths = [str(Path(stand_in.__file__).parent), str(Path(__file__).parents[1] / "src")]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        from ray.cluster_utils import Cluster

        node = {
            "num_cpus": 1,
            "object_store_memory": 80 * 1024 * 1024,
            "node_ip_address": "127.0.0.1",
            "include_dashboard": False,
        }
        cluster = Cluster(initialize_head=True, head_node_args=node)
        cluster.add_node(num_cpus=1, object_store_memory=node["object_store_memory"], node_ip_address="127.0.0.1")
        yield cluster
        cluster.shutdown()


TRAINED = [
    Cell(environment="absent-supervisor", reward=reward, updates=2, seeds=(2000, 2001))
    for reward in ("outcome", "oracle")
]


@pytest.mark.parametrize(
    ("executor", "cells"),
    [("stand_in", list(stand_in.walks(4))), ("gyges.experiment", TRAINED)],
    ids=["stand-in", "trained"],
)
def test_same_bits_as_on_this_machine(cluster: Any, tmp_path: Path, executor: str, cells: list[Cell]) -> None:
    digests = []
    for name in ("ray", "local"):
        store = Store(tmp_path / name)
        store.prepare()
        pool = RayPool(cluster.address) if name == "ray" else LocalPool(2, tmp_path / "logs")
        assert pool.size == 2
        runner = Runner(cells, store, executor=executor)
        outcome = runner.run(pool)
        assert not outcome.failures
        digests.append({key: store.facts(key)["files"] for key in runner.cells})
    assert digests[0] == digests[1]


def test_a_worker_that_dies_on_the_cluster_is_replaced(cluster: Any, tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    store.prepare()
    cells = [*stand_in.walks(2), *stand_in.walks(1, dies=str(tmp_path / "died"))]
    outcome = Runner(cells, store, executor="stand_in").run(RayPool(cluster.address))
    assert not outcome.failures
    assert len(outcome.stored) == 3
    assert (tmp_path / "died").exists()


def test_no_cluster_at_the_address_is_said(cluster: Any) -> None:
    with pytest.raises(Fault, match="no Ray cluster answers"):
        RayPool("127.0.0.1:1")
