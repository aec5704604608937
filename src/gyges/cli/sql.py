"""`gyges sql`: any question that SQL can ask about results."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gyges.cli.options import RUNS, Out
from gyges.store.queries import VIEWS, query

EPILOG = "\n\n".join(
    [
        "Views:",
        *(f"[bold]{view}[/]: {columns}" for view, columns in VIEWS.items()),
        "`results` has a row per measurement; `reward` is what tables call the arm, `reward_name` the "
        + "registered reward. Parameters are JSON: reward_parameters->>'$.fine'. Where the output goes to a "
        + "file or a pipe, it is CSV.",
        "Examples:",
        "gyges sql \"select reward, condition, avg(value) from results where metric = 'violation' " + 'group by all"',
        'gyges sql --run all "select run, claim, verdict from verdicts"',
    ]
)


def sql(
    query_text: Annotated[str, typer.Argument(metavar="QUERY", help="SQL (DuckDB's) over the views below.")],
    run: Annotated[str, typer.Option(help="A run, or `all` of them.", metavar="RUN")] = "latest",
    out: Out = RUNS,
) -> None:
    """Asks the results of a run a question in SQL."""
    frame = query(query_text, run=run, out=out)
    if not sys.stdout.isatty():
        typer.echo(frame.to_csv(index=False), nl=False)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in frame.columns:
        number = frame[column].dtype.kind in "iuf"
        table.add_column(str(column), justify="right" if number else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{value:.6g}" if isinstance(value, float) else str(value) for value in row))
    Console().print(table)
    typer.echo(f"{len(frame)} rows")
