"""The evidence leak: does unrecorded evidence give the act away?

A fine for being caught is only interesting if nothing else tells. This is the held-out AUC of the best
classifier of `truth.violation` from what an overseer has of episodes that nobody recorded.
"""

import numpy as np

from gyges.evaluation.classifiers import held_out_area
from gyges.evaluation.statistics import area_under_curve
from gyges.records import Trajectory

WINDOWS = 8


def traces(ledger: np.ndarray) -> np.ndarray:
    """What a suspicious accountant would look at in ledgers `[time, episode]`: `[episode, feature]`."""
    steps = len(ledger)
    largest = ledger.max(0)
    when = ledger.argmax(0) / steps
    windows = [part.sum(0) for part in np.array_split(ledger, min(WINDOWS, steps))]
    base = [ledger.sum(0), largest, (ledger > 1).sum(0), (ledger != 0).sum(0), np.square(ledger).sum(0), when]
    crossed = [largest * when, largest**2, when**2]
    return np.stack([*base, *windows, *crossed], 1).astype(float)


def leak(trajectories: list[Trajectory]) -> list[float]:
    """One AUC per seed; NaN where no unrecorded violation was seen, or nothing else.

    The classifier is chosen and fitted on the even episodes of all seeds together, and judged on the
    odd episodes of each: the best single trace in either direction, or a ridge over all of them.
    """
    seeds = []
    for trajectory in trajectories:
        unseen: np.ndarray = ~np.logical_or.reduce(np.asarray(trajectory.evidence.recorded))
        features = traces(np.asarray(trajectory.evidence.task)[:, unseen])
        open_ = np.asarray(trajectory.evidence.open)[:, unseen].mean(0)
        labels: np.ndarray = np.logical_or.reduce(np.asarray(trajectory.truth.violation)[:, unseen])
        seeds.append((np.concatenate([features, open_[:, None]], 1), labels))
    features = np.concatenate([rows[::2] for rows, _ in seeds])
    labels = np.concatenate([marks[::2] for _, marks in seeds])
    if labels.all() or not labels.any():
        return [float("nan")] * len(seeds)
    areas = [area_under_curve(column, labels) for column in features.T]
    best = int(np.argmax([abs(area - 0.5) for area in areas]))
    sign = 1.0 if areas[best] >= 0.5 else -1.0
    # Judge the ridge by a split of its own, so that a good fit is not taken for a good guess.
    ridge = held_out_area((features[::2], labels[::2]), (features[1::2], labels[1::2]))
    if np.nan_to_num(ridge, nan=0.5) > abs(areas[best] - 0.5) + 0.5:
        return [held_out_area((features, labels), (rows[1::2], marks[1::2])) for rows, marks in seeds]
    return [area_under_curve(sign * rows[1::2, best], marks[1::2]) for rows, marks in seeds]
