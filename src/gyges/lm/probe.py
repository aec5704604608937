"""A logistic probe on hidden states, fitted once and then held still."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from gyges.evaluation.statistics import area_under_curve

RIDGE = 10.0
"""Weight of the squared coefficients, against a sum over cases: there are often more features than cases."""


@dataclass(frozen=True)
class Probe:
    """`P(label | features)`, with the features' scale of the time at which it was fitted."""

    centre: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    """Intercept last."""

    @classmethod
    def fitted(cls, features: np.ndarray, labels: np.ndarray) -> Self | None:
        """The probe of `features` `[case, feature]` and boolean `labels`; None if one kind of label is missing."""
        if labels.all() or not labels.any():
            return None
        centre, spread = features.mean(0), features.std(0) + 1e-6
        design = np.concatenate([(features - centre) / spread, np.ones((len(features), 1))], 1)
        sign = np.where(labels, 1.0, -1.0)

        def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
            margin = sign * (design @ weights)
            slope = design.T @ (-sign * expit(-margin))
            shrunk = np.append(weights[:-1], 0.0)
            return float(np.logaddexp(0, -margin).sum() + RIDGE / 2 * shrunk @ shrunk), slope + RIDGE * shrunk

        found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B")
        return cls(centre, spread, found.x)

    def read(self, features: np.ndarray) -> np.ndarray:
        """The reading, a probability, of each row of `features`."""
        reading: np.ndarray = expit((features - self.centre) / self.spread @ self.weights[:-1] + self.weights[-1])
        return reading

    def area(self, features: np.ndarray, labels: np.ndarray) -> float:
        """AUC of its readings for `labels`; NaN if one kind is missing."""
        return area_under_curve(self.read(features), labels)

    def plain(self) -> dict[str, list[float]]:
        """The probe as JSON."""
        return {name: getattr(self, name).tolist() for name in ("centre", "spread", "weights")}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """The probe that `plain` said."""
        return cls(**{name: np.array(values) for name, values in plain.items()})
