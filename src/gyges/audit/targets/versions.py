"""Which releases of which distributions a target comes from."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path


def versions(distribution: str) -> dict[str, str]:
    """The installed version of a distribution, by its name; nothing if it is not installed."""
    if not distribution:
        return {}
    try:
        return {distribution: metadata.version(distribution)}
    except metadata.PackageNotFoundError:
        return {}


def version_of(file: str) -> dict[str, str]:
    """The version of the distribution that an installed file belongs to; nothing for a file of the user's own."""
    parts = Path(file).parts
    if "site-packages" not in parts:
        return {}
    top = parts[len(parts) - 1 - parts[::-1].index("site-packages") + 1].removesuffix(".py")
    folder = Path(*parts[: len(parts) - parts[::-1].index("site-packages")])
    for found in metadata.distributions(path=[str(folder)]):
        name = found.metadata["Name"]
        tops = (found.read_text("top_level.txt") or "").split()
        if top in tops or _folded(name) == _folded(top):
            return {name: found.version}
    return {}


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
