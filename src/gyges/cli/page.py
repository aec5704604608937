"""Gathers what is stored of a run for its page."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gyges import disk
from gyges.store import Entry, Manifest, Runs, Store, load

if TYPE_CHECKING:
    import pandas as pd

_MAP = ("cameras.honeypot_rate", "cameras.tell")
"""An arm whose design sets both belongs on the honeypot map."""


def write(store: Store, runs: Runs, manifest: Manifest) -> Path:
    """Writes the page of a run and says where it is."""
    from gyges.report import write_page

    stored = [entry for entry in _distinct(manifest.cells) if store.has(entry.key)]
    arms = _arms(stored)
    episodes = [episode | {"cell": entry.key} for entry in stored for episode in store.episodes(entry.key)]
    path = runs.folder(manifest.name) / "report.html"
    try:
        return write_page(
            path,
            title=f"Gyges: {manifest.name}",
            created=manifest.created[:16].replace("T", " ") + " UTC",
            verdicts=[verdict | {"name": _called(verdict)} for verdict in manifest.verdicts],
            metrics=load(manifest.name, runs.out).rename(columns={"key": "cell"}),
            arms=arms,
            episodes=[one for one in episodes if one.get("kind") != "text"],
            samples=[one for one in episodes if one.get("kind") == "text"],
            notes=_notes(manifest),
            missing=_missing(manifest),
            break_even=_break_even([entry for entry in stored if _on_the_map(entry)]),
        )
    except OSError as error:
        raise disk.disk_fault(error, path) from error


def _distinct(cells: list[Entry]) -> list[Entry]:
    return list({entry.key: entry for entry in reversed(cells)}.values())[::-1]


def _called(verdict: dict[str, Any]) -> str:
    return f"{verdict['claim']} ({verdict['part']})" if verdict.get("part") else str(verdict["claim"])


def _on_the_map(entry: Entry) -> bool:
    return all(name in entry.design["environment_parameters"] for name in _MAP)


def _arms(entries: list[Entry]) -> "pd.DataFrame":
    import pandas as pd

    rows = []
    for entry in entries:
        design = entry.design
        parameters = design["environment_parameters"] | design["reward_parameters"] | design["agent_parameters"]
        row: dict[str, Any] = {name: value for name, value in parameters.items() if isinstance(value, int | float)}
        row |= {name: design[name] for name in ("environment", "agent", "warm", "updates")}
        # A run of a trainer says itself what its reward reads: it is in no registry.
        kind = design.get("kind") or _kind(design["reward"])
        row |= {"key": entry.key, "label": entry.label, "claim": entry.claim, "kind": kind}
        row |= {"group": _group(entry), "control": design["reward"] == "outcome"}
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["key", "label"])


def _group(entry: Entry) -> str:
    """Where the page shows the arm: with text, on the map, or in the table."""
    # What a trainer trains writes text, and its prompts are in no registry.
    if "kind" in entry.design or _is_text(entry.design["environment"]):
        return "text"
    return "map" if _on_the_map(entry) else "table"


def _is_text(environment: str) -> bool:
    """An environment is one of text if it has a vocabulary."""
    from gyges.environments.base import Environment
    from gyges.registry import find

    return hasattr(find("environments", Environment, environment), "vocabulary")


def _kind(reward: str) -> str:
    from gyges.registry import find
    from gyges.rewards.base import HostReward, Reward, kind

    found = find("rewards", (Reward, HostReward), reward)
    # What a reward reads is in the signatures of its methods: no field is needed to tell.
    return kind(object.__new__(found))


def _break_even(entries: list[Entry]) -> list[dict[str, Any]] | None:
    """Claim 2's bound for the world and the fine of the map, if they are the same all over it."""
    from gyges.environments.vault import Vault
    from gyges.evaluation.break_even import break_even
    from gyges.parameters import with_parameters
    from gyges.rewards.programmed import SeenTheft

    worlds = [
        {name: value for name, value in entry.design["environment_parameters"].items() if name not in _MAP}
        for entry in entries
    ]
    fines = [entry.design["reward_parameters"].get("fine", SeenTheft().fine) for entry in entries]
    same = all(world == worlds[0] and fine == fines[0] for world, fine in zip(worlds, fines, strict=True))
    if not entries or not same or {entry.design["environment"] for entry in entries} != {"vault"}:
        return None
    found = break_even(with_parameters(Vault(), worlds[0]), float(fines[0]))
    return [{"tell": tell, "rate": rate} for tell, rate in found["honeypot_rate"].items()]


def _notes(manifest: Manifest) -> list[str]:
    made_with = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    notes = [f"Made by `{manifest.command}` with {made_with}.", f"{manifest.seeds} seeds per cell."]
    if manifest.budget == "quick":
        notes.append("A quick run: training is short, which flatters fines and honeypots. It decides little.")
    return notes


def _missing(manifest: Manifest) -> list[str]:
    missing = [f"{failure['label']}: {failure['reason']}" for failure in manifest.failures]
    if not manifest.claims:
        missing.append("No claim was put to the test in this run.")
    return missing
