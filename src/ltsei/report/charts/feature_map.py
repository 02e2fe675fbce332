"""A map of the features of test signals: their t-SNE in two dimensions, or in three seen from one direction."""

import itertools
from typing import Any

import numpy as np

from ltsei.report.charts.chart import Chart, Row
from ltsei.report.charts.classes import Classes
from ltsei.report.number_text import rounded
from ltsei.report.style import GROUP_COLORS, METHOD_COLORS

AZIMUTH, ELEVATION = 30.0, 22.0
"""Direction of view, in degrees."""
AREA, SMALLEST, LARGEST = 20000, 8, 40
"""Square pixels of all points together, of one at least, of one at most."""
CORNERS = np.array(list(itertools.product((-1, 1), repeat=3)), dtype=np.float64)


def colored_by_class(classes: Classes) -> bool:
    """Return whether there are enough colours for the classes; otherwise their groups have colours."""
    return len(classes) <= len(METHOD_COLORS)


def feature_map(points: np.ndarray, labels: np.ndarray, classes: Classes) -> Chart:
    """Return an embedding [N, 2] or [N, 3] of signals with their labels [N], rare classes or near points on top."""
    names = [row["class_name"] for row in classes]
    by_class = colored_by_class(classes)
    keys = names if by_class else [row["group"] for row in classes]
    colors = dict(zip(names, METHOD_COLORS, strict=False)) if by_class else GROUP_COLORS
    in_space = points.shape[1] == 3
    seen = projected(points) if in_space else points
    counts = np.array([row["train_count"] for row in classes])
    order = np.argsort(seen[:, 2] if in_space else -counts[labels], kind="stable")
    size = float(np.clip(AREA / len(points), SMALLEST, LARGEST))
    rows = [
        {"x": rounded(x), "y": rounded(y), "size": rounded(size * (1 + 0.3 * sum(depth))), "key": keys[label]}
        for label, (x, y, *depth) in zip(labels[order].tolist(), seen[order].tolist(), strict=True)
    ]
    edges = _box(np.abs(points).max(axis=0)) if in_space else []
    return Chart("feature_map", {"rows": rows, "edges": edges}, {**_legend(colors), "domain": _domain([*rows, *edges])})


def projected(points: np.ndarray) -> np.ndarray:
    """Return points [N, 3] as seen from the direction of view: to the right, upwards, towards the viewer."""
    around, above = np.radians([AZIMUTH, ELEVATION])
    x, y, z = points.T
    right, away = np.cos(around) * x + np.sin(around) * y, np.cos(around) * y - np.sin(around) * x
    return np.stack([right, np.cos(above) * z + np.sin(above) * away, np.sin(above) * z - np.cos(above) * away], axis=1)


def _legend(colors: dict[str, str]) -> dict[str, Any]:
    return {"keys": list(colors), "colors": list(colors.values()), "columns": min(4, len(colors))}


def _domain(rows: list[Row]) -> list[float]:
    reach = max(max(abs(row["x"]), abs(row["y"])) for row in rows)
    return [-reach, reach]


def _box(reach: np.ndarray) -> list[Row]:
    """Return the edges of the box around the origin that extends to `reach`, [3]."""
    ends = [(a, b) for a, b in itertools.combinations(range(8), 2) if (CORNERS[a] != CORNERS[b]).sum() == 1]
    corners = projected(CORNERS * reach).tolist()
    return [
        {"x": rounded(corners[corner][0]), "y": rounded(corners[corner][1]), "edge": edge}
        for edge, pair in enumerate(ends)
        for corner in pair
    ]
