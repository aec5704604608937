"""Samples for reading: completions token by token with their scores, within a budget of bytes."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from gyges.report.interval import dashed, finite
from gyges.report.replay import Cast, condition_order, script_safe
from gyges.report.score_colours import Scale, Token, scale_of
from gyges.report.visible import said, visible

SOFT, HARD = 250_000, 600_000
"""Bytes of samples that a page carries; one of every arm is kept even beyond the first, but not beyond the second."""
PROMPT, TOKENS, TOKEN = 2_000, 400, 60
"""Most characters of a prompt, tokens of a completion, characters of a token that are shown."""
NO_CONDITION = "not named"


@dataclass(frozen=True)
class FirstSample:
    """The sample that stands on the page before any script runs."""

    arm: str
    seed: str
    condition: str
    update: int
    prompt: str
    tokens: list[Token]
    cut: int
    """Tokens that are not shown."""
    proxy: str
    gold: str
    right: bool
    scale: Scale | None


@dataclass(frozen=True)
class Viewer:
    """What the page embeds: `text` is safe inside a script element; `remark` says what was left out."""

    text: Markup
    remark: str
    first: FirstSample


def _pack(sample: dict[str, Any]) -> dict[str, Any]:
    tokens = [str(token) for token in sample["tokens"]]
    scores = sample.get("scores")
    known = list(map(finite, scores)) if scores is not None and len(scores) == len(tokens) else []
    shown = [visible(token, TOKEN) or "∅" for token in tokens[:TOKENS]]
    return {
        "seed": str(sample.get("seed", 0)),
        "condition": str(sample.get("condition") or "") or NO_CONDITION,
        "update": int(sample.get("update") or 0),
        "prompt": visible(said(sample["prompt"]), PROMPT),
        "tokens": [one.replace("\n", "↵") for one in shown],
        "breaks": [place for place, one in enumerate(shown) if one.endswith("\n")],
        "scores": [None if one is None else round(one, 3) for one in known[:TOKENS]],
        "scale": visible(str(sample.get("score_name") or "score"), TOKEN),
        "cut": max(0, len(tokens) - TOKENS),
        "proxy": dashed(sample.get("proxy")),
        "gold": dashed(sample.get("gold")),
        "right": bool(sample.get("right")),
    }


def _turns(named: list[tuple[str, dict[str, Any]]], arms: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Samples in the order in which they claim their place on the page.

    Every arm, condition and seed has one turn after the other; within one the latest update comes first. What
    happened in a sample plays no part, so the choice flatters nobody.
    """
    latest = sorted(named, key=lambda pair: -(finite(pair[1].get("update")) or 0.0))
    turns: Counter[tuple[str, ...]] = Counter()
    ranked = []
    for index, (name, one) in enumerate(latest):
        seed, condition = str(one.get("seed", 0)), str(one.get("condition") or "")
        turns[name, seed, condition] += 1
        turn = (turns[name, seed, condition], finite(seed) or 0.0, condition_order(condition), arms.index(name), index)
        ranked.append((turn, name, one))
    return [(name, one) for _, name, one in sorted(ranked, key=lambda entry: entry[0])]


def pack_samples(samples: list[dict[str, Any]], cast: Cast, soft: int = SOFT, hard: int = HARD) -> Viewer | None:
    """Pack stored episodes of kind "text" for the page; None where there is no token to show."""
    several = len({str(one.get("environment", "")) for one in samples}) > 1
    named = [(cast.name(one, several), one) for one in samples if one.get("tokens")]
    size, kept, met = 0, [], set()
    for name, one in _turns(named, list(dict.fromkeys(name for name, _ in named))):
        packed = _pack(one) | {"arm": name}
        weight = len(json.dumps(packed, separators=(",", ":")))
        if size + weight > (soft if name in met else hard):
            continue
        size += weight
        met.add(name)
        kept.append(packed)
    arms = [name for name in dict.fromkeys(name for name, _ in named) if name in met]
    return _viewer(kept, arms, len(samples)) if kept else None


def _viewer(kept: list[dict[str, Any]], arms: list[str], given: int) -> Viewer:
    scores: dict[tuple[str, str], list[float | None]] = {}
    for one in kept:
        if one["scores"]:
            scores.setdefault((one["arm"], one["scale"]), []).extend(one["scores"])
    scales, places = [scale_of(name, own) for (_, name), own in scores.items()], list(scores)
    for one in kept:
        one["scale"] = places.index((one["arm"], one["scale"])) if one["scores"] else None
        one["arm"] = arms.index(one["arm"])
    kept.sort(key=lambda one: (one["arm"], finite(one["seed"]) or 0.0, condition_order(one["condition"])))
    document = {
        "arms": arms,
        "scales": [
            {"name": one.name, "most": one.most, "diverging": one.diverging, "legend": [t.text for t in one.legend()]}
            for one in scales
        ],
        "samples": kept,
        # The reader begins where there is a colour to see, if there is any.
        "start": next((place for place, one in enumerate(kept) if one["scores"]), 0),
    }
    remark = ""
    if len(kept) < given:
        remark = (
            f"This page carries {len(kept)} of {given} stored samples, to stay small: the latest of every arm, "
            "condition and seed first, whatever they came to. The others are in the run's folder."
        )
    text = script_safe(json.dumps(document, separators=(",", ":"), allow_nan=False, ensure_ascii=False))
    return Viewer(Markup(text), remark, _first(document, scales))


def _first(document: dict[str, Any], scales: list[Scale]) -> FirstSample:
    one = document["samples"][document["start"]]
    scale = None if one["scale"] is None else scales[one["scale"]]
    plain = scale or scale_of("", [])
    scores = one["scores"] or [None] * len(one["tokens"])
    tokens = [
        plain.token(text, score, place in one["breaks"])
        for place, (text, score) in enumerate(zip(one["tokens"], scores, strict=True))
    ]
    facts = {name: one[name] for name in ("seed", "condition", "update", "prompt", "cut", "proxy", "gold", "right")}
    return FirstSample(arm=document["arms"][one["arm"]], tokens=tokens, scale=scale, **facts)
