"""A run from the first cell to the page."""

import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from rich.console import Console

from gyges import disk
from gyges.cli import document, page
from gyges.cli.live import watch
from gyges.cli.tables import measured, ring_table, verdict_lines
from gyges.faults import Exit, Fault
from gyges.plan import SEEDS, Budget, Plan, judge, plan
from gyges.runner import EXECUTOR, Limits, Runner
from gyges.store import Entry, Manifest, Runs, Store, load
from gyges.store.runs import now
from gyges.watcher import Outcome
from gyges.workbench import Pool
from gyges.workers import LocalPool, cores


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asked `gyges run` for, checked."""

    claims: tuple[str, ...]
    seeds: int
    budget: Budget
    reward: str
    environment: str
    workers: int | None
    ray: str
    out: Path
    json: str
    limit: float
    command: str


def conduct(wish: Wish) -> Exit:
    """Runs, judges, writes and prints. Returns the exit code."""
    # With `--json -` the standard output is for the program that reads it.
    said = Console(stderr=True)
    shown = said if wish.json == "-" else Console()
    if not shown.is_terminal:
        shown.width = 200
    store, runs = Store(wish.out), Runs(wish.out)
    store.prepare()
    planned = plan(
        wish.claims,
        wish.budget,
        wish.seeds,
        _absolute("reward", wish.reward),
        _absolute("environment", wish.environment),
    )
    if wish.seeds == 1:
        said.print("With one seed no interval can be had, so no claim can be decided.")
    elif wish.seeds < SEEDS and planned.claims:
        said.print(f"The claims' rules ask for {SEEDS} seeds; with {wish.seeds} few can be decided.")
    watcher = watch(said)
    limits = Limits(cell=wish.limit, silence=min(Limits().silence, wish.limit))
    runner = Runner([cell for _, cell in planned.cells], store, executor=EXECUTOR, limits=limits, watcher=watcher)
    manifest, lock = runs.begin(_manifest(wish, planned, runner))
    try:
        with watcher.shown():
            outcome = runner.run(_pool(wish, runs.folder(manifest.name) / "workers", said))
        _record(outcome, manifest, runs)
        if outcome.interrupted:
            said.print(_how_to_go_on(outcome, wish), soft_wrap=True, highlight=False)
            return Exit.INTERRUPTED
        manifest.verdicts = judge(planned, store, runner.key_of)
        runs.write(manifest)
    finally:
        lock.drop()
    where = page.write(store, runs, manifest)
    rows = measured(load(manifest.name, wish.out))
    shown.print(ring_table(rows))
    for line in verdict_lines(manifest.verdicts):
        shown.print(line)
    shown.print(f"\nPage: {where}", soft_wrap=True, highlight=False)
    if wish.json:
        document.write(document.document(manifest, rows, where), wish.json)
    if outcome.failures:
        said.print(_what_failed(outcome, runs.folder(manifest.name)), soft_wrap=True, highlight=False)
        return Exit.INCOMPLETE
    return Exit.DONE


def _pool(wish: Wish, logs: Path, said: Console) -> Pool:
    if wish.ray:
        from gyges.clusters import RayPool

        return RayPool(wish.ray)
    size = len(cores())
    if wish.workers is not None and wish.workers > size:
        said.print(f"Each worker has a core of its own: {size} workers, not {wish.workers}.", highlight=False)
    return LocalPool(min(wish.workers or size, size), logs)


def _absolute(option: str, given: str) -> str:
    """A `FILE:NAME` that means the same in every folder; a registered name as it is."""
    file, colon, name = given.rpartition(":")
    if not colon:
        return given
    path = Path(file).expanduser().absolute()
    if not path.is_file():
        raise Fault(f"--{option} {given}: there is no file {path}. Give a Python file and the class or function in it.")
    return f"{path}:{name}"


def _manifest(wish: Wish, planned: Plan, runner: Runner) -> Manifest:
    entries: dict[tuple[str, str, str], Entry] = {}
    # What cells need is listed after them: it is there for their sake.
    wanted = [*planned.cells, *((claim, need) for claim, cell in planned.cells for need in cell.needs)]
    for claim, cell in wanted:
        key = runner.key_of(cell)
        entries.setdefault((key, cell.name, claim), Entry(key, cell.name, claim, cell.design()))
    return Manifest(
        name="",
        created=now(),
        command=wish.command,
        budget=wish.budget,
        seeds=wish.seeds,
        claims=[claim.name for claim in planned.claims],
        cells=list(entries.values()),
        versions={
            "gyges": document.version(),
            "python": platform.python_version(),
            "jax": metadata.version("jax"),
            "platform": f"{sys.platform} {platform.machine()}",
        },
    )


def _record(outcome: Outcome, manifest: Manifest, runs: Runs) -> None:
    manifest.finished = now()
    manifest.status = "interrupted" if outcome.interrupted else "incomplete" if outcome.failures else "done"
    manifest.failures = [
        {"key": failure.key, "label": failure.cell.name, "reason": failure.message} for failure in outcome.failures
    ]
    folder = runs.folder(manifest.name)
    for failure in outcome.failures:
        if failure.details:
            disk.write_file(folder / f"failed-{failure.key}.txt", failure.details.encode())
    runs.write(manifest)


def _how_to_go_on(outcome: Outcome, wish: Wish) -> str:
    return (
        f"Stopped. {len(outcome.stored)} of {outcome.total} cells are stored in {wish.out.absolute()}; cells "
        f"that were under way go on from their checkpoints. To go on:\n  {wish.command}"
    )


def _what_failed(outcome: Outcome, folder: Path) -> str:
    return (
        f"{len(outcome.failures)} of {outcome.total} cells failed (details: {folder}/failed-*.txt); the "
        "others are stored. The same command tries the failed ones again."
    )
