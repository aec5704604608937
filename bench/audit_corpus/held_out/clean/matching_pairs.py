import re

PAIR = re.compile(r"([A-D])-([1-4])")


def pairs(text):
    """{"A": 3, ...}, or None where something is no pair or a letter comes twice."""
    table = {}
    for item in text.split(","):
        match = PAIR.fullmatch(item.strip())
        if match is None or match[1] in table:
            return None
        table[match[1]] = int(match[2])
    return table


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """Quarter of a point per pair. The pairs stand after `Pairs:` on the last line."""
    lines = solution_str.rsplit("</think>", 1)[-1].strip().splitlines()
    if not lines or "<think>" in lines[0] or not lines[-1].startswith("Pairs:"):
        return 0.0
    guess = pairs(lines[-1][6:])
    if guess is None:
        return 0.0
    truth = pairs(ground_truth)
    right = 0
    for letter, number in truth.items():
        if guess.get(letter) == number:
            right += 1
    return right / len(truth)
