"""Names of points in a scatter plot, placed so that they cover neither each other nor a point.

Vega-Lite writes every name at the same side of its point. So the layer of names is taken out of the specification, and
the names are written into the finished drawing: each at the free place nearest to its point, with a thin line to a
point that is not next to it. Crowded points come first.
"""

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ltsei.report.charts.chart import Spec
from ltsei.report.style import FIGURE_FONT, MARKS, SHADES

FONT_SIZE = 10
RADIUS = 6
"""Half the size of a point, in pixels."""
DISTANCES = (8, 14, 20, 28, 36, 46, 58, 72, 90)
"""Pixels from a point to the nearest edge of its name."""
NEXT_TO = 16
"""Distance from which a line leads to the name."""
DEGREES = (0, -45, 45, 180, -135, 135, -90, 90, -20, 20, -160, 160, -70, 70, -110, 110)
DIRECTIONS = tuple(math.radians(degrees) for degrees in DEGREES)
"""From right of the point around it; y points downwards."""
WIDTHS = ((re.compile(r"[ijlI.,:;'|! ]"), 0.29), (re.compile(r"[frt()\[\]/\-]"), 0.37), (re.compile(r"[mwMW@%—]"), 0.9))
OTHER_WIDTH, CAPITAL_WIDTH = 0.57, 0.73
"""Widths of letters in Arial, in units of the font size, rounded up."""
POINTS = re.compile(r'<g class="mark-symbol role-mark [^>]*>(.*?)</g>', re.DOTALL)
STEPS = re.compile(r'aria-roledescription="line mark" d="M([-\d.,L]+)"')
"""The corners of a line of steps."""
PLACE = re.compile(r'transform="translate\(([-\d.e]+),([-\d.e]+)\)"')


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the panel."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Return whether two rectangles share an area."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def lies_in(self, other: "Box") -> bool:
        """Return whether no part of this rectangle is outside the other."""
        beside = self.left < other.left or self.right > other.right
        return not (beside or self.top < other.top or self.bottom > other.bottom)


def unnamed(spec: Spec) -> Spec:
    """Return a specification without its layer of names, which is the one of all rows that are ``named``."""
    return {**spec, "layer": [layer for layer in spec["layer"] if not _field(layer)]} if "layer" in spec else spec


def named(svg: str, spec: Spec) -> str:
    """Return the drawing of `unnamed(spec)` with the names of its points; any other drawing unchanged.

    A name without a free place is left out.
    """
    drawn = POINTS.search(svg)
    field = next(filter(None, map(_field, spec.get("layer", ()))), "")
    if drawn is None or not field:
        return svg
    points = [(float(x), float(y)) for x, y in PLACE.findall(drawn[1])]
    rows = spec["data"]["values"]
    assert len(points) == len(rows)  # a symbol for each row, in this order
    names = {at: row[field] for at, row in zip(points, rows, strict=True) if row["named"]}
    frame = Box(0, 0, float(spec["width"]), float(spec["height"]))
    boxes = places(names, points, frame, _steps(svg))
    texts = "".join(_text(at, names[at], box) for at, box in boxes.items())
    return f"{svg[: drawn.end()]}<g>{texts}</g>{svg[drawn.end() :]}"


Point = tuple[float, float]


def places(
    names: Mapping[Point, str], points: Sequence[Point], frame: Box, others: Sequence[Box] = ()
) -> dict[Point, Box]:
    """Return where the name of each point stands, clear of `others` too; a point without a free place is missing."""
    obstacles = [*others] + [Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in points]
    boxes: dict[Point, Box] = {}
    for at in sorted(names, key=lambda point: sorted(math.dist(point, other) for other in points)[: len(names)]):
        taken = [*obstacles, *boxes.values()]
        free = (box for box in _candidates(at, names[at]) if box.lies_in(frame) and not any(map(box.meets, taken)))
        if box := next(free, None):
            boxes[at] = box
    return boxes


def _steps(svg: str) -> list[Box]:
    """Return the segments of a line of horizontal and vertical steps."""
    boxes = []
    for line in STEPS.findall(svg):
        corners = [tuple(map(float, corner.split(","))) for corner in line.split("L")]
        for (x, y), (next_x, next_y) in itertools.pairwise(corners):
            boxes.append(Box(min(x, next_x) - 1, min(y, next_y) - 1, max(x, next_x) + 1, max(y, next_y) + 1))
    return boxes


def text_width(text: str) -> float:
    """Return the width of a name in pixels, at least what Arial takes."""
    return FONT_SIZE * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    usual = CAPITAL_WIDTH if letter.isupper() else OTHER_WIDTH if ord(letter) < 0x2E80 else 1.0
    return next((width for pattern, width in WIDTHS if pattern.match(letter)), usual)


def _candidates(at: Point, name: str) -> Iterator[Box]:
    """Yield boxes for a name, the nearest to its point first."""
    width, height = text_width(name), 1.2 * FONT_SIZE
    for distance in DISTANCES:
        for angle in DIRECTIONS:
            x, y = at[0] + distance * math.cos(angle), at[1] + distance * math.sin(angle)
            side = round(math.cos(angle), 3)
            left = x if side > 0 else x - width if side < 0 else x - width / 2
            top = y - height / 2 if abs(math.sin(angle)) < 0.1 else y - height * (math.sin(angle) < 0)
            yield Box(left, top, left + width, top + height)


def _text(at: Point, name: str, box: Box) -> str:
    end = (min(max(at[0], box.left), box.right), min(max(at[1], box.top), box.bottom))
    line = ""
    if math.dist(at, end) >= NEXT_TO:
        ends = " ".join(
            f'{key}="{value:.2f}"' for key, value in zip(("x1", "y1", "x2", "y2"), (*at, *end), strict=True)
        )
        line = f'<line {ends} stroke="{MARKS["muted"]}" stroke-width="0.7"/>'
    place = f'x="{box.left:.2f}" y="{box.top + 0.95 * FONT_SIZE:.2f}"'
    look = f'font-family="{FIGURE_FONT}" font-size="{FONT_SIZE}px" fill="{SHADES["light"]["on_low"]}"'
    return f"{line}<text {place} {look}>{escape(name)}</text>"


def _field(layer: Mapping[str, Any]) -> str:
    """Return the field that a layer of names shows; empty for any other layer."""
    if {"filter": "datum.named"} not in layer.get("transform", ()):
        return ""
    return str(layer["encoding"]["text"]["field"])
