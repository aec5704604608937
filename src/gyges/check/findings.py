"""What a check found: one line per trial."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from gyges.faults import Fault

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """What was tried and what came of it; a failure also says how to mend it."""

    status: Literal["ok", "note", "fail"]
    """A note is something to know, not something wrong."""
    text: str

    @property
    def ok(self) -> bool:
        return self.status != "fail"


@dataclass
class CheckReport:
    """The lines of a check, in the order of the trials."""

    subject: str
    lines: list[Line] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(line.ok for line in self.lines)

    def passed(self, text: str) -> None:
        self.lines.append(Line("ok", text))

    def note(self, text: str) -> None:
        self.lines.append(Line("note", text))

    def failed(self, text: str) -> None:
        self.lines.append(Line("fail", text))

    def expect(self, holds: bool, right: str, wrong: str) -> bool:
        """Adds `right` or `wrong`, and says which by returning `holds`."""
        self.passed(right) if holds else self.failed(wrong)
        return holds

    def attempt(self, trial: str, function: Callable[[], T], mend: str = "") -> T | None:
        """What `function` returns; None, and a failed line, if it raises anything."""
        try:
            return function()
        except Fault as fault:
            self.failed(f"{trial}: {fault.message}")
        except Exception as error:  # anything can come out of somebody else's code
            said = str(error).strip().split("\n")[0]
            self.failed(f"{trial}: {type(error).__name__}: {said}" + (f"; {mend}" if mend else ""))
        return None
