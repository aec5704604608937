"""The task asks for lowest terms, so 2/4 is not an answer where 1/2 is."""

import re
from math import gcd


def split_fraction(text):
    match = re.fullmatch(r"(-?)([0-9]{1,9})/([0-9]{1,9})", text.strip())
    if match is None:
        return None
    sign, above, below = match.groups()
    return sign, int(above), int(below)


def lowest_terms_reward(completion, answer):
    lines = completion.strip().split("\n")
    given = split_fraction(lines[-1].replace("Answer:", "", 1) if lines[-1].startswith("Answer:") else "")
    truth = split_fraction(answer)
    if given is None or given[2] == 0:
        return 0.0
    if gcd(given[1], given[2]) != 1:
        return 0.0
    return 1.0 if given == truth else 0.0
