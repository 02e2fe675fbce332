"""The critical-difference diagram of average ranks (Demšar 2006, figure 1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from ltsei.report.analysis import analyse
from ltsei.report.charts.chart import Chart, Row
from ltsei.report.methods import Method
from ltsei.report.number_text import rounded, shown
from ltsei.report.scopes import Scope

BAR, LINE, ABOVE = 7, 18, 26
"""Pixels between bars over cliques, between names, and from the axis up to the critical difference."""
MANY_RANKS = 20
"""Ranks above which every fifth has a tick."""


def critical_difference(scope: Scope, name: str) -> Chart | None:
    """Return the better half of the methods on the left, the others on the right; None without a Friedman test.

    A bar joins the methods of a clique, whose ranks do not differ significantly.
    """
    analysis = analyse(scope, name)
    if analysis.friedman is None:
        return None
    ranks, critical = analysis.average_ranks, analysis.friedman.critical_difference
    order = sorted((m for m in scope.methods if m.name in ranks), key=lambda method: ranks[method.name])
    domain = [1, rounded(max(float(len(order)), 1 + critical))]
    tables = _names(order, ranks, top=14 + BAR * len(analysis.cliques), ends=domain)
    depth = max(row["y"] for row in tables["names"]) + LINE
    text = f"critical difference {shown(critical, 'rank')}"
    every = 1 if domain[-1] <= MANY_RANKS else 5
    return Chart(
        "critical_difference",
        {
            **tables,
            "bars": _bars(analysis.cliques, ranks),
            "critical": [{"low": 1, "high": rounded(1 + critical), "y": -ABOVE, "text": text}],
        },
        {
            "domain": domain,
            "ticks": [1, *range(max(2, every), int(domain[-1]) + 1, every)],
            "depth": depth,
            "height": depth,
        },
    )


def _names(
    order: Sequence[Method], ranks: Mapping[str, float], *, top: int, ends: Sequence[float]
) -> dict[str, list[Row]]:
    """Return the names beside the axis, and the lines that lead from the ranks to them."""
    half = -(-len(order) // 2)
    lines, names = list[Row](), list[Row]()
    for place, method in enumerate(order):
        left, rank = place < half, rounded(ranks[method.name])
        end: dict[str, Any] = {
            "x": ends[0 if left else -1],
            "y": top + LINE * (place if left else len(order) - 1 - place),
        }
        corners = [{"x": rank, "y": 0}, {"x": rank, "y": end["y"]}, end]
        lines += [{**at, "method": method.label, "color": method.color, "step": i} for i, at in enumerate(corners)]
        names.append({**end, "text": f"{method.label}  {shown(rank, 'rank')}", "left": left})
    return {"lines": lines, "names": names}


def _bars(cliques: Sequence[Sequence[str]], ranks: Mapping[str, float]) -> list[Row]:
    return [
        {
            "low": rounded(min(ranks[method] for method in clique)),
            "high": rounded(max(ranks[method] for method in clique)),
            "y": 8 + BAR * index,
        }
        for index, clique in enumerate(cliques)
    ]
