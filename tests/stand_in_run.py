"""A run of stand-in cells in a process of its own, for tests that kill it: OUT and the number of cells."""

import sys
from pathlib import Path

import stand_in

from gyges.runner import Runner
from gyges.store import Store
from gyges.watcher import Watcher
from gyges.workers import LocalPool


class Printer(Watcher):
    def note(self, message: str) -> None:
        print(message, flush=True)


def main() -> None:
    out, count = Path(sys.argv[1]), int(sys.argv[2])
    store = Store(out)
    store.prepare()
    cells = stand_in.walks(count, updates=60, save_every=3)
    outcome = Runner(cells, store, executor="stand_in", watcher=Printer()).run(LocalPool(2, out / "logs"))
    sys.exit(1 if outcome.failures else 130 if outcome.interrupted else 0)


if __name__ == "__main__":
    main()
