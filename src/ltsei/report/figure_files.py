"""Charts as SVG, PDF and PNG files with a given width in millimetres."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vl_convert

from ltsei.core import files
from ltsei.report import pdf_order, point_labels
from ltsei.report.charts.chart import Chart, Spec
from ltsei.report.style import FIGURE_FONT, theme

POINTS = 72 / 25.4
"""Points in a millimetre."""
SCALE = 0.6
"""Points on paper per pixel of a chart, so that letters of 12 pixels are 7.2 points high."""
ROUNDS = 3
"""Drawings until the width fits."""
SMALLEST_PANEL = 60.0
"""Width of a panel in pixels, whatever its axes take."""
SPACING = {"beside": 30, "below": 12}
"""Pixels between panels."""
SIZE = re.compile(r'^<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"')
GRADIENT = re.compile(r'((?:id="|url\(#)gradient_)\d+')
"""Name of the gradient in a legend. Vega counts gradients over all its drawings; a figure has one at most."""
Draw = Callable[[float], Spec]
"""From the width of the panel (pixels, without axes) to the specification."""


@dataclass(frozen=True)
class FileFormat:
    """How a figure is written: its width in millimetres, dots per inch of PNG files, and the kinds of file."""

    width_mm: float
    dpi: int
    suffixes: Sequence[str]

    @property
    def pixels(self) -> float:
        """The width of a whole figure in pixels of a chart."""
        return self.width_mm * POINTS / SCALE


def alone(chart: Chart, **layout: Any) -> Draw:
    """Return how a figure of one chart is drawn."""
    return lambda width: chart.filled(width, **layout)


def beside(draws: Sequence[Draw], columns: int) -> Draw | None:
    """Return how panels are drawn in rows of `columns`, with one legend if there are several; None without any."""
    columns = min(columns, len(draws))

    def draw(width: float) -> Spec:
        each = max(SMALLEST_PANEL, (width - (columns - 1) * SPACING["beside"]) / columns)
        scales = dict.fromkeys(("color", "shape", "strokeDash"), "shared" if columns > 1 else "independent")
        panels = [draw_panel(each) for draw_panel in draws]
        return {"concat": panels, "columns": columns, "spacing": SPACING["beside"], "resolve": {"scale": scales}}

    return draw if draws else None


def below(draws: Sequence[Draw]) -> Draw | None:
    """Return how panels are drawn below each other, each with its own legend; None without any."""

    def draw(width: float) -> Spec:
        panels = [draw_panel(width) for draw_panel in draws]
        scales = {"color": "independent", "strokeDash": "independent"}
        return {"vconcat": panels, "spacing": SPACING["below"], "resolve": {"scale": scales}}

    return draw if draws else None


def titled(draw: Draw, title: str) -> Draw:
    """Return how a figure is drawn with a title above all its panels."""
    return lambda width: {"vconcat": [draw(width)], "title": {"text": title, "fontSize": 12, "fontWeight": 400}}


def write(folder: Path, name: str, draw: Draw, file_format: FileFormat) -> list[str]:
    """Write a figure in every format; return the names of the files."""
    svg = _fitted(draw, file_format.pixels)
    convert: dict[str, Callable[[], bytes]] = {
        "svg": lambda: _sized(svg, file_format.width_mm, "mm").encode(),
        "pdf": lambda: pdf_order.ordered(vl_convert.svg_to_pdf(_sized(svg, file_format.width_mm * POINTS))),
        "png": lambda: vl_convert.svg_to_png(_sized(svg, file_format.width_mm * POINTS), ppi=file_format.dpi),
    }
    names = [f"{name}.{suffix}" for suffix in file_format.suffixes]
    for file, suffix in zip(names, file_format.suffixes, strict=True):
        with files.atomic(folder / file) as temporary:
            temporary.write_bytes(convert[suffix]())
    return names


def _fitted(draw: Draw, width: float) -> str:
    """Return the figure as SVG, its panel as wide as axes and legends leave room for in `width`.

    The room they need is only known after drawing, and changes little with the width of the panel.
    """
    inner, config = 0.8 * width, {**theme(dark=False), "font": FIGURE_FONT}
    for _ in range(ROUNDS):
        spec = draw(inner)
        svg: str = vl_convert.vegalite_to_svg({**point_labels.unnamed(spec), "config": config})
        inner = max(SMALLEST_PANEL, inner + width - _size(svg)[0])
    svg = point_labels.named(svg, spec)
    return GRADIENT.sub(r"\g<1>0", svg)


def _size(svg: str) -> tuple[float, float]:
    match = SIZE.match(svg)
    assert match is not None  # Vega writes it
    return float(match[2]), float(match[3])


def _sized(svg: str, width: float, unit: str = "") -> str:
    """Return the drawing enlarged to a width; the converters read a number without unit as points."""
    pixels, height = _size(svg)
    attributes = f'width="{width:.3f}{unit}" height="{width * height / pixels:.3f}{unit}"'
    return SIZE.sub(lambda match: f"<svg {match[1]}{attributes}", svg, count=1)
