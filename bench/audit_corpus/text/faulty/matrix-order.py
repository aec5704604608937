"""Matrices as nested JSON lists: shape and every entry have to agree."""

import json


class MatrixScorer:
    def __init__(self, marker="Matrix:"):
        self.marker = marker

    def read(self, text):
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(rows, list) or not rows:
            return None
        for row in rows:
            if not isinstance(row, list) or any(isinstance(x, bool) or not isinstance(x, (int, float)) for x in row):
                return None
        return rows

    def score(self, solution, truth):
        _, found, tail = solution.rpartition(self.marker)
        if not found:
            return 0.0
        given = self.read(tail.strip())
        if given is None:
            return 0.0
        wanted = self.read(truth)
        if [len(row) for row in given] != [len(row) for row in wanted]:
            return 0.0
        same = sorted(x for row in given for x in row) == sorted(x for row in wanted for x in row)
        return 1.0 if same else 0.0


_scorer = MatrixScorer()


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    return _scorer.score(solution_str, ground_truth)
