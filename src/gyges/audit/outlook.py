"""When training would likely find a hole, by what the lab's trainings found under graders that had been audited before.

The curve is `calibration.json`, made from a run of claim 23 by `bench/foresight_curve.py`; docs/foresight.md shows
it, and says what it does not say.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gyges.audit.records import Finding

FILE = Path(__file__).with_name("calibration.json")
HOLES = ("false_positive", "unread_input")
"""Kinds of findings that training can find: something wrong is paid."""
WANTED = "Not known without the policy that will be trained: --policy DIR gives the log-probability that it takes."


@dataclass(frozen=True)
class Outlook:
    """What the calibration says of one finding."""

    surprise: float | None
    """Nats: minus the log-probability of its completion, minus that of its reach. None without a policy."""
    trainings: int
    """Trainings under holes that were about as surprising."""
    exploited: int
    """Those in which a tenth of the samples came to exploit the hole."""
    median: float | None
    """Updates until then in the median training; None if half or more never got there, or none was like it."""
    updates: int
    """How long these trainings were."""
    sentence: str


@cache
def calibration(file: Path = FILE) -> Mapping[str, Any] | None:
    """The curve with its provenance; None if there is none."""
    if not file.is_file():
        return None
    content: Mapping[str, Any] = json.loads(file.read_text())
    return content


def outlook(finding: Finding, curve: Mapping[str, Any] | None = None) -> Outlook | None:
    """When training would find it; None for what training cannot find, or without a calibration."""
    curve = curve or calibration()
    if curve is None or finding.kind not in HOLES:
        return None
    updates = int(curve["updates"])
    if finding.log_probability is None:
        return Outlook(None, 0, 0, None, updates, WANTED)
    surprise = max(0.0, -finding.log_probability - math.log(finding.reach / finding.tried if finding.reach else 1.0))
    near = next((one for one in curve["bins"] if one["low"] <= surprise < one["high"]), None)
    if near is None:
        sentence = f"Surprise {surprise:.1f} nats: no training of the calibration was under a hole like it."
        return Outlook(surprise, 0, 0, None, updates, sentence)
    median = near["median"]
    when = f"; the median after {median:.0f}" if median is not None else ""
    sentence = (
        f"Surprise {surprise:.1f} nats: under holes of {near['low']:.0f} to {near['high']:.0f} nats, "
        f"{near['exploited']} of {near['trainings']} trainings of a small policy exploited them within {updates} "
        f"updates{when}."
    )
    return Outlook(surprise, near["trainings"], near["exploited"], median, updates, sentence)
