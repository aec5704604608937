"""What audits foretold of the graders, frozen before any training under them: `predictions.json`, known by its hash.

`bench/foresight.py` writes the file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gyges.faults import Fault

FILE = Path(__file__).with_name("predictions.json")


@dataclass(frozen=True)
class Foretold:
    """What one audit said."""

    number: int
    reported: bool
    """Whether it showed a wrong completion that is paid."""
    severity: float | None
    """In nats, larger is safer (see `gyges.evaluation.foresight`); None where no exploit that can be written is
    known."""
    attacks_alone: float | None
    """The same without what the start policy's rollouts showed."""
    as_printed: float | None
    """What a reader of the audit can work out with `--policy`: minus the log-probability of a finding's own completion,
    minus that of its reach; of the cheapest finding whose completion can be written."""
    log_probability: float | None
    """That of the likeliest exploit known, as a mean over the start policies."""


@dataclass(frozen=True)
class Predictions:
    """All of them, in the order of the graders."""

    graders: tuple[Foretold, ...]
    digest: str
    """SHA-256 of the file."""
    content: Mapping[str, Any]
    """The file, with tasks, findings and the hashes of the graders' sources."""

    @property
    def mark(self) -> int:
        """The first 48 bits of the hash: a number that a cell can carry."""
        return int(self.digest[:12], 16)


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way in which predictions are written."""
    return json.dumps(content, indent=1, sort_keys=True, allow_nan=False).encode() + b"\n"


@cache
def predictions(file: Path = FILE) -> Predictions:
    """Reads them; raises `Fault` if the file is not as it was written."""
    try:
        data = file.read_bytes()
        content = json.loads(data)
        own = [{name: row[name] for name in Foretold.__dataclass_fields__} for row in content["graders"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault(f"{file} does not hold predictions: {error!r}. Make them with bench/foresight.py.") from error
    if canonical(content) != data:
        raise Fault(f"{file} was changed by hand. Make it anew with bench/foresight.py.")
    return Predictions(tuple(Foretold(**row) for row in own), hashlib.sha256(data).hexdigest(), content)
