"""Lines of the grader's source: `FILE:LINE` taken apart, and what stands there."""

import os
from dataclasses import dataclass
from pathlib import Path

from gyges.audit.records import Finding
from gyges.audit.report import Report

_LARGEST = 2_000_000
"""Bytes of a source file beyond which nothing is quoted from it."""


@dataclass(frozen=True)
class Place:
    """A line of a file; the line is at least 1."""

    file: str
    line: int

    @property
    def path(self) -> Path:
        return Path(self.file)

    def seen_from(self, folder: Path) -> str | None:
        """The path relative to `folder`, with slashes; None if it is not inside."""
        try:
            inside = os.path.relpath(self.path.resolve(), folder.resolve())
        except (OSError, ValueError):
            return None
        return None if inside.startswith("..") else Path(inside).as_posix()


def place(text: str) -> Place | None:
    """`FILE:LINE` as a place; None for anything else."""
    file, _, line = text.rpartition(":")
    return Place(file, int(line)) if file and line.isascii() and line.isdigit() and int(line) > 0 else None


def place_of(finding: Finding, report: Report) -> Place | None:
    """The line responsible, or else where the grader is defined; None if neither is known."""
    found = place(finding.line)
    if found is None and report.opened.file and report.opened.line > 0:
        return Place(report.opened.file, report.opened.line)
    return found


def excerpt(at: Place, report: Report, around: int = 2) -> list[tuple[int, str]]:
    """Numbered lines near `at`; none if the file is not one of the grader's, or cannot be read."""
    if at.file not in (*report.opened.files, report.opened.file):
        return []
    try:
        if at.path.stat().st_size > _LARGEST:
            return []
        text = at.path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    first, last = max(1, at.line - around), min(len(text), at.line + around)
    return [(number, text[number - 1]) for number in range(first, last + 1)] if at.line <= len(text) else []
