"""The page's data of one block: what does not change with the chosen condition, and a view per scope."""

from collections.abc import Sequence
from typing import Any

from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.charts.against_ratio import against_ratio
from ltsei.report.condition_text import condition_names
from ltsei.report.controls import candidates
from ltsei.report.independent_seeds import planned
from ltsei.report.number_text import rounded
from ltsei.report.page import sentences
from ltsei.report.page.context import PageContext
from ltsei.report.page.protocols import protocols
from ltsei.report.page.store import Columns
from ltsei.report.page.views import view
from ltsei.report.ranking import marks
from ltsei.report.results_of_others import rows as rows_of_others
from ltsei.report.scopes import Scope

EVERYTHING = "everything"
Json = dict[str, Any]


def block(page: PageContext, block_scopes: Sequence[Scope]) -> Json:
    """Return the data of a block from its scopes: first that of all its conditions, then one per condition."""
    scope = block_scopes[0]
    controls = candidates(scope)
    return {
        "name": scope.block.name,
        "title": scope.block.title if scope.block.name else EVERYTHING,
        "question": sentences.question(scope),
        "conditions": [
            {"condition": page.conditions[condition], "name": name, "coverage": _coverage(page, scope, condition)}
            for condition, name in condition_names(scope.results, scope.conditions).items()
        ],
        "metrics": [
            {
                "against_ratio": list(map(page.store.chart, against_ratio(scope, name).values())),
                "means": [_means(page, scope, name, condition) for condition in scope.conditions],
                "others": _others(scope, name),
            }
            for name in page.metrics
        ],
        "protocols": protocols(page, scope),
        "controls": [page.methods[name] for name in controls],
        "views": [view(page, each, controls) for each in block_scopes],
    }


def _coverage(page: PageContext, scope: Scope, condition: Condition) -> Columns:
    """Return for each planned method how many seeds are planned, which are done, and the cell that a click opens."""
    positions = {cell: position for position, cell in enumerate(page.results.cells)}
    rows = []
    for method in scope.methods:
        cells = scope.by_method.get((*condition, method.name), [])
        if cells:
            done = [cell for cell in cells if cell.metrics is not None]
            rows.append(
                {
                    "method": page.methods[method.name],
                    "planned": planned(cells, scope.independent_seeds),
                    "seeds": ", ".join(str(cell.files.seed) for cell in done),
                    "cell": positions[(done or cells)[0]],
                    "missing": _missing(cells),
                }
            )
    return page.store.table(rows)


def _missing(cells: Sequence[CellResult]) -> str:
    """Return the state of cells none of which is done; nothing if some are."""
    return "" if any(cell.metrics is not None for cell in cells) else cells[0].status[0]


def _means(page: PageContext, scope: Scope, name: str, condition: Condition) -> Columns:
    """Return mean, spread and number of seeds of each method with results, and whether it is best or second best."""
    marked = marks(scope, name, condition)
    rows = [
        {
            "method": page.methods[method.name],
            "mean": rounded(summary.mean),
            "sd": rounded(summary.sd),
            "n": summary.n,
            "mark": marked.get(method.name, ""),
        }
        for method in scope.methods
        if scope.has_results(condition, method.name)
        for summary in [scope.summary(name, condition, method.name)]
    ]
    return page.store.table(rows)


def _others(scope: Scope, name: str) -> list[Json]:
    """Return the rows of others: method, origin, and per condition mean and spread, or None without a number."""
    return [
        {
            "method": row.method,
            "origin": row.origin,
            "numbers": [
                (rounded(each.mean), rounded(each.sd)) if (each := row.summaries.get(condition)) else None
                for condition in scope.conditions
            ],
        }
        for row in rows_of_others(scope.results.others, scope.conditions, name)
    ]
