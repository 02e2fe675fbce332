"""How mixtures of experts use them: mean gate probabilities by group of classes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ltsei.data.groups import GROUPS
from ltsei.report.charts.chart import Chart
from ltsei.report.methods import Method
from ltsei.report.number_text import rounded, scaled
from ltsei.report.scopes import Scope
from ltsei.report.style import ROW


@dataclass(frozen=True)
class ExpertUse:
    """The expert usage of one method, each number the mean over its cells.

    Attributes:
        method: a mixture of experts.
        probabilities: group -> gate probability of each expert; groups without signals are left out.
        entropy: of the gate, in [0, 1].
        disagreement: fraction of pairs of experts that choose different classes.
        cells: number of cells behind the means.
    """

    method: Method
    probabilities: dict[str, list[float]]
    entropy: float
    disagreement: float
    cells: int


def expert_use(scope: Scope) -> list[ExpertUse]:
    """Return the expert usage of each mixture of the scope."""
    usages = {
        method: [c.expert_usage for c in scope.cells if c.files.method == method.name and c.expert_usage]
        for method in scope.methods
    }
    return [
        ExpertUse(
            method=method,
            probabilities={
                group: [_mean(values) for values in zip(*gates, strict=True)]
                for group in GROUPS
                if (gates := [gate for usage in cells if (gate := usage["expert_usage"].get(group))])
            },
            entropy=_mean(usage["gate_entropy"] for usage in cells),
            disagreement=_mean(usage["disagreement"] for usage in cells),
            cells=len(cells),
        )
        for method, cells in usages.items()
        if cells
    ]


def experts(uses: Sequence[ExpertUse]) -> Chart | None:
    """Return the mean gate probability of each expert by group; None without a mixture."""
    rows = [
        {
            "method": use.method.label,
            "group": group,
            "expert": f"Expert {number}",
            "probability": scaled(probability, "fraction"),
        }
        for use in uses
        for group, probabilities in use.probabilities.items()
        for number, probability in enumerate(probabilities, start=1)
    ]
    return Chart("experts", {"rows": rows}, {"height": ROW * len(uses)}) if rows else None


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return rounded(math.fsum(numbers) / len(numbers))
