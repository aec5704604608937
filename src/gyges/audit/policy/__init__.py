"""How likely a language model is to write an exploit: asked in a process of its own, in the user's environment."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gyges.faults import Fault

TIMEOUT = 900.0
GUEST = Path(__file__).with_name("guest.py")


def log_probabilities(
    folder: Path, pairs: Sequence[tuple[Any, str]], python: str = sys.executable, timeout: float = TIMEOUT
) -> list[float]:
    """Log-probability in nats of each completion, end of turn included, given its prompt.

    **Arguments:**

    - `folder`: a local causal language model with its tokenizer, as `save_pretrained` writes them.
    - `pairs`: (prompt, completion); a prompt is text or a list of chat messages.
    - `python`: an interpreter that has torch and transformers.

    Raises `Fault` if the model cannot be had, with what to install.
    """
    if not (folder / "config.json").is_file():
        raise Fault(f"--policy {folder}: no config.json there. Give the folder of a language model on this disk.")
    asked = json.dumps({"folder": str(folder.absolute()), "pairs": [list(pair) for pair in pairs]})
    try:
        done = subprocess.run(
            [python, "-P", str(GUEST)] if _safe_path(python) else [python, str(GUEST)],
            input=asked,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as expired:
        raise Fault(f"--policy {folder}: the model did not answer within {timeout:g} seconds") from expired
    if done.returncode:
        raise Fault(f"--policy {folder}: {_last(done.stderr)}")
    values: list[float] = json.loads(done.stdout.splitlines()[-1])
    return values


def _safe_path(python: str) -> bool:
    return python == sys.executable


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the process that loads the model ended without a word"
