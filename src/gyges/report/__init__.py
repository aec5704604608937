"""The page of a run: one self-contained file with its verdicts, tables, charts and episodes."""

from gyges.report.page import write_page
from gyges.report.picture import write_png

__all__ = ["write_page", "write_png"]
