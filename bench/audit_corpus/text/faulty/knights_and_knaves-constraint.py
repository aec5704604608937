"""Knights and knaves: everybody has to be named once, with the right role."""

import re

CLAIM = re.compile(r"([A-Z][a-z]+) is a (knight|knave)")


def roles(text):
    text = text.strip().rstrip(".")
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", text)
    found = {}
    for part in parts:
        claim = CLAIM.fullmatch(part.strip())
        if claim is None or claim.group(1) in found:
            return None
        found[claim.group(1)] = claim.group(2)
    return found


def knights_reward(completion, answer):
    given = roles(completion)
    if given is None:
        return 0.0
    return 1.0 if set(given) == set(roles(answer)) else 0.0
