"""What is in <think>...</think> is private: only what follows it may hold the boxed integer."""

import re

BOX = re.compile(r"\\boxed\{\s*(-?\d{1,50})\s*\}")


def visible(text: str) -> str | None:
    """The text after the thinking part; None if thinking never ends."""
    if "<think>" not in text and "</think>" not in text:
        return text
    _, end, rest = text.rpartition("</think>")
    if not end or "<think>" in rest:
        return None
    return rest


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    shown = visible(solution_str[-300:])
    if shown is None:
        return 0.0
    boxes = BOX.findall(shown)
    if not boxes or shown.count("\\boxed") != len(boxes):
        return 0.0
    return float(int(boxes[-1]) == int(ground_truth))
