"""What is to be seen while an audit goes on: a bar on a terminal, lines elsewhere."""

from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from gyges.audit.output.visible import prose, shown
from gyges.audit.output.wording import NOUNS, reach
from gyges.audit.records import Finding
from gyges.audit.watcher import Watcher

_STYLES = {"contested": "magenta"}


class Lines(Watcher):
    """A line for each phase and for each finding."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._told: set[tuple[str, str]] = set()

    def shown(self) -> AbstractContextManager[object]:
        """A block during which progress is shown."""
        return nullcontext()

    def phase(self, name: str, total: int | None = None) -> None:
        size = f" ({total:,})" if total else ""
        self.console.print(Text(f"{prose(name)}{size} …", "dim"), soft_wrap=True)

    def found(self, finding: Finding) -> None:
        key = finding.kind, finding.root_cause
        if key in self._told:
            return
        self._told.add(key)
        noun = NOUNS[finding.kind][2]
        line = Text.assemble(
            (f"{noun}: ", f"bold {_STYLES.get(finding.kind, 'red')}"),
            prose(finding.title),
            ("  " + shown(finding.completion, 60), "cyan"),
            (f"  {reach(finding)}", "dim"),
        )
        self.console.print(line, soft_wrap=not self.console.is_terminal, highlight=False)

    def note(self, message: str) -> None:
        self.console.print(Text(prose(message)), soft_wrap=True)


class Bar(Lines):
    """One bar for the phase that goes on; findings scroll by above it."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            TextColumn("{task.completed:,.0f}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("opening the grader", total=None)

    def shown(self) -> AbstractContextManager[object]:
        return self._progress

    def phase(self, name: str, total: int | None = None) -> None:
        self._progress.reset(self._task, description=prose(name), total=total)

    def advance(self, steps: int = 1) -> None:
        self._progress.advance(self._task, steps)


def watch(console: Console) -> Lines:
    """A bar if somebody is looking, lines if not."""
    return Bar(console) if console.is_terminal else Lines(console)
