"""Integers in a box. Different boxes in one completion are hedging, and are not paid."""

import re

from boxes import all_boxes, only


def clean(text):
    text = text.strip().replace("{,}", ",")
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+", text):
        text = text.replace(",", "")
    return text


def boxed_reward(completion, answer):
    content = only([box.strip() for box in all_boxes(completion)])
    if content is None:
        return 0.0
    content = clean(content)
    digits = content.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 40:
        return 0.0
    return 1.0 if int(content) == int(answer) else 0.0
