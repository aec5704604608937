"""`gyges check`: a reward of the user's own, before any training."""

from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from gyges.faults import Exit

EPILOG = "Example: gyges check my_reward.py:Careful"


def check(
    reward: Annotated[str, typer.Argument(metavar="FILE:NAME", help="A file and the reward class in it.")],
) -> None:
    """Says what a reward reads, whether it is behaviourist, and whether it can be trained on.

    Exits with 1 if anything is wrong with it.
    """
    console = Console()
    found = import_module("gyges.check").check(reward)
    for line in found.lines:
        mark = Text("ok   ", "green") if line.ok else Text("fail ", "bold red")
        console.print(mark + Text(line.text, ""), soft_wrap=True)
    if not all(line.ok for line in found.lines):
        raise typer.Exit(int(Exit.INCOMPLETE))
