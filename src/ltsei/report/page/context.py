"""What every part of the page's data refers to: the results, the order of metrics and methods, the shared store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ltsei.report.cell_result import Condition
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.page.store import Store
from ltsei.report.scopes import metric_names


@dataclass(frozen=True, eq=False)
class PageContext:
    """The results that a page shows, and the positions by which its parts refer to each other.

    Attributes:
        results: of the matrix.
        path: of the page, from which links start.
        store: collects charts and tables.
        curves: (rule, history.csv) -> its charts in the store, since several cells share a history.
    """

    results: MatrixResults
    path: str
    store: Store = field(default_factory=Store)
    curves: dict[tuple[str, str], list[int | None]] = field(default_factory=dict)

    @cached_property
    def metrics(self) -> Sequence[str]:
        """The metrics in the order in which the page offers them."""
        return metric_names(self.results.cells)

    @cached_property
    def methods(self) -> Mapping[str, int]:
        """Method -> its position."""
        return {method.name: position for position, method in enumerate(self.results.methods)}

    @cached_property
    def conditions(self) -> Mapping[Condition, int]:
        """Condition -> its position."""
        return {condition: position for position, condition in enumerate(self.results.conditions)}
