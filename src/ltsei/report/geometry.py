"""From numbers to what a chart draws: points of curves, ticks, projections, lines of a diagram."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.evaluation.statistics import Friedman
from ltsei.report.words import Method

Row = dict[str, Any]
BAR, LINE = 7, 18
"""Pixels between bars over cliques, and between names, of a diagram of ranks."""


def projected(points: np.ndarray, *, azimuth: float, elevation: float) -> np.ndarray:
    """Return points [N, 3] as seen from a direction (degrees): to the right, upwards, towards the viewer."""
    around, above = np.radians([azimuth, elevation])
    x, y, z = points.T
    right, away = np.cos(around) * x + np.sin(around) * y, np.cos(around) * y - np.sin(around) * x
    return np.stack([right, np.cos(above) * z + np.sin(above) * away, np.sin(above) * z - np.cos(above) * away], axis=1)


def points_of(history: Mapping[str, Sequence[float | None]], names: Sequence[str], factor: float) -> list[Row]:
    """Return the points of the curves `names` of a history, absent values left out."""
    return [
        {"series": name.replace("_", " "), "epoch": epoch, "value": factor * value}
        for name in names
        for epoch, value in zip(history["epoch"], history[name], strict=True)
        if value is not None
    ]


def whole_ticks(epochs: Sequence[float]) -> list[int]:
    """Return about six round numbers from the first to the last epoch."""
    low, high = int(min(epochs)), int(max(epochs))
    power = 10 ** max(0, len(str((high - low) // 6)) - 1)
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if (high - low) / (factor * power) <= 6)
    return list(range(-(-low // step) * step, high + 1, step))


def rank_diagram(methods: Sequence[Method], test: Friedman, cliques: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return what a critical-difference diagram draws (Demšar 2006, figure 1): the better half left, the others right.

    Args:
        methods: in the order of the ranks.
        test: their ranks.
        cliques: names of methods whose ranks do not differ significantly.
    """
    ranks = dict(zip((method.name for method in methods), test.ranks, strict=True))
    order = sorted(methods, key=lambda method: ranks[method.name])
    half = -(-len(order) // 2)
    top = 14 + BAR * len(cliques)
    domain = [1.0, max(float(len(order)), 1 + test.critical_difference)]
    lines, names = list[Row](), list[Row]()
    for place, method in enumerate(order):
        left, rank = place < half, ranks[method.name]
        end = {"x": domain[0 if left else 1], "y": top + LINE * (place if left else len(order) - 1 - place)}
        corners = [{"x": rank, "y": 0.0}, {"x": rank, "y": end["y"]}, end]
        lines += [{**at, "method": method.name, "color": method.color, "step": i} for i, at in enumerate(corners)]
        names.append({**end, "text": f"{method.label}  {rank:.2f}", "left": left})
    bars = [
        {"low": min(ranks[m] for m in clique), "high": max(ranks[m] for m in clique), "y": 8 + BAR * index}
        for index, clique in enumerate(cliques)
    ]
    text = f"critical difference {test.critical_difference:.2f}"
    depth = top + LINE * half
    every = 1 if domain[1] <= 20 else 5
    return {
        "lines": lines,
        "names": names,
        "bars": bars,
        "critical": [{"low": 1.0, "high": 1 + test.critical_difference, "y": -26, "text": text}],
        "domain": domain,
        "ticks": [1, *range(every if every > 1 else 2, int(domain[1]) + 1, every)],
        "depth": depth,
        "height": depth,
    }
