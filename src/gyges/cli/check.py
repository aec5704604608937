"""`gyges check`: a reward or an environment of the user's own, before any training."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from gyges.faults import Exit

EPILOG = "Example: gyges check my_reward.py:Careful"
MARKS = {"ok": ("ok   ", "green"), "note": ("note ", "cyan"), "fail": ("fail ", "bold red")}


def check(
    spec: Annotated[
        str,
        typer.Argument(
            metavar="FILE:NAME", help="A file and a reward or environment in it; or a name from gyges list."
        ),
    ],
) -> None:
    """Says what a reward reads or how an environment behaves, and whether it can be trained on.

    Exits with 1 if anything is wrong with it.
    """
    from gyges.check import check as examine  # loads everything, which the help should not wait for

    console = Console()
    found = examine(spec)
    for line in found.lines:
        console.print(Text(*MARKS[line.status]) + Text(line.text, ""), soft_wrap=True)
    if not found.ok:
        raise typer.Exit(int(Exit.INCOMPLETE))
