"""The machine-readable outcome of a run: what `gyges run --json` writes; its schema is docs/json.md."""

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from gyges import disk
from gyges.cli.tables import Row
from gyges.store.runs import Manifest

SCHEMA = 1
_VERDICT = ("part", "verdict", "reason", "statement", "metric", "value", "low", "high", "sentence")


def document(manifest: Manifest, table: list[Row], page: Path | None) -> dict[str, Any]:
    """All that there is to say about a run, as JSON-able data without NaN."""
    keys = {cell.key for cell in manifest.cells}
    failed = {failure["key"] for failure in manifest.failures}
    return {
        "schema": SCHEMA,
        "gyges": version(),
        "run": manifest.name,
        "status": manifest.status,
        "budget": manifest.budget,
        "seeds": manifest.seeds,
        "page": None if page is None else str(page),
        "cells": {"total": len(keys), "failed": len(failed)},
        "failures": manifest.failures,
        "claims": [
            {"name": verdict["claim"]} | {name: verdict[name] for name in _VERDICT} for verdict in manifest.verdicts
        ],
        "table": table,
    }


def write(content: dict[str, Any], target: str) -> None:
    """Writes the document to a file, or to the standard output if `target` is "-"."""
    if target == "-":
        sys.stdout.write(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        return
    try:
        disk.write_json(Path(target), content)
    except OSError as error:
        raise disk.disk_fault(error, Path(target)) from error


def version() -> str:
    """The version of gyges that runs."""
    try:
        return metadata.version("gyges")
    except metadata.PackageNotFoundError:
        return "unknown"
