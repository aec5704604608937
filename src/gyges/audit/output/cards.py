"""A finding as a card of the page: its completion made visible, its score drawn, its reach dotted."""

from dataclasses import dataclass

from gyges.audit.outlook import outlook
from gyges.audit.output.places import excerpt, place_of
from gyges.audit.output.visible import code, lines, prose, shown
from gyges.audit.output.wording import NOUNS, count, figure, reach, scores
from gyges.audit.records import Finding
from gyges.audit.report import Report

LOOKS = {
    "false_positive": ("✕", "bad"),
    "false_negative": ("✕", "bad"),
    "crash": ("!", "bad"),
    "side_effect": ("!", "bad"),
    "instability": ("~", "bad"),
    "out_of_range": ("↕", "bad"),
    "unread_input": ("∅", "bad"),
    "contested": ("?", "careful"),
}
WIDTH, EDGE = 300, 14
DOTS = 120
"""Most tasks that are shown one by one."""
MOST = 1500
"""Characters of a completion."""


@dataclass(frozen=True)
class Scale:
    """The relative scale in pixels: where 0, 1 and the score are."""

    floor: float
    reference: float
    mark: float
    beyond: str
    """`‹` or `›` if the score lies off the scale."""
    text: str


@dataclass(frozen=True)
class Card:
    """One finding, with every text made harmless."""

    number: int
    anchor: str
    noun: str
    sign: str
    tone: str
    title: str
    completion: list[str]
    """Its lines; none for the empty completion."""
    scale: Scale | None
    scores: str
    reach: str
    dots: list[tuple[bool, str]]
    """For each task, whether it is reached, and what to call it."""
    facts: list[tuple[str, str]]
    why: str
    mend: str
    detail: str
    line: str
    excerpt: list[tuple[int, str, bool]]
    """Numbered lines of the grader's source, and whether each is the one."""
    honest: list[str]
    examples: list[str]


def cards(report: Report) -> list[Card]:
    """A card for each finding, in the order of the report."""
    return [_card(number, finding, report) for number, finding in enumerate(report.findings, 1)]


def _card(number: int, finding: Finding, report: Report) -> Card:
    sign, tone = LOOKS[finding.kind]
    at = place_of(finding, report)
    source = [] if at is None else [(line, code(text), line == at.line) for line, text in excerpt(at, report)]
    named = "" if at is None else f"{prose(at.path.name)}, line {at.line}"
    facts = [("root cause", prose(finding.root_cause)), ("task", str(finding.task)), ("attack", prose(finding.family))]
    if finding.distance is not None:
        facts.append(("from an honest one", count(finding.distance, "edit")))
    if finding.log_probability is not None:
        facts.append(("log-probability", figure(finding.log_probability)))
    ahead = outlook(finding)
    if ahead is not None:
        facts.append(("when training finds it", ahead.sentence))
    return Card(
        number=number,
        anchor=f"finding-{number}",
        noun=NOUNS[finding.kind][2],
        sign=sign,
        tone=tone,
        title=prose(finding.title),
        completion=lines(finding.completion, MOST),
        scale=_scale(finding),
        scores=scores(finding),
        reach=reach(finding),
        dots=_dots(finding, report),
        facts=[(name, value) for name, value in facts if value],
        why=prose(finding.why),
        mend=prose(finding.mend),
        detail=prose(finding.detail, 600),
        line=named if finding.line else f"defined in {named}" if named else "",
        excerpt=source,
        honest=lines(finding.honest, 400),
        examples=[shown(example, 160) for example in finding.examples],
    )


def _scale(finding: Finding) -> Scale | None:
    if finding.relative is None or finding.score is None:
        return None
    low, high = min(0.0, max(finding.relative, -1.0)), max(1.0, min(finding.relative, 3.0))

    def place(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(EDGE + (WIDTH - 2 * EDGE) * share, 1)

    beyond = "‹" if finding.relative < low else "›" if finding.relative > high else ""
    text = f"Relative score {finding.relative:.2f}: a plain wrong answer is 0, the reference 1"
    return Scale(place(0.0), place(1.0), place(finding.relative), beyond, text)


def _dots(finding: Finding, report: Report) -> list[tuple[bool, str]]:
    tasks = [task.index for task in report.opened.tasks]
    reached = {exhibit.task for exhibit in finding.exhibits} | {finding.task}
    if len(tasks) > DOTS or len(reached) != finding.reach:
        return []
    return [(task in reached, f"task {task}: {'reached' if task in reached else 'not seen'}") for task in tasks]
