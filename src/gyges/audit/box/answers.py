"""Turns what comes out of the box into scores, believing nothing of it that does not fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gyges.audit.box.wire import cut
from gyges.audit.records import Call, Effect, Score


def scores(said: Mapping[str, Any], call: Call) -> tuple[Score, ...]:
    """One score per completion of the call."""
    wanted = len(call.completions)
    try:
        return _scores(said, wanted)
    except (KeyError, TypeError, ValueError, AttributeError):
        return broken({"fault": "killed", "detail": f"sent a message that is none: {cut(dict(said))}"}, call)


def broken(said: Mapping[str, Any], call: Call) -> tuple[Score, ...]:
    """The scores of a call that was not answered, because the worker did not live to do so."""
    score = Score(None, said["fault"], said["detail"], seconds=said.get("seconds", 0.0) / max(1, len(call.completions)))
    return (score,) * len(call.completions)


def _scores(said: Mapping[str, Any], wanted: int) -> tuple[Score, ...]:
    values = said["values"]
    if len(values) != wanted:
        raise ValueError
    effects = tuple(
        Effect(str(kind), str(detail), str(line), bool(b)) for kind, detail, line, b in said.get("effects", ())
    )
    covered = frozenset(map(str, said.get("covered", ())))
    faults = said.get("faults") or [("", "")] * wanted
    line, printed = str(said.get("line", "")), int(said["printed"])
    seconds = float(said["seconds"]) / max(1, wanted)
    found = []
    for value, (fault, detail) in zip(values, faults, strict=True):
        scored = isinstance(value, (int, float)) and math.isfinite(value)
        if not scored and fault in ("", "output"):
            raise ValueError
        found.append(
            Score(
                float(value) if fault in ("", "output") else None,
                str(fault),
                str(detail),
                line if fault else "",
                seconds,
                effects,
                covered,
                printed,
            )
        )
    return tuple(found)
