"""A linear classifier for reading something out of features, judged on held-out data."""

import numpy as np

from gyges.evaluation.statistics import area_under_curve

RIDGE = 1e-2
Rows = np.ndarray


def fit(features: Rows, labels: Rows) -> np.ndarray:
    """Ridge weights (intercept last) that separate the labels, both kinds weighing the same."""
    design = with_intercept(features)
    weight = np.where(labels, 0.5 / max(labels.sum(), 1), 0.5 / max((~labels).sum(), 1))
    gram = design.T @ (design * weight[:, None]) + RIDGE * np.diag([*np.ones(features.shape[1]), 0.0])
    weights: np.ndarray = np.linalg.solve(gram + 1e-9 * np.eye(len(gram)), design.T @ (weight * (2.0 * labels - 1)))
    return weights


def with_intercept(features: Rows) -> Rows:
    """`features` with a column of ones."""
    return np.concatenate([features, np.ones((len(features), 1))], 1)


def held_out_area(train: tuple[Rows, Rows], test: tuple[Rows, Rows]) -> float:
    """AUC on `test` of a classifier fitted on `train`; NaN where a kind of label is missing."""
    features, labels = train
    if labels.all() or not labels.any():
        return float("nan")
    centre, spread = features.mean(0), features.std(0) + 1e-6
    weights = fit((features - centre) / spread, labels)
    return area_under_curve(with_intercept((test[0] - centre) / spread) @ weights, test[1])
