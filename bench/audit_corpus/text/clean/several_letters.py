"""Several answers may be right: all of them have to be given, and no other."""

import re


def letters(text):
    parts = [part.strip() for part in re.split(r"\s*(?:,\s*and\b|,|\band\b)\s*", text.strip().rstrip("."))]
    if any(re.fullmatch("[A-E]", part) is None for part in parts):
        return None
    if len(set(parts)) != len(parts):
        return None
    return frozenset(parts)


def several_reward(completion, answer):
    given = letters(completion)
    if given is None:
        return 0.0
    return 1.0 if given == letters(answer) else 0.0
