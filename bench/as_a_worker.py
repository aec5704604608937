"""The environment variables that Gyges gives its own workers, asked of Gyges itself."""

import json
import os
import subprocess

_ASK = "import json, os; from gyges.workers import settings; print(json.dumps(settings(os.environ)))"


def environment(python: str, cache: str) -> dict[str, str]:
    """**Arguments:** `python`: that of Gyges's environment; `cache`: folder for compiled programs."""
    # What is set outside would win over the cache folder.
    outside = {name: value for name, value in os.environ.items() if name != "JAX_COMPILATION_CACHE_DIR"}
    outside["XDG_CACHE_HOME"] = cache
    asked = subprocess.run([python, "-c", _ASK], env=outside, stdout=subprocess.PIPE, check=True)
    return outside | json.loads(asked.stdout)
