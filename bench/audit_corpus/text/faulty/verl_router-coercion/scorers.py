"""One scorer for each kind of answer."""

import re
from fractions import Fraction


def letter(text, truth):
    return text.strip().upper() == truth


def percent(text, truth):
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*%\s*", text)
    return found is not None and int(float(found.group(1))) == int(float(truth[:-1]))


def integer(text, truth):
    return re.fullmatch(r"\s*-?\d{1,40}\s*", text) is not None and int(text) == int(truth)


def string(text, truth):
    return text.strip() == truth


SCORERS = {"choices": letter, "percent": percent, "sums": integer, "reverse": string}
