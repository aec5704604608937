"""An audit in the terminal, from the first phase to the files that were asked for."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from gyges.audit.conduct import Wish, audit
from gyges.audit.output import document, sarif, tests
from gyges.audit.output.page import write_page
from gyges.audit.output.progress import watch
from gyges.audit.output.terminal import summarise
from gyges.audit.report import Report


@dataclass(frozen=True)
class Outputs:
    """Files to write; empty for none. `-` for the JSON document prints it."""

    json: str = ""
    sarif: str = ""
    page: str = ""
    tests: str = ""


def conduct(wish: Wish, outputs: Outputs) -> Report:
    """Audits, prints the summary, writes the files."""
    said = Console(stderr=True)
    shown = said if "-" in (outputs.json, outputs.sarif) else Console()
    watcher = watch(said)
    with watcher.shown():
        report = audit(wish, watcher)
    summarise(report, shown)
    if outputs.json:
        document.write(report, outputs.json)
    if outputs.sarif:
        sarif.write(report, outputs.sarif)
    if outputs.page:
        write_page(report, Path(outputs.page))
    if outputs.tests:
        tests.write(report, Path(outputs.tests))
    for name, file in (
        ("Page", outputs.page),
        ("Tests", outputs.tests),
        ("JSON", outputs.json),
        ("SARIF", outputs.sarif),
    ):
        if file and file != "-":
            shown.print(f"{name}: {Path(file).absolute()}", soft_wrap=True, highlight=False, markup=False)
    return report
