"""A cell: one experimental design with all its seeds, as plain data."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

Parameters = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One design with all its seeds: what a claim is made of and what a worker runs.

    `environment`, `reward` and `agent` are registered names (see `gyges list`) or `FILE:NAME`.
    Parameters override fields of the object of that name; nested fields are dotted
    (`{"cameras.honeypot_rate": 0.4}`).

    `label` names the arm in tables and does not decide any result, so it is not part of `key`.
    """

    environment: str = "vault"
    reward: str = "outcome"
    agent: str = "ppo"
    environment_parameters: Parameters = field(default_factory=dict)
    reward_parameters: Parameters = field(default_factory=dict)
    agent_parameters: Parameters = field(default_factory=dict)
    warm: float = 0.0
    """Share of the updates that are first trained on the outcome reward alone."""
    updates: int = 60
    budgets: tuple[int, ...] = ()
    """Updates after which the agent is evaluated; the last update always is."""
    seeds: tuple[int, ...] = tuple(range(8))
    episodes: int = 256
    """Episodes per condition and seed at evaluation."""
    needs: tuple["Cell", ...] = ()
    """Cells whose results this one reads (yoked fines need the run that they are yoked to)."""
    label: str = ""

    @property
    def name(self) -> str:
        """What tables call this arm."""
        return self.label or self.reward

    def design(self) -> Parameters:
        """All that determines the result, as JSON-able data (without the code, see `key`)."""
        plain = asdict(replace(self, needs=(), label=""))
        del plain["label"]
        plain["needs"] = [need.design() for need in self.needs]
        return plain

    def key(self, code: str) -> str:
        """Content hash of the design together with `code`, a digest of the code that runs it."""
        text = json.dumps([self.design(), code], sort_keys=True, default=list)
        return hashlib.sha256(text.encode()).hexdigest()[:20]
