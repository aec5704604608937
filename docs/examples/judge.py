"""Runs a claim of one's own and prints its verdicts: python judge.py FILE:NAME"""

import sys

from gyges.claims import Claim, Results
from gyges.experiment import run_cell
from gyges.registry import find


def judge(claim, budget="default", seeds=tuple(range(8))):
    """What the claim's rule says of its cells, run one after the other."""
    tables = []
    for cell in claim.cells(budget, seeds):
        result = run_cell(cell, inputs={}, checkpoint=None, progress=lambda *_: None)
        tables.append((cell, result.metrics))
    return claim.verdicts(Results(tables), budget, seeds)


if __name__ == "__main__":
    for verdict in judge(find("claims", Claim, sys.argv[1])()):
        print(verdict.sentence)
