"""The user's task file."""

import json
from pathlib import Path
from typing import Any

from gyges.faults import Fault


def read_tasks(path: Path, most: int) -> list[dict[str, Any]]:
    """The rows of a JSONL file; raises `Fault` with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"--tasks {path}: {error}. Give a JSONL file, one task a line.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Fault(f"{path}, line {number} is not JSON: {error}. Give one JSON object a line.") from error
        if not isinstance(row, dict):
            raise Fault(f"{path}, line {number} is {type(row).__name__}; a task is a JSON object with named columns")
        rows.append(row)
        if len(rows) == most:
            break
    if not rows:
        raise Fault(f"{path} holds no tasks; give one JSON object a line, with a prompt and an answer")
    return rows
