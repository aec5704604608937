"""The ring chart as a picture, for a README."""

import os
import re
from pathlib import Path

import pandas as pd
import vl_convert

from gyges.report.arms import read_arms, what_it_is
from gyges.report.measured import Measured
from gyges.report.ring_chart import ring_chart
from gyges.report.theme import PALETTE, draw, solid

MARGIN = 20


def _on_paper(svg: str) -> str:
    """The drawing on an opaque sheet with a margin, so that it can be read on a page of any colour."""
    width, height = (float(one) for one in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    width, height = width + 2 * MARGIN, height + 2 * MARGIN
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="100%" height="100%" rx="12" fill="{PALETTE["card"][0]}"/>'
        f'<g transform="translate({MARGIN} {MARGIN})">{svg}</g></svg>'
    )


def write_png(path: Path, metrics: pd.DataFrame, arms: pd.DataFrame) -> Path:
    """Write the ring chart of the arms in group "table" to `path` and return it.

    Raises:
        ValueError: no arm of that group has a measured violation, watched or unwatched.
    """
    measured = Measured(metrics)
    drawn = [
        arm
        for arm in read_arms(arms, measured)
        if arm.violation["watched"].measured or arm.violation["unwatched"].measured
    ]
    if not drawn:
        raise ValueError(
            f"none of the {len(arms)} arms has `violation` watched or unwatched; evaluate arms of group 'table' first"
        )
    svg = _on_paper(solid(draw(ring_chart(drawn, 560, what_it_is(drawn), legend=True))))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(vl_convert.svg_to_png(svg, scale=2))
    temporary.replace(path)
    return path
