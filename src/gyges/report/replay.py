"""Episodes for the replay, packed small and kept within a budget of bytes."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
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
            "cue": [str(frame.get("cue") or "") for frame in frames] if any(f.get("cue") for f in frames) else [],
            "action": [self.actions.setdefault(str(f.get("action") or ""), len(self.actions)) for f in frames],
            "task": [_lean(frame.get("task")) for frame in frames],
            "utility": [_lean(frame.get("utility")) for frame in frames],
            "probe": [None if one is None else round(one, 3) for one in probes]
            if any(p is not None for p in probes)
            else [],
        }


def _lean(value: object) -> float | int:
    number = round(finite(value) or 0.0, 4)
    return int(number) if number == int(number) else number


def condition_order(condition: str) -> int:
    first = ("watched", "unwatched", "honeypot", "deployment", *CONDITIONS)
    return first.index(condition) if condition in first else len(first)


def script_safe(text: str) -> str:
    """JSON that cannot end the script element that holds it."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@dataclass(frozen=True)
class Cast:
    """Who appears in the replay: names of cells by key, and the arms that come before all others."""

    names: dict[str, str] = field(default_factory=dict)
    first: frozenset[str] = frozenset()

    def name(self, episode: Episode, several: bool) -> str:
        """What the episode's arm is called; `several` environments are told apart."""
        named = self.names.get(str(episode.get("cell", "")))
        if named is not None:
            return named
        label = str(episode.get("label") or episode.get("reward") or "unnamed")
        return f"{label}, {episode.get('environment', '')}" if several else label


def _seed_ranks(keys: list[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
    """Place of each seed among those of its arm, lowest first."""
    seeds: dict[str, set[str]] = defaultdict(set)
    for arm, seed, _ in keys:
        seeds[arm].add(seed)
    return {
        (arm, seed): place
        for arm, own in seeds.items()
        for place, seed in enumerate(sorted(own, key=lambda one: (finite(one) is None, finite(one) or 0.0, one)))
    }


def pack_replay(episodes: list[Episode], cast: Cast | None = None, soft: int = SOFT, hard: int = HARD) -> Replay:
    """Pack `episodes`, lowest seeds first, every arm and condition of a seed before the next seed.

    Seeds are taken in order, never by what happened in them: the choice must not flatter anybody.
    """
    cast = cast or Cast()
    several = len({str(one.get("environment", "")) for one in episodes}) > 1
    chosen: dict[tuple[str, str, str], Episode] = {}
    for one in episodes:
        if one.get("frames"):
            place = (cast.name(one, several), str(one.get("seed", 0)), str(one.get("condition") or ""))
            chosen.setdefault(place, one)
    ranks = _seed_ranks(list(chosen))
    arms = {arm: place for place, arm in enumerate(dict.fromkeys(arm for arm, _, _ in chosen))}
    ahead = {arm: not cast.first or arm in cast.first for arm in arms}

    def turn(key: tuple[str, str, str]) -> tuple[bool, int, int, int]:
        arm, seed, condition = key
        return not ahead[arm], ranks[arm, seed], condition_order(condition), arms[arm]

    packer, packed, size = Packer(), [], 0
    for key in sorted(chosen, key=turn):
        one = packer.pack(chosen[key], key[0])
        weight = len(json.dumps(one, separators=(",", ":")))
        late, rank, condition, arm = turn(key)
        if size + weight > (hard if rank == 0 and not late else soft):
            continue
        size += weight
        packed.append((late, arm, rank, condition, one))
    packed.sort(key=lambda entry: entry[:4])
    document = {
        "sprites": [list(sprite) for sprite in packer.sprites],
        "actions": list(packer.actions),
        "episodes": [entry[4] for entry in packed],
    }
    remark = ""
    if len(packed) < len(episodes):
        remark = (
            f"This page carries {len(packed)} of {len(episodes)} stored episodes, to stay small: the lowest "
            "seeds of the arms in the ring table first, whatever happened in them. "
            "The others are in the run's folder."
        )
    text = script_safe(json.dumps(document, separators=(",", ":"), allow_nan=False, ensure_ascii=False))
    return Replay(text, len(packed), len(episodes), remark)
