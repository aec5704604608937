"""What the audit passes from room to room: tasks, candidates, calls of the grader, and what came of them.

This module also runs inside the box, under the interpreter of the grader: it imports the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Task:
    """One row of the task file, or one item of the target's own data."""

    index: int
    prompt: Any
    """Text, or a list of chat messages."""
    answer: Any = None
    """The reference as it came, None if the row has none."""
    answer_column: str = ""
    """The column that the reference came from."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """The whole row, prompt and answer included, under its own names."""

    @property
    def text(self) -> str:
        """The prompt as plain text."""
        if isinstance(self.prompt, str):
            return self.prompt
        parts = [turn.get("content") for turn in self.prompt or () if isinstance(turn, Mapping)]
        return "\n".join(part for part in parts if isinstance(part, str))


class Relation(str, Enum):
    """What a candidate claims about itself; a judge has to agree before a finding counts."""

    SAME = "same meaning as the reference"
    DIFFERENT = "another answer than the reference"
    NONE = "no answer"
    UNKNOWN = "not claimed"


class Truth(str, Enum):
    """What a judge says of a completion."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Candidate:
    """A completion made to try the grader, with what its maker says of it."""

    completion: str
    relation: Relation
    cause: str
    """What would be wrong with a grader that mistakes it: a slug, the same for every payload of one kind."""
    states: str | None = None
    """The answer that a careful reader takes it to give; None if it gives none."""
    family: str = ""
    """The attack that made it; filled in by the audit."""
    form: str = ""
    """For the right answer in other clothes: the name of the surface form."""
    arguable: str = ""
    """Why an author may want what the grader does here; a finding is then contested."""
    line: str = ""
    """FILE:LINE of the grader that it was made for, where the source suggested it."""


@dataclass(frozen=True)
class Effect:
    """Something that a call did beside returning a number."""

    kind: str
    """`file`, `network`, `process`, `environment`, `signal`, `input` (mutated what it was given) or `state`."""
    detail: str
    """The path, address, command or name."""
    line: str = ""
    """FILE:LINE of the grader responsible, where known."""
    blocked: bool = False
    """Whether the box refused it."""


@dataclass(frozen=True)
class Score:
    """What one call of the grader gave for one completion."""

    value: float | None
    """A finite number, or None: then `fault` says what came instead."""
    fault: str = ""
    """`` (fine), `raised`, `hung`, `memory`, `killed`, `shape` (wrong number of scores), `type` (not a number),
    `nan`, `abstained` (None where the protocol allows it), `output` (printed more than the limit), or `untried` (the
    calls before it hung, died or filled the memory for too long, and it was not made)."""
    detail: str = ""
    """Exception type and message, or what was returned."""
    line: str = ""
    """FILE:LINE of the grader where it was raised, if it was."""
    seconds: float = 0.0
    effects: tuple[Effect, ...] = ()
    covered: frozenset[str] = frozenset()
    """Arcs or lines of the grader's own code that ran, as FILE:LINE; only if tracing was asked for."""
    printed: int = 0
    """Bytes written to standard output and error."""

    @property
    def fine(self) -> bool:
        return self.value is not None and not self.fault


@dataclass(frozen=True)
class Call:
    """One call of the grader: a batch of completions, most often of one."""

    tasks: tuple[int, ...]
    """Task index of each completion."""
    completions: tuple[str, ...]
    overrides: Mapping[str, Any] | None = None
    """Columns given other values than the tasks have (to see which ones are read)."""
    trace: bool = False
    """Whether to record which lines of the grader ran."""


@dataclass(frozen=True)
class Opened:
    """What the box says once the target is loaded."""

    protocol: str
    """Name of the adapter."""
    name: str
    """What the grader is called."""
    tasks: tuple[Task, ...]
    signature: str = ""
    doc: str = ""
    files: tuple[str, ...] = ()
    """Source files of the grader and of the project code that it calls."""
    file: str = ""
    line: int = 0
    """Where the grader is defined; 0 where unknown."""
    columns: tuple[str, ...] = ()
    """Columns that its signature names."""
    low: float | None = None
    high: float | None = None
    """Declared range of the score, None where the protocol declares none."""
    answer_only: bool = False
    """Whether the protocol hands over a bare answer, so that no format has to be found."""
    program: bool = False
    """Whether completions are programs."""
    versions: Mapping[str, str] = field(default_factory=dict)
    imported: float = 0.0
    """Seconds that importing the target took."""
    notes: tuple[str, ...] = ()
    """What the user should know of the target: columns missing, options assumed."""


KINDS = (
    "false_positive",
    "false_negative",
    "crash",
    "side_effect",
    "instability",
    "out_of_range",
    "unread_input",
    "contested",
)


@dataclass(frozen=True)
class Exhibit:
    """A finding on one task: a completion that shows it there."""

    task: int
    completion: str
    score: float | None = None
    relative: float | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the grader: grouped by root cause, shown by a minimal completion."""

    kind: str
    """One of `KINDS`."""
    root_cause: str
    """Slug; one finding per kind and root cause."""
    title: str
    """A sentence in plain words."""
    completion: str
    task: int
    """Index of the task that the completion is shown on."""
    score: float | None
    reference_score: float | None
    reach: int
    """How many tasks it was seen on."""
    tried: int
    """On how many tasks it was tried."""
    why: str
    """Why it counts, and who says so: the judge's reason."""
    mend: str
    """A mend to consider."""
    line: str = ""
    """FILE:LINE responsible, where known."""
    family: str = ""
    causes: tuple[str, ...] = ()
    """Causes of the candidates that were grouped."""
    relative: float | None = None
    """Score on a scale where a plain wrong answer is 0 and the reference 1."""
    honest: str = ""
    """The honest completion of that task that the exploit is nearest to."""
    distance: int | None = None
    """Edit distance to it, in characters."""
    log_probability: float | None = None
    """Log-probability that the given policy assigns to the completion, where one was given."""
    examples: tuple[str, ...] = ()
    """A few other completions of the group."""
    detail: str = ""
    """Exception, effect, or numbers."""
    exhibits: tuple[Exhibit, ...] = ()
    """One for each task that it was seen on."""
