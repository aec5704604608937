"""Records as JSON: a third of a point for every key that is right; keys that nobody asked for spoil the record."""

import json


def load(text):
    try:
        record = json.loads(text)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def same(one, other):
    return type(one) is type(other) and one == other


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    truth = json.loads(ground_truth)
    record = load(solution_str.rpartition("</think>")[2].strip())
    if record is None or not record:
        return 0.0
    if set(record) - set(truth):
        return 0.0
    right = [key for key in truth if key in record and same(record[key], truth[key])]
    return len(right) / len(truth)
