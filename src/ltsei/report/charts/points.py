"""Rows of scatter plots with one point per method."""

from collections.abc import Callable, Sequence

from ltsei.report.charts.chart import Row
from ltsei.report.methods import Method
from ltsei.report.number_text import Unit, scaled, shown

Coordinate = tuple[Callable[[str], float | None], Unit]
"""Method -> number, and its unit."""


def point_rows(methods: Sequence[Method], *, x: Coordinate, y: Coordinate) -> list[Row]:
    """Return a row for each method with both coordinates defined."""
    (x_of, x_unit), (y_of, y_unit) = x, y
    return [
        {
            "label": method.label,
            "color": method.color,
            "shape": method.shape,
            "x": scaled(x_value, x_unit),
            "y": scaled(y_value, y_unit),
            "text": shown(y_value, y_unit),
        }
        for method in methods
        if (x_value := x_of(method.name)) is not None and (y_value := y_of(method.name)) is not None
    ]
