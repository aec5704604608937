"""Runs one cell and prints what came of it: python try_it.py ENVIRONMENT REWARD AGENT [UPDATES]

Each is a registered name (see `gyges list`) or FILE:NAME. With the agent `exact` nothing is trained.
"""

import sys

from gyges.cell import Cell
from gyges.experiment import run_cell

SHOWN = ("violation", "legitimate_return", "true_utility", "accuracy", "proxy", "kl")


def try_it(environment, reward, agent, updates=40, seeds=(0, 1, 2)):
    """Mean over seeds of the last evaluation, by metric and condition."""
    if agent == "exact":
        updates = 0
    cell = Cell(environment=environment, reward=reward, agent=agent, updates=updates, seeds=seeds)
    result = run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)
    table = result.metrics
    last = table[(table["update"] == updates) & table["metric"].isin(SHOWN)]
    return last.pivot_table(index="metric", columns="condition", values="value", aggfunc="mean")


if __name__ == "__main__":
    environment, reward, agent, *updates = sys.argv[1:]
    print(try_it(environment, reward, agent, *map(int, updates)).round(2).to_string())
