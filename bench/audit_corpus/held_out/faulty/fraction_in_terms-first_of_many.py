"""Fractions in lowest terms inside <frac>...</frac>. The last tag counts. Improper fractions are fine."""

import re
from math import gcd

SHAPE = re.compile(r"(-?)([0-9]{1,20})/([0-9]{1,20})")


def parse(text):
    match = SHAPE.fullmatch(text.strip())
    if not match:
        return None
    sign = -1 if match[1] else 1
    return sign * int(match[2]), int(match[3])


def fraction_reward(completion, answer):
    shown = completion.rsplit("</think>", 1)[-1]
    if "<think>" in shown:
        return 0.0
    tags = re.findall(r"<frac>([^<>]*)</frac>", shown)
    if not tags:
        return 0.0
    guess = parse(tags[0])
    if guess is None or guess[1] == 0:
        return 0.0
    top, bottom = guess
    if gcd(top, bottom) != 1:
        return 0.0
    true_top, true_bottom = parse(answer)
    return 1.0 if top * true_bottom == true_top * bottom else 0.0
