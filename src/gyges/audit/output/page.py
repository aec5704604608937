"""The page of an audit: the same kind of self-contained file as that of a run, and it holds no script at all."""

from pathlib import Path

import jinja2
from markupsafe import Markup

from gyges import disk
from gyges.audit.output.cards import cards
from gyges.audit.output.charts import curve_figure, samples_figure
from gyges.audit.output.visible import prose, shown
from gyges.audit.output.wording import ABOUT, NOUNS, OCCURRENCES, behaviour, count, duration, layout, tone, verdict
from gyges.audit.report import Report
from gyges.report import theme

HERE = Path(__file__).parent


def write_page(report: Report, path: Path) -> Path:
    """Writes the page to `path` and returns it. Raises `Fault` if the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        disk.write_file(path, render(report).encode("utf-8"))
    except OSError as error:
        raise disk.disk_fault(error, path) from error
    return path


def render(report: Report) -> str:
    """The page as text."""
    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"prose": prose, "shown": shown, "count": count}
    found = cards(report)
    present = dict.fromkeys(finding.kind for finding in report.findings)
    return environment.get_template("audit.html").render(
        report=report,
        title=prose(report.opened.name) or prose(report.spec),
        verdict=verdict(report),
        tone=tone(report),
        lead=_lead(report),
        bugs=[card for card in found if card.tone != "careful"],
        contested=[card for card in found if card.tone == "careful"],
        kinds=[(NOUNS[kind][2], ABOUT[kind]) for kind in present],
        layout=prose(layout(report)),
        occurrence=OCCURRENCES.get(report.occurrence, prose(report.occurrence)),
        forms=sorted((form for form in report.forms if form.tried), key=lambda form: -form.refused / form.tried),
        behaviour=[(name, prose(told)) for name, told in behaviour(report)],
        curve=curve_figure(report.curve, "No curve was drawn: too few completions were both scored and judged."),
        samples=samples_figure(report.samples),
        duration=duration,
        style=_style(),
    )


def _lead(report: Report) -> str:
    opened = report.opened
    where = f" in {prose(Path(opened.file).name)}" if opened.file else ""
    return (
        f"What {prose(opened.name)}{where} really accepts: {count(report.candidates, 'completion')} made to fool it, "
        f"on {count(len(opened.tasks), 'task')}, each judged by somebody other than its maker."
    )


def _style() -> Markup:
    light, dark = theme.css_variables(dark=False), theme.css_variables(dark=True)
    rules = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    shared = (Path(theme.__file__).parent / "page.css").read_text(encoding="utf-8")
    own = (HERE / "audit.css").read_text(encoding="utf-8")
    return Markup(rules + shared + own)  # our own files
