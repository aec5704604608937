"""`gyges report`: the page of a run."""

import typer

from gyges.cli.options import RUNS, Out, RunName

EPILOG = "Example: gyges report 2026-01-31-1200-quick --out runs"


def report(run: RunName = "latest", out: Out = RUNS) -> None:
    """Writes the page of a run again, from what is stored."""
    from gyges.cli import page
    from gyges.store import Runs, Store

    runs = Runs(out)
    typer.echo(page.write(Store(out), runs, runs.read(run)))
