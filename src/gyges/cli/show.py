"""`gyges show`: what came of a run."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gyges.cli.options import RUNS, Out, RunName
from gyges.cli.tables import measured, ring_table, verdict_lines
from gyges.store.queries import load
from gyges.store.runs import Runs

EPILOG = "Examples: gyges show; gyges show --all; gyges show 2026-01-31-1200-quick"


def show(
    run: RunName = "latest",
    out: Out = RUNS,
    every: Annotated[bool, typer.Option("--all", help="List all runs instead.")] = False,
) -> None:
    """Shows the table and the verdicts of a run."""
    runs = Runs(out)
    console = Console(width=None if sys.stdout.isatty() else 200)
    if every:
        console.print(_listing(runs))
        return
    manifest = runs.read(run)
    console.print(f"[bold]{manifest.name}[/]  {manifest.status}, {manifest.seeds} seeds, {manifest.command}")
    for failure in manifest.failures:
        console.print(f"[red]failed[/] {failure['label']}: {failure['reason']}", highlight=False)
    console.print(ring_table(measured(load(manifest.name, out))))
    for line in verdict_lines(manifest.verdicts):
        console.print(line)
    page = runs.folder(manifest.name) / "report.html"
    console.print(f"\nPage: {page}" if page.exists() else "\nNo page yet: gyges report", soft_wrap=True)


def _listing(runs: Runs) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("run", "status", "seeds", "cells", "claims"):
        table.add_column(column)
    for name in runs.names() or [runs.read().name]:
        manifest = runs.read(name)
        cells = len({cell.key for cell in manifest.cells})
        claims = ", ".join(manifest.claims)
        table.add_row(name, manifest.status, str(manifest.seeds), str(cells), claims)
    return table
