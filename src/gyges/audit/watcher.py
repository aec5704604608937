"""What an audit tells whoever watches it."""

from gyges.audit.records import Finding


class Watcher:
    """Told what happens while an audit runs. This one ignores it."""

    def phase(self, name: str, total: int | None = None) -> None:
        """A phase begins, of `total` steps if that is known."""

    def advance(self, steps: int = 1) -> None:
        """Steps of the phase are done."""

    def found(self, finding: Finding) -> None:
        """A finding, as soon as it is confirmed: it may still be shrunk, and reach more tasks."""

    def note(self, message: str) -> None:
        """Something that the user should know and need not act on."""
