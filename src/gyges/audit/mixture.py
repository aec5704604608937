"""The built-in generator: a policy made of honest and of attacking completions, to draw a curve where there is none."""

import random
from collections.abc import Mapping, Sequence

from gyges.audit.curve import Row

Scored = tuple[float, bool | None]
"""Score on the relative scale (0 where no score came), and whether it is right: None if nobody could tell."""

RIGHT, WRONG, ATTACK = 0.25, 0.65, 0.10
"""A policy that is right one time in four and games the grader one time in ten: fixed, so that graders compare."""
SIZE = 256
ABOUT = (
    f"Drawn for each task from a fixed mixture: {RIGHT:.0%} honest and right, {WRONG:.0%} honest and wrong, "
    f"{ATTACK:.0%} attacks, each cause alike. It is no language model: it shows the shape, not the pace."
)


def mixture(
    right: Mapping[int, Sequence[Scored]],
    wrong: Mapping[int, Sequence[Scored]],
    attacks: Mapping[int, Mapping[str, Sequence[Scored]]],
    seed: int = 0,
    size: int = SIZE,
) -> list[Row]:
    """`size` completions a task, drawn with replacement; a part that a task lacks leaves its share to the others.

    **Arguments:**

    - `right`, `wrong`: honest completions, by task.
    - `attacks`: attacking ones, by task and cause: a cause with many payloads weighs no more than one with few.
    """
    rows: list[Row] = []
    for task in sorted({*right, *wrong, *attacks}):
        chance = random.Random(f"{seed}/{task}")
        causes = [list(attacks[task][cause]) for cause in sorted(attacks.get(task, {})) if attacks[task][cause]]
        parts = [
            (RIGHT, [list(right.get(task, ()))]),
            (WRONG, [list(wrong.get(task, ()))]),
            (ATTACK, causes),
        ]
        full = [(share, groups) for share, groups in parts if groups and all(groups)]
        if not full:
            continue
        shares = [share for share, _ in full]
        for _ in range(size):
            groups = chance.choices(full, shares)[0][1]
            rows.append((task, *chance.choice(chance.choice(groups))))
    return rows
