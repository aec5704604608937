"""Graph colouring for verl: any proper colouring of all nodes is right, not only the reference."""

import json
import re

COLOURS = {"red", "green", "blue"}


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    found = re.search(r"<answer>(.*)</answer>", solution_str, re.DOTALL)
    if not found:
        return 0.0
    try:
        colours = json.loads(found.group(1))
    except (ValueError, RecursionError):
        return 0.0
    if not isinstance(colours, dict):
        return 0.0
    for colour in colours.values():
        if not isinstance(colour, str) or colour not in COLOURS:
            return 0.0
    for a, b in extra_info["edges"]:
        if a in colours and b in colours and colours[a] == colours[b]:
            return 0.0
    return 1.0
