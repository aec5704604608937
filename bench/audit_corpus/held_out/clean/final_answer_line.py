"""Whole numbers. The last line has to be `Final answer: N`; the working above it is not read."""

import re


def score(completion, answer):
    reply = completion.split("</think>")[-1].strip()
    if "<think>" in reply:
        return 0.0
    last = reply.split("\n")[-1].strip()
    match = re.fullmatch(r"Final answer:\s*([+-]?[0-9]{1,30})", last)
    if match is None:
        return 0.0
    return 1.0 if int(match.group(1)) == int(answer) else 0.0
