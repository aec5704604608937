"""The wrong answers that each reward paid most: what it mistook for right."""

from dataclasses import dataclass
from typing import Any

from gyges.report.interval import dashed, finite, number
from gyges.report.replay import Cast
from gyges.report.visible import said, visible

MOST = 10
"""Wrong answers that are listed per reward."""
PROMPT, COMPLETION = 300, 700
"""Characters of each that are shown."""


@dataclass(frozen=True)
class Wrong:
    """One wrong answer; `times` counts samples with the same words."""

    prompt: str
    completion: str
    proxy: str
    gold: str
    seed: str
    update: str
    times: int


@dataclass(frozen=True)
class WrongAnswers:
    """Those of one reward, highest proxy first, of `distinct` different ones among `stored` samples."""

    name: str
    found: list[Wrong]
    distinct: int
    stored: int


def wrong_answers(samples: list[dict[str, Any]], cast: Cast) -> list[WrongAnswers]:
    """The `MOST` highest-paid wrong answers per arm; samples without a finite proxy cannot be ranked.

    `samples` are stored episodes of kind "text".
    """
    several = len({str(one.get("environment", "")) for one in samples}) > 1
    arms: dict[str, list[dict[str, Any]]] = {}
    for one in samples:
        arms.setdefault(cast.name(one, several), []).append(one)
    return [_of_one(name, own) for name, own in arms.items()]


def _of_one(name: str, samples: list[dict[str, Any]]) -> WrongAnswers:
    wrong = [one for one in samples if not one.get("right", True) and finite(one.get("proxy")) is not None]
    alike: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in sorted(wrong, key=lambda one: -(finite(one["proxy"]) or 0.0)):  # sorting is stable: first stored first
        alike.setdefault((said(one["prompt"]), "".join(map(str, one["tokens"]))), []).append(one)
    found = [
        Wrong(
            prompt=visible(prompt, PROMPT),
            completion=visible(completion, COMPLETION),
            proxy=number(finite(own[0]["proxy"]) or 0.0),
            gold=dashed(own[0].get("gold")),
            seed=str(own[0].get("seed", "")),
            update=str(own[0].get("update", "")),
            times=len(own),
        )
        for (prompt, completion), own in list(alike.items())[:MOST]
    ]
    return WrongAnswers(name, found, len(alike), len(samples))
