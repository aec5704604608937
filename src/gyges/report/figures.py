"""A figure of the page: drawings with their text alternative and the numbers behind them."""

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Panel:
    """One drawing of a figure under a small heading; headings are text, so a screen reader finds them."""

    title: str
    drawing: Markup
    note: str = ""


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure: `columns` head the columns, the first cell of a row heads the row."""

    caption: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Figure:
    """What the page needs to show a figure; `absent` says why there is none."""

    panels: list[Panel] = field(default_factory=list)
    table: Table | None = None
    absent: str = ""
    remarks: list[str] = field(default_factory=list)
