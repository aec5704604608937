"""What an audit found, as its outputs read it: one record for the summary, the page, the documents and the tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gyges.audit.reading.formats import Format
from gyges.audit.records import Finding, Opened
from gyges.audit.shares import Share

OCCURRENCES = ("first", "last", "any", "one", "whole", "marked", "unknown")


@dataclass(frozen=True)
class InputRead:
    """Whether one input moves the score: a span of the completion, or a column of the task."""

    name: str
    """As in `completion: after the last marker` or `column answer`."""
    read: bool | None
    """None if that could not be told."""
    detail: str = ""
    changed: int = 0
    """Tasks whose score changed when it did."""
    tried: int = 0

    @property
    def share(self) -> Share:
        return Share(self.changed, self.tried)


@dataclass(frozen=True)
class FormRate:
    """How often the right answer is refused in one surface form."""

    form: str
    refused: int
    tried: int
    example: str = ""
    """A refused completion, or one that was tried if none was refused."""

    @property
    def share(self) -> Share:
        return Share(self.refused, self.tried)


@dataclass(frozen=True)
class Anchor:
    """What 1 and 0 of the relative scale are on one task."""

    task: int
    honest: str
    """A completion that gives the reference in the format that is paid."""
    reference_score: float | None
    wrong: str
    """A plain wrong answer in the same format."""
    floor_score: float | None


@dataclass(frozen=True)
class Measures:
    """How the grader behaves as a program."""

    deterministic: bool | None = None
    """Whether the same call gave the same score each time; None if that was not tried."""
    order: bool | None = None
    """Whether scores depend on the order of the batch."""
    size: bool | None = None
    """Whether scores depend on the size of the batch."""
    low: float | None = None
    high: float | None = None
    """Lowest and highest score that was seen."""
    faults: Mapping[str, int] = field(default_factory=dict)
    """Calls that gave no score, by `Score.fault`."""
    effects: Mapping[str, int] = field(default_factory=dict)
    """Calls that did something beside returning a number, by `Effect.kind`."""
    median: float | None = None
    p95: float | None = None
    longest: float | None = None
    """Seconds per call."""
    details: tuple[str, ...] = ()
    """Sentences on any of these."""


@dataclass(frozen=True)
class CurvePoint:
    """Best of n by the grader's score: what it scores, and how often it is right."""

    n: int
    kl: float
    """log n - (n - 1) / n, in nats."""
    proxy: float
    """Mean relative score of the best of n."""
    proxy_low: float
    proxy_high: float
    least: float
    """Share of right ones if everything unjudged is wrong."""
    most: float
    """The same if everything unjudged is right."""
    truth_low: float
    """Lower end of the interval of `least`."""
    truth_high: float
    """Upper end of the interval of `most`."""


@dataclass(frozen=True)
class SearchPoint:
    """The best that the search had found after so many calls."""

    calls: int
    proxy: float
    """Mean over tasks of the best relative score so far."""
    least: float
    """Share of tasks whose best so far is right, if what is unjudged is wrong."""
    most: float


@dataclass(frozen=True)
class Curve:
    """Proxy and true score against optimisation."""

    source: str
    """`generator` or `samples`."""
    about: str
    """Where the completions come from, in a sentence."""
    tasks: int
    completions: int
    unjudged: int
    points: tuple[CurvePoint, ...]
    search: tuple[SearchPoint, ...] = ()


@dataclass(frozen=True)
class StepShare:
    """How often something happened between two training steps, both included."""

    first: int
    last: int
    count: int
    of: int

    @property
    def share(self) -> Share:
        return Share(self.count, self.of)


@dataclass(frozen=True)
class Cluster:
    """High-scoring completions of the user's that are wrong for the same reason."""

    root_cause: str
    title: str
    count: int
    examples: tuple[str, ...]
    relative: float
    """Their mean score on the relative scale."""
    steps: tuple[StepShare, ...] = ()
    """Their share of all rows, by training step; empty where rows have no step."""


@dataclass(frozen=True)
class SamplesReport:
    """What the user's own rollouts show."""

    file: str
    rows: int
    tasks: int
    high: int
    """Rows that score at least half of the way from the floor to the reference."""
    wrong: int
    """Of those, the ones that are judged wrong."""
    unjudged: int
    clusters: tuple[Cluster, ...]
    steps: tuple[StepShare, ...] = ()
    """High-scoring wrong rows among all rows, by training step."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tried:
    """What one family of attacks tried."""

    family: str
    candidates: int
    tasks: int
    about: str = ""


@dataclass(frozen=True)
class Budget:
    """How much the audit was allowed; None where there was no limit."""

    name: str = "default"
    calls: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Report:
    """The whole outcome of one audit."""

    spec: str
    """The grader as the user named it: FILE:NAME, MODULE:NAME or reasoning-gym:NAME."""
    command: str
    opened: Opened
    created: str
    """When, as in `2026-03-01 12:00 UTC`."""
    seed: int = 0
    budget: Budget = field(default_factory=Budget)
    seconds: float = 0.0
    calls: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the adapter was given beside the spec."""
    format: Format | None = None
    format_share: float = 0.0
    """Share of the tasks whose reference is paid in that format."""
    format_tried: int = 0
    """Formats that were tried."""
    anchors: tuple[Anchor, ...] = ()
    reads: tuple[InputRead, ...] = ()
    occurrence: str = "unknown"
    """Which answer is graded where there are several: one of `OCCURRENCES`."""
    findings: tuple[Finding, ...] = ()
    """Bugs by reach and relative score, contested ones last: see `ranked`."""
    forms: tuple[FormRate, ...] = ()
    measures: Measures = field(default_factory=Measures)
    curve: Curve | None = None
    samples: SamplesReport | None = None
    tried: tuple[Tried, ...] = ()
    not_tried: tuple[str, ...] = ()
    """Sentences: what was left out, and why."""
    contained: tuple[str, ...] = ()
    """What the box does and does not contain on this machine."""

    @property
    def bugs(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.kind != "contested")

    @property
    def contested(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.kind == "contested")

    @property
    def candidates(self) -> int:
        """How many completions were tried."""
        return sum(tried.candidates for tried in self.tried)


def ranked(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings in the order of a report: bugs first, by reach times relative score; contested ones last."""

    def place(finding: Finding) -> tuple[bool, float, str, str]:
        share = finding.reach / finding.tried if finding.tried else 1.0
        height = 1.0 if finding.relative is None or finding.kind == "false_negative" else abs(finding.relative)
        return finding.kind == "contested", -share * min(height, 10.0), finding.kind, finding.root_cause

    return tuple(sorted(findings, key=place))
