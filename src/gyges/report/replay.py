"""Episodes for the replay, packed small and kept within a budget of bytes."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from gyges.report.interval import finite
from gyges.report.measured import CONDITIONS

Episode = dict[str, Any]
SOFT = 600_000
"""Bytes of replay that a page carries; one seed of every arm and condition is kept even beyond it."""
HARD = 1_800_000
"""Bytes that no choice of episodes may exceed."""


@dataclass(frozen=True)
class Replay:
    """What the page embeds: `text` is safe inside a script element; `remark` says what was left out."""

    text: str
    kept: int
    given: int
    remark: str


class Packer:
    """Names sprites once and refers to them by number, over all episodes of a page."""

    def __init__(self) -> None:
        self.sprites: dict[tuple[str, int, int, str], int] = {}
        self.actions: dict[str, int] = {}

    def _tokens(self, sprites: list[dict[str, Any]]) -> list[int]:
        found = set()
        for sprite in sprites:
            row, column = sprite["at"]
            key = (str(sprite["sprite"]), int(row), int(column), str(sprite.get("state") or ""))
            found.add(self.sprites.setdefault(key, len(self.sprites)))
        return sorted(found)

    def pack(self, episode: Episode, arm: str) -> dict[str, Any]:
        """One episode: sprites that never move are stored once, flags as one number per frame.

        A frame's footage is 0 (nothing recorded), 1 (all that truth shows), or its own list.
        """
        frames = episode["frames"]
        truths = [self._tokens(frame["truth"]) for frame in frames]
        still = set(truths[0]).intersection(*map(set, truths[1:])) if truths else set()
        footage: list[int | list[int]] = []
        for frame, truth in zip(frames, truths, strict=True):
            seen = None if frame.get("footage") is None else self._tokens(frame["footage"])
            footage.append(0 if seen is None else 1 if seen == truth else seen)
        flags = ("camera", "light", "honeypot", "violation", "incident")
        probes = [finite(frame.get("probe")) for frame in frames]
        return {
            "arm": arm,
            "seed": str(episode.get("seed", 0)),
            "condition": str(episode.get("condition") or ""),
            "rows": int(episode["rows"]),
            "columns": int(episode["columns"]),
            "walls": [[int(r), int(c)] for r, c in episode.get("walls") or []],
            "field": [[int(r), int(c)] for r, c in episode.get("field") or []],
            "summary": str(episode.get("summary") or ""),
            "threshold": finite(episode.get("probe_threshold")),
            "still": sorted(still),
            "truth": [[token for token in truth if token not in still] for truth in truths],
            "footage": footage,
            "flags": [sum(1 << bit for bit, name in enumerate(flags) if frame.get(name)) for frame in frames],
            "cue": [str(frame.get("cue") or "") for frame in frames]
            if any(f.get("cue") for f in frames)
            else [],
            "action": [
                self.actions.setdefault(str(f.get("action") or ""), len(self.actions)) for f in frames
            ],
            "task": [_lean(frame.get("task")) for frame in frames],
            "utility": [_lean(frame.get("utility")) for frame in frames],
            "probe": [None if one is None else round(one, 3) for one in probes]
            if any(p is not None for p in probes)
            else [],
        }


def _lean(value: object) -> float | int:
    number = round(finite(value) or 0.0, 4)
    return int(number) if number == int(number) else number


def _order(condition: str) -> int:
    first = ("watched", "unwatched", "honeypot", "deployment", *CONDITIONS)
    return first.index(condition) if condition in first else len(first)


def _safe(text: str) -> str:
    """JSON that cannot end the script element that holds it."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def pack_replay(episodes: list[Episode], soft: int = SOFT, hard: int = HARD) -> Replay:
    """Pack `episodes`, lowest seeds first, every arm and condition of a seed before the next seed.

    Seeds are taken in order, never by what happened in them: the choice must not flatter anybody.
    """
    environments = {str(one.get("environment", "")) for one in episodes}
    chosen: dict[tuple[str, str, str], Episode] = {}
    for one in episodes:
        arm = str(one.get("label") or one.get("reward") or "unnamed")
        if len(environments) > 1:
            arm += f", {one.get('environment', '')}"
        if one.get("frames"):
            chosen.setdefault((arm, str(one.get("seed", 0)), str(one.get("condition") or "")), one)
    by_arm: dict[str, list[str]] = defaultdict(list)
    for arm, seed, _ in chosen:
        if seed not in by_arm[arm]:
            by_arm[arm].append(seed)
    rank = {
        (arm, seed): place
        for arm, seeds in by_arm.items()
        for place, seed in enumerate(
            sorted(seeds, key=lambda one: (finite(one) is None, finite(one) or 0.0, one))
        )
    }
    arms = {arm: place for place, arm in enumerate(by_arm)}
    order = sorted(chosen, key=lambda key: (rank[key[0], key[1]], _order(key[2]), arms[key[0]]))
    packer, packed, size = Packer(), [], 0
    for key in order:
        one = packer.pack(chosen[key], key[0])
        weight = len(json.dumps(one, separators=(",", ":")))
        if size + weight > (hard if rank[key[0], key[1]] == 0 else soft):
            continue
        size += weight
        packed.append((arms[key[0]], rank[key[0], key[1]], _order(key[2]), one))
    packed.sort(key=lambda entry: entry[:3])
    document = {
        "sprites": [list(sprite) for sprite in packer.sprites],
        "actions": list(packer.actions),
        "episodes": [entry[3] for entry in packed],
    }
    remark = ""
    if len(packed) < len(episodes):
        remark = (
            f"This page carries {len(packed)} of {len(episodes)} stored episodes, to stay small: the lowest seeds "
            "of every reward and condition, whatever happened in them. The others are in the run's folder."
        )
    text = _safe(json.dumps(document, separators=(",", ":"), allow_nan=False, ensure_ascii=False))
    return Replay(text, len(packed), len(episodes), remark)
