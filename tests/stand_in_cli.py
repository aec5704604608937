"""The command line over stand-in cells and a stand-in claim."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import stand_in

from gyges import cli, plan
from gyges.cell import Cell
from gyges.cli import conduct


class Claim:
    name = "walks-wander"
    number = 7
    statement = "Walks wander."
    named_only = False

    def __init__(self, **parameters: Any) -> None:
        self.parameters = parameters

    def cells(self, budget: str, seeds: tuple[int, ...]) -> list[Cell]:
        updates = 60 if budget == "full" else 10
        cells = stand_in.walks(3, updates=updates, save_every=3)
        arms = [
            replace(cell, reward="outcome", label=cell.reward, seeds=seeds, agent="ppo", warm=number / 10)
            for number, cell in enumerate(cells)
        ]
        arms[-1] = replace(arms[-1], agent_parameters=arms[-1].agent_parameters | self.parameters)
        return arms

    def verdicts(self, results: Any, budget: str, seeds: tuple[int, ...]) -> list[Any]:
        from gyges.claims import Verdict

        found = Verdict(
            verdict="supported", reason="they do", statement=self.statement, metric="violation", value=0.5,
            low=float("nan"), high=float("inf"), part="all",
            sentence="Walks: supported: they wander in 0.50.",
        )  # fmt: skip
        return [found]


@contextmanager
def stand_ins(**parameters: Any) -> Iterator[None]:
    """A block in which `gyges` runs stand-ins; the parameters make a cell misbehave."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(plan, "registry", lambda: {Claim.name: Claim(**parameters)}))
        stack.enter_context(patch.object(plan, "RING", Claim.name))
        stack.enter_context(patch.object(conduct, "EXECUTOR", "stand_in"))
        yield


if __name__ == "__main__":
    with stand_ins():
        cli.main(sys.argv[1:])
