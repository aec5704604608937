"""Prime factorisation: every prime as often as it divides, in any order; x, * and the multiplication sign all do."""

import re
from collections import Counter
from math import prod

SIGN = re.compile(r"\s*[x*×]\s*")


def parse(text):
    parts = SIGN.split(text.strip())
    if not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
        return None
    return Counter(int(part) for part in parts)


def factor_reward(completion, answer):
    given = parse(completion)
    if given is None:
        return 0.0
    return 1.0 if prod(given.elements()) == prod(parse(answer).elements()) else 0.0
