"""Colours, dashes, shapes, fonts and pixel sizes of every chart, on the page and in figures."""

from typing import Any

METHOD_COLORS = (
    *("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C"),
    *("#BF2F56", "#B180FC", "#71640B", "#89BB7E", "#7C60DB", "#A53D9F", "#8A6074"),
)
"""The palette of Okabe and Ito without yellow and with grey for black, then seven colours chosen to differ most.

All are visible on light and on dark pages. The second row has dashes and shapes of its own, since fourteen colours
are hard to tell apart.
"""
DASHES = ((1, 0), (6, 3), (2, 2), (8, 2, 2, 2), (10, 4), (4, 2, 1, 2))
BOUND_DASH = (1, 3)
"""Of a method that is a bound."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
VERDICT_SHAPES = {"better": "triangle-up", "worse": "triangle-down", "": "circle"}
METHODS_PER_SHAPE = 7
"""Consecutive methods that share a dash and a shape."""

GROUP_COLORS = {"many": "#4477AA", "medium": "#CCBB44", "few": "#AA3377"}
ALL_CLASSES_COLORS = {"bar": "#8C8C8C", "line": "#2b3036"}
SERIES_COLORS = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#8C8C8C")
MARKS = {"first": SERIES_COLORS[0], "second": SERIES_COLORS[1], "muted": SERIES_COLORS[-1]}
"""Colours of marks that stand for no method, group or state."""
STATE_COLORS = {
    "done": "#4477AA",
    "out of date": "#CCBB44",
    "running": "#66CCEE",
    "failed": "#D55E00",
    "damaged": "#661100",
    "stopped": "#AA3377",
    "not started": "#8C8C8C",
}
"""State of a cell -> colour, in the order of the legend."""
STATE_SIGNS = {"out of date": "↻", "running": "▸", "failed": "✕", "damaged": "!", "stopped": "■", "not started": "·"}
"""State of a cell -> sign in its square, so that the colour need not be told apart."""

PAGE_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"
FIGURE_FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
"""Fonts of equal width, so that an SVG file fits wherever it is opened; text is measured with the second."""

SHADES = {
    "light": {
        **{"low": "#f6f8fa", "high": "#0a4a82", "on_high": "#ffffff", "on_low": "#2b3036", "background": "#ffffff"},
        **{"better": "#0a5c9e", "zero": "#f6f8fa", "worse": "#b04a06"},
    },
    "dark": {
        **{"low": "#1b2026", "high": "#74b6ee", "on_high": "#0d1115", "on_low": "#d6dae0", "background": "#14171a"},
        **{"better": "#74b6ee", "zero": "#1b2026", "worse": "#f2986b"},
    },
}
"""Ends of the colour scale of squares, text on either end, the page behind them, and the colours of differences.

Blue and orange differ for readers who cannot tell red from green.
"""

ROW = 18
"""Height in pixels of a method's row in a chart."""
LABELLED_POINTS = 16
"""Points of a scatter plot that have room for their names."""
LABELLED_COLUMNS = 24
"""Columns of the state of the matrix that have room for their names."""
SQUARE = {"named": 11, "printed": 18}
"""Pixels per class above which a confusion matrix names its classes, and prints its numbers."""


def theme(*, dark: bool) -> dict[str, Any]:
    """Return the Vega-Lite config of a light or a dark page."""
    text, line = ("#d6dae0", "#3a4149") if dark else ("#2b3036", "#d9dde2")
    labels = {"labelColor": text, "titleColor": text, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500}
    return {
        "background": "transparent" if dark else "white",
        "font": PAGE_FONT,
        "view": {"stroke": None},
        "axis": {**labels, "gridColor": line, "domainColor": line, "tickColor": line, "labelLimit": 160},
        "legend": {**labels, "symbolSize": 90, "labelLimit": 180},
        "header": labels,
        "title": {"color": text, "subtitleColor": text, "fontSize": 13, "fontWeight": 600, "anchor": "start"},
        "text": {"color": text},
        "rule": {"color": text},
        "range": {"category": list(SERIES_COLORS)},
    }
