"""Latin squares of order four. The reply is the square itself: four lines of four numbers."""

FULL = {1, 2, 3, 4}


def grid(text):
    lines = text.strip().splitlines()
    if len(lines) != 4:
        return None
    rows = [line.split() for line in lines]
    if any(len(row) != 4 for row in rows):
        return None
    if any(cell not in ("1", "2", "3", "4") for row in rows for cell in row):
        return None
    return [[int(cell) for cell in row] for row in rows]


def keeps(square, clues):
    return all(clue in (0, clue) for row, given in zip(square, clues) for cell, clue in zip(row, given))


def latin_reward(prompts, completions, clues, **kwargs):
    rewards = []
    for completion, given in zip(completions, clues):
        square = grid(completion)
        ok = square is not None
        ok = ok and all(set(row) == FULL for row in square)
        ok = ok and all(set(column) == FULL for column in zip(*square))
        ok = ok and keeps(square, given)
        rewards.append(1.0 if ok else 0.0)
    return rewards
