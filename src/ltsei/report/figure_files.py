"""Figures for a paper: a Vega-Lite specification as SVG, PDF and PNG files of a width in millimetres."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vl_convert

from ltsei.core import files
from ltsei.report.words import theme

POINTS = 72 / 25.4
"""In a millimetre."""
SCALE = 0.6
"""Points on paper per pixel of a chart, so that letters of 12 pixels are 7.2 points high."""
ROUNDS = 3
LEAST = 60.0
"""Pixels of a panel, whatever its axes take."""
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
"""Equally wide all of them, and what the converter measures text with: an SVG file fits wherever it is opened."""
SIZE = re.compile(r'^<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"')
GRADIENT = re.compile(r'((?:id="|url\(#)gradient_)\d+')
"""The name of the colours in a legend, of which a figure has one at most; Vega counts them over all its drawings."""
Spec = dict[str, Any]
Draw = Callable[[float], Spec]
"""From the width of the panel (pixels, without axes) to the specification."""


@dataclass(frozen=True)
class Paper:
    """How figures are written: width in millimetres, dots per inch of PNG files, formats."""

    width_mm: float
    dpi: int
    formats: Sequence[str]

    @property
    def pixels(self) -> float:
        """The width of a whole chart in its own pixels."""
        return self.width_mm * POINTS / SCALE


def write(folder: Path, name: str, draw: Draw, paper: Paper) -> list[str]:
    """Write a figure in every format; return the names of the files."""
    svg = _fitted(draw, paper.pixels)
    convert: dict[str, Callable[[], bytes]] = {
        "svg": lambda: _sized(svg, paper.width_mm, "mm").encode(),
        "pdf": lambda: vl_convert.svg_to_pdf(_sized(svg, paper.width_mm * POINTS)),
        "png": lambda: vl_convert.svg_to_png(_sized(svg, paper.width_mm * POINTS), ppi=paper.dpi),
    }
    written = [f"{name}.{suffix}" for suffix in paper.formats]
    for file, suffix in zip(written, paper.formats, strict=True):
        with files.atomic(folder / file) as temporary:
            temporary.write_bytes(convert[suffix]())
    return written


def _fitted(draw: Draw, width: float) -> str:
    """Return the chart as SVG, its panel so wide that axes and legends have room in `width`.

    What these take is known after drawing alone, and changes little with the width of the panel.
    """
    inner = 0.8 * width
    for _ in range(ROUNDS):
        svg: str = vl_convert.vegalite_to_svg({**draw(inner), "config": {**theme(dark=False), "font": FONT}})
        inner = max(LEAST, inner + width - _size(svg)[0])
    return GRADIENT.sub(r"\g<1>0", svg)


def _size(svg: str) -> tuple[float, float]:
    found = SIZE.match(svg)
    assert found is not None  # Vega writes it
    return float(found[2]), float(found[3])


def _sized(svg: str, width: float, unit: str = "") -> str:
    """Return the drawing enlarged to a width; converters take a number without unit as points."""
    pixels, height = _size(svg)
    attributes = f'width="{width:.3f}{unit}" height="{width * height / pixels:.3f}{unit}"'
    return SIZE.sub(lambda found: f"<svg {found[1]}{attributes}", svg, count=1)
