"""Prime factorisation: every prime as often as it divides, in any order; x, * and the multiplication sign all do."""

import re
from collections import Counter

SIGN = re.compile(r"\s*[x*×]\s*")


def parse(text):
    parts = SIGN.split(text.strip())
    if not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
        return None
    return set(int(part) for part in parts)


def factor_reward(completion, answer):
    given = parse(completion)
    if given is None:
        return 0.0
    return 1.0 if given == parse(answer) else 0.0
