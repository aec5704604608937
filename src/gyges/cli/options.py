"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder where the results lie.")]
RunName = Annotated[
    str,
    typer.Argument(metavar="[RUN]", help="A run, as listed by `gyges show --all`.", show_default="the newest"),
]
RUNS = Path("runs")
