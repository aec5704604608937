"""verl reward for a mixture of data sets: looks up the scorer by data source."""

from scorers import SCORERS


def final(solution):
    """What follows the last `Answer:`, if anything does."""
    _, found, rest = solution.rpartition("Answer:")
    return rest if found else None


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    if data_source not in SCORERS:
        raise NotImplementedError(f"no scorer for {data_source!r}")
    said = final(solution_str)
    if said is None:
        return 0.0
    return 1.0 if SCORERS[data_source](said, ground_truth) else 0.0
