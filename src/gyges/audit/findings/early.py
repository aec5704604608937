"""The first sign of a hole, as soon as there is one: the rest of the audit may name it better."""

from collections.abc import Mapping

from gyges.audit.attacks.causes import Cause
from gyges.audit.findings.grouping import grouped
from gyges.audit.findings.making import make
from gyges.audit.subject import Subject
from gyges.audit.trial import Outcome
from gyges.audit.watcher import Watcher

ENOUGH = 2
"""Mistakes of one cause that make a sign."""


class Early:
    """Tells a watcher of one finding before the attacks have ended."""

    def __init__(self, subject: Subject, known: Mapping[str, Cause], watcher: Watcher) -> None:
        self._subject, self._known, self._watcher = subject, known, watcher
        self._told = False

    def look(self, outcome: Outcome) -> None:
        """Tells of the widest group that is no matter of opinion, once."""
        if self._told or len(outcome.mistakes) < ENOUGH:
            return
        groups = {
            key: group
            for key, group in grouped(self._subject, outcome.mistakes).items()
            if key[0] not in ("contested", "false_negative") and len(group) >= ENOUGH
        }
        if groups:
            self._told = True
            kind, slug = max(groups, key=lambda key: len(groups[key]))
            found = make(self._subject, kind, slug, groups[kind, slug], self._known, lambda one: one, 0, lambda _: "")
            self._watcher.found(found)
