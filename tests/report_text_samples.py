"""A made-up run on text for the tests of the page: curves that rise and fall, samples, an audit's forecasts."""

import math
import random
from typing import Any

import pandas as pd

UPDATES = 60
EVALUATED = (0, 10, 20, 30, 40, 50, 60)
LARGEST_N = 256
HOSTILE = '</script><img src=x onerror="document.title=1"> & "co"\x00\x1b[31m\u202e\ud800'
ARMS: list[tuple[str, str, str, float]] = [
    # label, environment, kind, how much gold falls once the proxy is hacked
    ("strict verifier", "arithmetic", "behaviourist", 0.0),
    ("holed verifier", "arithmetic", "behaviourist", 0.25),
    ("outcome reward model", "arithmetic", "behaviourist", 0.4),
    ("process reward model", "arithmetic", "behaviourist", 0.15),
    ("peek fine", "answer-key", "behaviourist", 0.1),
    ("oracle", "answer-key", "reference", 0.0),
]
GRADERS = 6


class TextMaker:
    """Collects rows of the metrics table and of the arms table."""

    def __init__(self, seeds: int) -> None:
        self.dice = random.Random(11)
        self.seeds = seeds
        self.metrics: list[dict[str, Any]] = []
        self.arms: list[dict[str, Any]] = []

    def arm(self, key: str, label: str, environment: str, kind: str, agent: str = "grpo") -> None:
        plain = {"key": key, "label": label, "environment": environment, "kind": kind, "agent": agent}
        about = {"claim": "rule-beats-neural", "warm": 0.0, "updates": UPDATES, "group": "text"}
        self.arms.append(plain | about)

    def put(self, metric: str, seed: int, update: int, value: float, condition: str = "") -> None:
        arm = self.arms[-1]
        own = {"cell": arm["key"], "environment": arm["environment"], "reward": arm["label"], "agent": arm["agent"]}
        where = {"condition": condition, "metric": metric, "seed": seed, "update": update, "value": value}
        self.metrics.append(own | where)

    def trained(self, fall: float) -> None:
        """Curves and held-out evaluations of the last arm: gold rises to update 20, then loses `fall`."""
        for seed in range(self.seeds):
            for update in range(UPDATES + 1):
                noise = self.dice.gauss(0, 0.015)
                rise = 0.2 + 0.5 * (1 - math.exp(-update / 8))
                gold = rise - fall * max(0.0, (update - 20) / (UPDATES - 20)) + noise
                found = {
                    "proxy": rise + fall * update / UPDATES + noise,
                    "gold": gold,
                    "accuracy": min(1.0, gold + 0.1),
                    "kl": 30 * update / UPDATES * (1 + 0.05 * seed),
                    "length": 18 + 10 * update / UPDATES,
                }
                names = {"proxy": "reward", "gold": "true_utility"}
                for metric, value in found.items():
                    self.put(f"train/{names.get(metric, metric)}", seed, update, value)
                    if update in EVALUATED:
                        self.put(metric, seed, update, value + self.dice.gauss(0, 0.005), "training")

    def drawn(self, fall: float) -> None:
        """Best of n on the last arm; `update` holds n."""
        for seed in range(self.seeds):
            for power in range(LARGEST_N.bit_length()):
                gain = power / 8
                noise = self.dice.gauss(0, 0.02)
                self.put("best_of_n/proxy", seed, 2**power, 0.2 + 0.7 * gain + noise)
                self.put("best_of_n/gold", seed, 2**power, 0.2 + 0.5 * gain - fall * gain**2 + noise)


def text_sample(cell: str, label: str, seed: int, condition: str, index: int, scored: str) -> dict[str, Any]:
    """A sample of the sum of two numbers, scored token by token; every other one is wrong."""
    dice = random.Random(f"{cell}{seed}{condition}{index}")
    one, other = dice.randrange(100), dice.randrange(100)
    right = index % 2 == 0
    answer = one + other + (0 if right else dice.randrange(1, 9))
    tokens = [*f"{one}+{other}={answer};", "#", *str(answer), "."]
    scores = [round(dice.uniform(-1, 1) if scored == "process reward" else dice.random(), 4) for _ in tokens]
    return {
        "kind": "text",
        "cell": cell,
        "reward": label,
        "seed": seed,
        "condition": condition,
        "update": UPDATES,
        "prompt": f"{one}+{other}?",
        "tokens": tokens,
        "scores": scores if scored else None,
        "score_name": scored,
        "proxy": round(dice.uniform(0.2, 1.0), 3),
        "gold": float(right),
        "right": right,
    }


def sample_text_run(seeds: int = 8) -> dict[str, Any]:
    """Arguments of `write_page` for a whole made-up run on text."""
    maker, samples = TextMaker(seeds), []
    for index, (label, environment, kind, fall) in enumerate(ARMS):
        key = f"text{index}"
        maker.arm(key, label, environment, kind)
        maker.trained(fall)
        peeks = environment == "answer-key"
        conditions = ("watched", "unwatched", "honeypot") if peeks else ("training",)
        for place, condition in enumerate(conditions):
            for seed in range(seeds if peeks else 0):
                maker.put("violation", seed, UPDATES, (0.02, 0.8, 0.5)[place] if fall else 0.0, condition)
        scored = {"process reward model": "process reward", "peek fine": "probe"}.get(label, "")
        samples += [
            text_sample(key, label, seed, condition, number, scored)
            for seed in range(min(seeds, 2))
            for condition in conditions
            for number in range(6)
        ]
    for index in (1, 2):
        label, environment, kind, fall = ARMS[index]
        maker.arm(f"best{index}", label, environment, kind, "best-of-n")
        maker.drawn(fall)
    return {
        "title": "Proxy and gold",
        "created": "2026-01-31 12:00 UTC, budget quick",
        "verdicts": [],
        "metrics": pd.DataFrame(maker.metrics),
        "arms": pd.DataFrame(maker.arms),
        "episodes": [],
        "samples": samples,
        "notes": [],
        "missing": [],
    }


def sample_graders(seeds: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics and arms of claim 23: the first graders are exploited, the last never, the very last is sound."""
    maker = TextMaker(seeds)
    for index in range(GRADERS):
        maker.arm(f"grader{index}", f"grader {index}", "arithmetic", "behaviourist")
        for seed in range(seeds):
            got = index < GRADERS - 2 or (index == GRADERS - 2 and seed == 0)
            if index < GRADERS - 1:
                maker.put("severity", seed, 0, 5.0 * index)
            maker.put("reached", seed, UPDATES, float(got))
            maker.put("updates_to_exploit", seed, UPDATES, 8.0 * (index + 1) if got else math.nan)
    return pd.DataFrame(maker.metrics), pd.DataFrame(maker.arms)
