"""Colours of the page, and charts that follow its light and dark theme.

Charts are drawn with sentinel colours, one per role; in the finished SVG each sentinel is replaced by the CSS
variable of its role, so one drawing serves both themes. `PALETTE` is the only place that knows a colour.
"""

import json
import re
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup, escape

HEAT = (
    # (light, dark), from never to always: the mark of "unwatched", fading into the card.
    ("#fdf4ec", "#262a31"),
    ("#fbe6d5", "#3a2f2c"),
    ("#f9d5b9", "#513728"),
    ("#f6c199", "#6a3f24"),
    ("#f2aa77", "#834922"),
    ("#eb9157", "#9e5521"),
    ("#df783a", "#bb652a"),
    ("#cc6020", "#d67b3c"),
    ("#b14b10", "#ec975a"),
    ("#933a08", "#fbb684"),
)
PALETTE: dict[str, tuple[str, str]] = {
    # role: (light, dark). Series colours are Okabe and Ito's, made darker or lighter for contrast.
    "page": ("#faf8f4", "#121417"),
    "card": ("#ffffff", "#1b1e23"),
    "sunken": ("#f3f0e9", "#23272e"),
    "ink": ("#1d1f24", "#ebe8e1"),
    "soft": ("#5b5d66", "#a9abb4"),
    "line": ("#dfdad0", "#353a43"),
    "rule": ("#b9b3a6", "#5a616d"),
    "grid": ("#ebe7df", "#2a2e36"),
    "ring": ("#8a6508", "#e3bd58"),
    "watched": ("#0072b2", "#5bb4ec"),
    "honeypot": ("#b07800", "#eeb13a"),
    "unwatched": ("#c94f00", "#fb8b4b"),
    "unimitated": ("#5b5d66", "#a9abb4"),
    "deployment": ("#a54b86", "#de94bf"),
    "good": ("#00785a", "#35c59c"),
    "bad": ("#c94f00", "#fb8b4b"),
    "careful": ("#a54b86", "#de94bf"),
    **{f"heat{step}": shades for step, shades in enumerate(HEAT)},
    **{
        f"heatink{step}": ("#1d1f24" if step < 7 else "#ffffff", "#f3f1ec" if step < 6 else "#14161a")
        for step in range(10)
    },
}
SENTINEL = {role: f"#fa{index:04x}" for index, role in enumerate(PALETTE)}
"""Role to stand-in colour: use these in charts."""
_ROLES = {colour: role for role, colour in SENTINEL.items()}
FONT = "Liberation Sans, Arial, sans-serif"
"""What vl-convert measures text with; on the page the text takes the page's own font."""

SHAPES = {
    "watched": "circle",
    "honeypot": "diamond",
    "unwatched": "circle",
    "unimitated": "cross",
    "deployment": "triangle-up",
}
HOLLOW = ("watched", "honeypot")
"""Conditions whose mark is an outline: the watched ring around the unwatched dot, and the bait."""


def css_variables(dark: bool) -> str:
    """Declarations of every role for one theme."""
    return "".join(f"--{role}:{colours[dark]};" for role, colours in PALETTE.items())


def condition_mark(chart: Any, condition: str, size: float) -> Any:
    """The sign of a condition, the same on every chart: `size` is its area in square pixels."""
    colour = SENTINEL[condition]
    look: dict[str, Any] = {"shape": SHAPES[condition], "size": size, "filled": True, "opacity": 1}
    if condition in HOLLOW:
        return chart.mark_point(**look, fill=SENTINEL["card"], stroke=colour, strokeWidth=2 if size > 60 else 1.6)
    look["size"] = size * (1.7 if condition == "deployment" else 1)  # a triangle looks smaller than its area
    return chart.mark_point(**look, fill=colour, stroke=SENTINEL["card"], strokeWidth=0.8)


def heat_step(value: float) -> int:
    """Which of the ten steps of the heat scale a probability falls into."""
    return min(9, max(0, int(value * 10)))


CONFIG = {
    "font": FONT,
    "background": "transparent",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelColor": SENTINEL["soft"],
        "titleColor": SENTINEL["soft"],
        "gridColor": SENTINEL["grid"],
        "domainColor": SENTINEL["line"],
        "tickColor": SENTINEL["line"],
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "tickSize": 4,
        "labelPadding": 4,
        "labelFlush": False,
    },
    "text": {"color": SENTINEL["ink"], "fontSize": 11},
}
"""The house look of a chart."""


def draw(chart: Any) -> str:
    """The chart as SVG, still in sentinel colours."""
    specification = chart.to_dict(validate=False)  # every chart is ours, and validation takes longer than drawing
    version = "_".join(alt.SCHEMA_VERSION.split(".")[:2])
    svg: str = vl_convert.vegalite_to_svg(json.dumps({**specification, "config": CONFIG}), vl_version=version)
    return svg


def solid(svg: str, dark: bool = False) -> str:
    """The drawing with the colours of one theme, for pictures outside the page."""
    return re.sub(
        r"#fa[0-9a-f]{4}",
        lambda found: PALETTE[_ROLES[found[0]]][dark] if found[0] in _ROLES else found[0],
        svg,
    )


def _lean(tag: str) -> str:
    """A tag of a drawing with CSS variables for colours, and without what only costs bytes."""
    tag = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events|font-family)="[^"]*"', "", tag)
    tag = re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), tag)
    return re.sub(r'"(#fa[0-9a-f]{4})"', lambda found: f'"var(--{_ROLES[found[1]]})"', tag)


def inline(svg: str, name: str, description: str, most: int = 0, room: int = 0) -> Markup:
    """The drawing for the page: themed, lean, with a text alternative.

    `name` keeps ids apart from those of other drawings; `most` caps its width in pixels (default: its own);
    `room` is kept free on the left, where the page's font may run wider than the one that was measured.
    """
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError("the renderer returned an SVG without a viewBox; is this vl-convert 1.x?")
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    body = re.sub(r'<path [^>]*display="none"[^>]*/?>(</path>)?', "", body)
    body = re.sub(r"<[^<>]+>", lambda tag: _lean(tag[0]), body)
    body = re.sub(r'(id="|url\(#)(?=[A-Za-z])', rf"\g<1>{name}-", body)
    for _ in range(3):
        body = re.sub(r"<g(?: [^>]*)?></g>", "", body)
    width, height = float(box[1]) + room, float(box[2])
    head = (
        f'<svg class="chart" role="img" viewBox="{-room} 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" style="max-width:{most or width:g}px" aria-label="{escape(description)}">'
    )
    return Markup(head + body + "</svg>")  # vega escapes the text that it draws; the label is escaped here
