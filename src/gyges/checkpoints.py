"""Half-finished work on disk: saved whole, checked when it is read."""

from pathlib import Path

from gyges import disk

_FILE = "state"


class DamagedCheckpoint(Exception):  # noqa: N818
    """What was saved is not what is there now. The runner sets it aside and starts the cell over."""


def save(folder: Path, state: bytes) -> None:
    """Replaces what was saved in `folder` by `state`, at once."""
    folder.mkdir(parents=True, exist_ok=True)
    disk.write_file(folder / _FILE, disk.digest(state).encode() + b"\n" + state)


def load(folder: Path) -> bytes | None:
    """What was last saved in `folder`, or None if nothing was.

    Raises `DamagedCheckpoint` if it was altered since; let that pass, the runner knows what to do.
    """
    try:
        digest, _, state = (folder / _FILE).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if digest.decode(errors="replace") != disk.digest(state):
        raise DamagedCheckpoint(f"{folder / _FILE} is damaged: its contents do not match their checksum")
    return state
