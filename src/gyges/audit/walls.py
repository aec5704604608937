"""What the box holds on this machine, in sentences."""

from collections.abc import Collection, Iterator

_HELD = {
    "processes": (
        "Processes: the grader sees none but its own, and whatever it starts ends with the box.",
        "Processes are not walled off here: what a program starts that is not Python may outlive the audit.",
    ),
    "network": (
        "Network: there is none, not even loopback.",
        "The network is not walled off here: Python code is refused connections, other programs are not.",
    ),
    "files": (
        "Files: it writes below its scratch folder and nowhere else.",
        "Files are not walled off here: Python code is refused other places, other programs are not.",
    ),
}


def told(walls: Collection[str]) -> Iterator[str]:
    """A sentence for each wall that stands or is missing, and what no wall holds."""
    for wall, (there, missing) in _HELD.items():
        yield there if wall in walls else missing
    yield "Not held: it can read every file that you can read. docs/the-box.md has the whole list."
