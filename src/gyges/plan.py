"""What a run is made of: claims, the cells that they ask for, and the judgement at the end."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from gyges.cell import Cell
from gyges.faults import Fault, unknown
from gyges.store.cells import Store

if TYPE_CHECKING:
    import pandas as pd

Budget = Literal["quick", "default", "full"]
SEEDS = 8
"""Fewest seeds for which the claims' decision rules were written."""
RING = "caught-versus-did"
"""The claim whose control a reward of the user's own is measured beside."""


@dataclass(frozen=True)
class Plan:
    """Cells, each with the claim that asked for it (or "")."""

    budget: Budget
    seeds: tuple[int, ...]
    claims: tuple[Any, ...]
    cells: tuple[tuple[str, Cell], ...]


def plan(names: Sequence[str], budget: Budget, seeds: int, reward: str = "", environment: str = "") -> Plan:
    """The cells of the claims called `names` (all of them if there are none), and of `reward`.

    **Arguments:**

    - `names`: claims, by name or number; without any, all but those that run only when they are named.
    - `reward`: a reward to put to the same test as the outcome-only control of the first claim, beside
      that control. With a reward and no names, only these two run.
    - `environment`: where `reward` is tested; in a text environment beside the strict verifier.
    """
    if seeds < 1:
        raise Fault(f"--seeds {seeds}: at least one seed is needed; {SEEDS} give the intervals that claims ask for")
    chosen = tuple(range(seeds))
    claims = _claims(names) if names or not reward else ()
    cells = [(claim.name, cell) for claim in claims for cell in claim.cells(budget, chosen)]
    if environment and not reward:
        raise Fault(f"--environment {environment}: it says where --reward is tested; give a reward as well.")
    if reward:
        cells += [("", cell) for cell in beside_control(reward, budget, chosen, environment)]
    return Plan(budget, chosen, claims, tuple(cells))


def registry() -> Mapping[str, Any]:
    """All claims by name, in the order of their numbers."""
    claims: Mapping[str, Any] = import_module("gyges.claims").registry()
    return claims


def beside_control(reward: str, budget: Budget, seeds: tuple[int, ...], environment: str = "") -> list[Cell]:
    """A control, and the same cell under `reward`.

    The control is the outcome-only one of the first claim, or in a text environment the strict verifier.
    """
    from gyges.environments import Environment
    from gyges.environments.text import Text
    from gyges.registry import find
    from gyges.rewards.base import HostReward, Reward, reads

    text = bool(environment) and issubclass(find("environments", Environment, environment), Text)
    if text:
        from gyges.claims.language import trained

        control = trained(budget, seeds, "strict-verifier", environment=environment, label="strict verifier")
    else:
        cells = registry()[RING].cells(budget, seeds)
        control = next(cell for cell in cells if cell.reward == "outcome")
        if environment and environment != control.environment:
            raise Fault(
                f"--environment {environment}: a reward is tested in {control.environment} or in a text environment; "
                "for another world write a claim (docs/extend.md)."
            )

    # A wrong name should be said at once, not after the control has been trained.
    found = find("rewards", (Reward, HostReward), reward)
    reads(object.__new__(found))
    if issubclass(found, HostReward) and not text:
        raise Fault(
            f"--reward {reward}: a host reward scores decoded samples, and the vault has none. Say in which text "
            "environment it is to be tested, for example --environment arithmetic."
        )
    if text:
        columns = find("environments", Environment, environment).columns
        if lacking := [f"`{name}`" for name in getattr(found, "wants", ()) if name not in columns]:
            given = ", ".join(f"`{name}`" for name in ("prompts", "completions", *columns))
            raise Fault(
                f"--reward {reward}: it wants {', '.join(lacking)}, and {environment} has {given}. Rename it, "
                "or give it a default."
            )
    label = reward.rpartition(":")[2]
    return [control, replace(control, reward=reward, reward_parameters={}, label=label)]


def judge(plan: Plan, store: Store, key_of: Callable[[Cell], str]) -> list[dict[str, Any]]:
    """The verdicts on each claim of the plan, as plain data; `key_of` gives a cell's key.

    A claim that is decided per arm has a verdict for each, called `claim (arm)`.
    """
    verdicts = []
    for claim in plan.claims:
        cells = [cell for name, cell in plan.cells if name == claim.name]
        missing = sum(not store.has(key_of(cell)) for cell in cells)
        if missing:
            verdicts.append(_undecided(claim, f"{missing} of its {len(cells)} cells are missing"))
        else:
            metrics = [(cell, store.metrics(key_of(cell))) for cell in cells]
            found = claim.verdicts(_results(metrics), plan.budget, plan.seeds)
            verdicts += [_plain(claim, verdict) for verdict in found]
    return verdicts


def _results(metrics: "Iterable[tuple[Cell, pd.DataFrame]]") -> Any:
    return import_module("gyges.claims").Results(list(metrics))


def _claims(names: Sequence[str]) -> tuple[Any, ...]:
    known = registry()
    found: dict[str, Any] = {}
    for name in names or [claim.name for claim in known.values() if not claim.named_only]:
        claims = [claim for claim in known.values() if name in (claim.name, str(claim.number))]
        # A number that several claims have means the short ones, as no name at all does.
        claims = [claim for claim in claims if not claim.named_only or name == claim.name] or claims
        if not claims:
            raise unknown("claim", name, known, see="gyges list")
        found |= {claim.name: claim for claim in claims}
    return tuple(found.values())


def _undecided(claim: Any, reason: str) -> dict[str, Any]:
    return {
        "claim": claim.name,
        "number": claim.number,
        "part": "",
        "verdict": "not decided",
        "reason": reason,
        "statement": claim.statement,
        "metric": "",
        "value": None,
        "low": None,
        "high": None,
        "sentence": f"{claim.name.capitalize()}: not decided, because {reason}.",
    }


def _plain(claim: Any, verdict: Any) -> dict[str, Any]:
    if not is_dataclass(verdict) or isinstance(verdict, type):
        raise TypeError(f"claim {claim.name} gave {verdict!r}; a Verdict was wanted")
    plain = asdict(verdict)
    names = ("part", "verdict", "reason", "statement", "metric", "value", "low", "high", "sentence")
    head: dict[str, Any] = {"claim": claim.name, "number": claim.number}
    return head | {name: _finite(plain[name]) for name in names}


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: they become null."""
    if isinstance(value, str) or value is None:
        return value
    number = float(value)
    return number if math.isfinite(number) else None
