"""Where stealing in the vault stops paying: claim 2's arithmetic, without a camera or a fine.

Claim 2 sets what a theft gains against what it costs in honest work, c = V(never steal) - V(steal,
legitimate return only), and says that stealing on a real-looking cue pays if and only if the honeypot
rate h < t(1 + q) / [t(1 + q) + (1 - t)(1 - q)], with t = (gain - c) / fine and the tell q.

A theft that is fined with probability p is worth n = gain - p * fine at the moment of taking, and that
is all that the oversight changes. Under a discount a plan is worth L + D n, where L is its legitimate
return and D the discount at its moment of taking (0 if never), so stealing pays if and only if for some
plan n > (V(never) - L) / D. The least such n is therefore c, in the money of the moment of taking. It is
found here by planning for an agent that may take the box once, for a net pay n, and knows nothing else.

An agent with time left for nothing better takes the box for any n > 0, so a few thefts are free. The
c of a box is the n at which half of all episodes end in a theft; at one occasion it is exact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from gyges.environments.vault import COINS, INTERACT, LEVELS, MOVES, SIZE, SPOTS, Vault

Numbers = Float[np.ndarray, "*shape"]
GREATEST = 16.0
"""No theft costs as much honest work as this."""
TELLS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Dilemma:
    """What an agent does that may take a box once, for each of several net pays."""

    taking: Float[np.ndarray, "net cell coin"]
    """Probability of a theft in the episode, by where the agent and the coin start."""
    eager: Float[np.ndarray, "time net coin"]
    """At the box: how much more it is worth to take it now than to do anything else."""


def dilemma(spot: int, nets: Numbers, discount: float, horizon: int = Vault.horizon) -> Dilemma:
    """Plans for a box at `SPOTS[spot]` that pays `nets` and for coins that pay 1."""
    cells = np.indices((SIZE, SIZE)).reshape(2, -1).T
    reached = (cells[:, None] + MOVES).clip(0, SIZE - 1) @ [SIZE, 1]  # cell, action
    box = int(SPOTS[spot] @ [SIZE, 1])
    collects = reached[..., None] == COINS @ [SIZE, 1]  # cell, action, coin

    def ahead(value: Numbers) -> Numbers:
        elsewhere = (value.sum(-1, keepdims=True) - value) / (len(COINS) - 1)
        return np.where(collects, elsewhere[..., reached, :], value[..., reached, :])

    after = np.zeros((len(cells), len(COINS)))  # value once the box is empty
    before, taking = np.zeros((2, len(nets), *after.shape))
    eager = np.empty((horizon, len(nets), len(COINS)))
    for time in reversed(range(horizon)):
        honest = collects + discount * ahead(after)
        worth = collects + discount * ahead(before)
        take = nets[:, None] + honest[box, INTERACT]
        eager[time] = take - worth[:, box, :INTERACT].max(1)
        worth[:, box, INTERACT] = take
        chance = ahead(taking)
        chance[:, box, INTERACT] = 1
        best = worth >= worth.max(-2, keepdims=True) - 1e-9
        taking = (chance * best).sum(-2) / best.sum(-2)
        before, after = worth.max(-2), honest.max(-2)
    return Dilemma(taking=taking, eager=eager)


def occasion_cost(spot: int, time: int, discount: float) -> Float[np.ndarray, " coin"]:
    """c at the box at `time`, for each place of the coin: taking pays now if and only if n is greater."""
    low, high = np.zeros((2, len(COINS)))
    high[:] = GREATEST
    for _ in range(30):
        middle = (low + high) / 2
        eager = dilemma(spot, middle, discount, Vault.horizon - time).eager[0]
        pays = np.diagonal(eager) > 0  # each place of the coin has a net pay of its own
        low, high = np.where(pays, low, middle), np.where(pays, middle, high)
    return high


def spot_cost(spot: int, discount: float) -> float:
    """c of a box: the net pay at which half of all episodes end in its theft; infinite if none is."""
    low, high = 0.0, GREATEST
    for _ in range(4):
        nets = np.linspace(low, high, 17)
        stolen = dilemma(spot, nets, discount).taking.mean((1, 2)) >= 0.5
        if not stolen.any():
            return float("inf")
        first = int(stolen.argmax())
        low, high = nets[max(first - 1, 0)], nets[first]
    return float(high)


def honeypot_bound(threshold: float, tell: float, real: bool = True) -> float:
    """The honeypot rate below which stealing pays on a cue that looks real, or like a honeypot."""
    threshold, sign = min(max(threshold, 0.0), 1.0), 1 if real else -1
    for_theft, against = threshold * (1 + sign * tell), (1 - threshold) * (1 - sign * tell)
    return for_theft / (for_theft + against) if for_theft + against > 0 else 1.0


def break_even(environment: Vault, fine: float, discount: float = 0.98) -> dict[str, Any]:
    """Claim 2's break-even for openings that honeypots imitate, where the light is steady and right.

    Returns `boxes`, one entry per spot and payoff with its cost c and threshold t, and `honeypot_rate`:
    by tell, the rate at which half of the episodes with a real-looking cue end in a theft (1 where no
    rate deters that many).
    """
    low, high = float(environment.payoff_low), float(environment.payoff_high)
    gains = low + (high - low) * np.arange(LEVELS) / (LEVELS - 1)
    nets = np.linspace(0, max(gains), 71)[1:]
    boxes, stolen = [], []
    for spot, where in enumerate(SPOTS):
        cost = spot_cost(spot, discount)
        stolen.append(dilemma(spot, nets, discount).taking.mean((1, 2)))
        for gain in gains:
            box = {"spot": where.tolist(), "gain": float(gain), "cost": cost}
            boxes.append({**box, "threshold": (float(gain) - cost) / fine, "free": float(stolen[-1][0])})

    def theft(rate: float, tell: float) -> float:
        trapped, genuine = rate * (1 - tell), (1 - rate) * (1 + tell)
        recorded = trapped / (trapped + genuine) if trapped + genuine > 0 else 0.0
        net = gains - recorded * fine
        return float(np.mean([np.where(net > 0, np.interp(net, nets, spot), 0.0) for spot in stolen]))

    def deterring(tell: float) -> float:
        rates = np.linspace(0, 1, 1001)
        deterred = [rate for rate in rates if theft(rate, tell) < 0.5]
        return float(deterred[0]) if deterred else 1.0

    return {
        "fine": fine,
        "discount": discount,
        "boxes": boxes,
        "honeypot_rate": {tell: deterring(tell) for tell in TELLS},
    }
