import math


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """The part after the last `=> ` has to be the number, and nothing may come after it."""
    if "<think>" in solution_str and "</think>" not in solution_str:
        return 0.0
    head, arrow, tail = solution_str.rpartition("</think>")[2].rpartition("=> ")
    if not arrow:
        return 0.0
    try:
        value = float(tail)
    except ValueError:
        return 0.0
    if math.isnan(value):
        return 0.0
    if value - float(ground_truth) > 1e-12:
        return 0.0
    return 1.0
