"""`gyges report`: the page of a run."""

from importlib import import_module
from pathlib import Path

import typer

from gyges.cli.options import RUNS, Out, RunName
from gyges.store.cells import Store
from gyges.store.runs import Manifest, Runs

EPILOG = "Example: gyges report 2026-01-31-1200-quick --out runs"


def report(run: RunName = "latest", out: Out = RUNS) -> None:
    """Writes the page of a run again, from what is stored."""
    runs = Runs(out)
    typer.echo(write(Store(out), runs, runs.read(run)))


def write(store: Store, runs: Runs, manifest: Manifest) -> Path:
    """Writes the page of a run and says where it is."""
    page: Path = import_module("gyges.report").write_page(
        manifest, store, runs.folder(manifest.name) / "report.html"
    )
    return page
