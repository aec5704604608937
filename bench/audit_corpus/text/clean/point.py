"""Points in the plane, `(x, y)`, inside \\boxed{}."""

import re

NUMBER = r"\s*(-?\d{1,12})\s*"
POINT = re.compile(rf"\\boxed\{{\s*\({NUMBER},{NUMBER}\)\s*\}}")
BARE = re.compile(rf"\({NUMBER},{NUMBER}\)")


def point_reward(completion, answer):
    found = [tuple(map(int, pair)) for pair in POINT.findall(completion)]
    if len(found) != 1 or completion.count("\\boxed") != 1:
        return 0.0
    truth = BARE.fullmatch(answer)
    return float(found[0] == (int(truth.group(1)), int(truth.group(2))))
