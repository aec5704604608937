"""`gyges list`: what can be run."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from rich.console import Console
from rich.table import Table

_ROOMS = {"environments": ("Environment",), "rewards": ("Reward", "HostReward"), "agents": ("Agent",)}


def list_() -> None:
    """Lists the claims, environments, rewards and agents that there are, with a line on each."""
    from gyges.registry import found_in

    console = Console()
    claims = import_module("gyges.claims").registry()
    lines = {
        f"{claim.number:2d} {name}": claim.statement + (" [dim]Long: runs when named.[/]" if claim.named_only else "")
        for name, claim in claims.items()
    }
    _section(console, "Claims", lines)
    for room, bases in _ROOMS.items():
        base = import_module(f"gyges.{room}.base")
        registered = found_in(room, tuple(getattr(base, name) for name in bases))
        _section(
            console, room.capitalize(), {name: first_line(thing) + _tag(thing) for name, thing in registered.items()}
        )


def _tag(thing: Any) -> str:
    from gyges.environments.text import Text

    return " [dim]Text.[/]" if issubclass(thing, Text) else ""


def first_line(thing: Any) -> str:
    """What a class says of itself in its first line."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _section(console: Console, title: str, lines: Mapping[str, str]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for name, line in lines.items():
        table.add_row(name, line)
    console.print(f"\n[bold underline]{title}[/]")
    console.print(table)
