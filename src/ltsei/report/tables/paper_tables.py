"""The tables for a paper: means over seeds by method and condition, over all conditions, ranks and differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ltsei.evaluation.metric_labels import Metric, metric
from ltsei.report.analysis import analyse, is_significant
from ltsei.report.cell_result import Condition
from ltsei.report.condition_text import condition_names, left_out_of
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import shown
from ltsei.report.ranking import marks, standings, two_best
from ltsei.report.remarks import ORACLE
from ltsei.report.results_of_others import EXPLAINED, OtherRow, rows
from ltsei.report.scopes import Scope, whole

METRICS = ("balanced_accuracy", "overall_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean")
MOST_CONDITIONS = 5
"""Conditions that fit beside each other; a table of more has several parts."""
SIGNIFICANT = "*"


@dataclass(frozen=True)
class Entry:
    """A number of a table as text, empty without results.

    Attributes:
        number: the value, a dash where it is undefined.
        spread: its standard deviation, empty where unknown.
        mark: whether it is ``best``, ``second`` or neither of its column.
        star: `SIGNIFICANT`, or nothing.
    """

    number: str
    spread: str = ""
    mark: str = ""
    star: str = ""

    @property
    def text(self) -> str:
        """Number and spread."""
        return f"{self.number} ± {self.spread}{self.star}" if self.spread else self.number + self.star


@dataclass(frozen=True)
class Table:
    """A table of one metric, or a part of it: a row per method, the numbers under each column in their order.

    Attributes:
        name: of the metric, of its block, and of the part if there are several.
        caption: what the numbers are.
        methods: the labels of the rows.
        columns: title -> an entry per row.
        others: how many of the rows, the last ones, are results of others.
    """

    name: str
    caption: str
    methods: Sequence[str]
    columns: Mapping[str, Sequence[Entry]]
    others: int = 0

    @property
    def first_of_others(self) -> int:
        """Place of the first row with results of others; the number of rows without any."""
        return len(self.methods) - self.others

    @property
    def rows(self) -> dict[str, list[Entry]]:
        """Label of a method -> its entries."""
        return {
            label: list(row) for label, row in zip(self.methods, zip(*self.columns.values(), strict=True), strict=True)
        }


def tables(results: MatrixResults) -> list[Table]:
    """Return the tables of each of `METRICS` that has a value; one with the numbers of another is left out."""
    scope = whole(results)
    return [table for name in METRICS if not _repeated(scope, name) for table in _tables(scope, name)]


def damaged_cells(results: MatrixResults) -> list[str]:
    """Return a line for each cell whose numbers are left out since its files are damaged."""
    damaged = [(cell.files, cell.damage) for cell in results.cells if cell.damage]
    return [f"Damaged: {at.dataset}, ir {at.ir}, seed {at.seed}, {at.method}: {wrong}" for at, wrong in damaged]


def _repeated(scope: Scope, name: str) -> bool:
    """Return whether overall accuracy repeats balanced accuracy, as where the test part is balanced."""
    return name == "overall_accuracy" and scope.summaries(name) == scope.summaries("balanced_accuracy")


def _tables(scope: Scope, name: str) -> list[Table]:
    names = condition_names(scope.results, scope.conditions)
    others = rows(scope.results.others, scope.conditions, name)
    columns = {
        names[condition]: [*_column(scope, name, condition), *_others(others, condition, name)]
        for condition in scope.conditions
    }
    if not any(summary.n for summary in scope.summaries(name).values()):
        return []
    overall, titles = _overall(scope, name), list(columns)
    aside = [Entry("")] * len(others)
    parts = [titles[first : first + MOST_CONDITIONS] for first in range(0, len(titles), MOST_CONDITIONS)]
    caption = " ".join([_caption(scope, name), *_explained(scope, name, overall), *([EXPLAINED] if others else [])])
    base = "-".join(filter(None, (scope.block.name, name)))
    return [
        Table(
            name=base + (f"-{number}" if len(parts) > 1 else ""),
            caption=caption + (f" Part {number} of {len(parts)}." if len(parts) > 1 else ""),
            methods=[*(method.label for method in scope.methods), *(row.label for row in others)],
            columns={title: columns[title] for title in part}
            | ({title: [*column, *aside] for title, column in overall.items()} if number == len(parts) else {}),
            others=len(others),
        )
        for number, part in enumerate(parts, start=1)
    ]


def _column(scope: Scope, name: str, condition: Condition) -> list[Entry]:
    """Return an entry per method under a condition; empty for a missing cell, a dash for an undefined value."""
    marked, unit = marks(scope, name, condition), metric(name).unit
    return [
        Entry(
            shown(summary.mean, unit),
            "" if summary.sd is None else shown(summary.sd, unit),
            marked.get(method.name, ""),
        )
        if scope.has_results(condition, method.name)
        else Entry("")
        for method in scope.methods
        for summary in [scope.summary(name, condition, method.name)]
    ]


def _others(others: Sequence[OtherRow], condition: Condition, name: str) -> list[Entry]:
    """Return an entry per row of others under a condition, none of them marked; empty where there is no number."""
    unit, summaries = metric(name).unit, [row.summaries.get(condition) for row in others]
    return [
        Entry(shown(each.mean, unit), "" if each.sd is None else shown(each.sd, unit)) if each else Entry("")
        for each in summaries
    ]


def _overall(scope: Scope, name: str) -> dict[str, Sequence[Entry]]:
    """Return the columns about all conditions: mean, average rank and difference, those of them that are defined."""
    by_name = {each.method.name: each for each in standings(scope, name)}
    placed = [by_name[method.name] for method in scope.methods]
    comparisons = analyse(scope, name).comparisons
    differences = [comparisons.get(scope.aliases[method.name]) for method in scope.methods]
    columns: dict[str, Sequence[Entry]] = {}
    if len(scope.conditions_of(name)) > 1:
        columns["Mean"] = _means(scope, metric(name), {each.method.name: each.mean for each in placed})
        if any(each.average_rank is not None for each in placed):
            columns["Rank"] = [Entry(shown(each.average_rank, "rank")) for each in placed]
    if any(each and each.n for each in differences):
        columns["Difference"] = [
            Entry(
                shown(each.mean if each else None, metric(name).unit, sign=True),
                star=SIGNIFICANT if each and is_significant(each) else "",
            )
            for each in differences
        ]
    return columns


def _means(scope: Scope, shown_as: Metric, means: Mapping[str, float | None]) -> list[Entry]:
    marked = two_best(shown_as, {method: mean for method, mean in means.items() if method not in scope.oracle_methods})
    return [Entry(shown(mean, shown_as.unit), mark=marked.get(method, "")) for method, mean in means.items()]


def _caption(scope: Scope, name: str) -> str:
    """Return what the numbers of a table are: metric, data set and seeds."""
    datasets = dict.fromkeys(dataset for dataset, _ in scope.conditions)
    where = f" on {scope.results.title_of(next(iter(datasets)))}" if len(datasets) == 1 else ""
    counts = sorted({summary.n for summary in scope.summaries(name).values() if summary.n})
    seeds = "–".join(map(str, dict.fromkeys((counts[0], counts[-1]))))
    spread = "mean ± standard deviation" if counts[-1] > 1 else "a single seed, no spread"
    unit = " (%)" if metric(name).unit == "fraction" else ""
    return f"{metric(name).label}{unit}{where}, {spread}, n = {seeds}."


def _explained(scope: Scope, name: str, overall: Mapping[str, Sequence[Entry]]) -> list[str]:
    """Return sentences about the columns on all conditions, and about a table that is left out."""
    sentences = []
    if "Mean" in overall:
        missing = left_out_of(scope, name)
        leaves = f", without {', '.join(missing)}, where it is undefined" if missing else ""
        oracles = sum(dataset in scope.results.oracles for dataset, _ in scope.conditions)
        mixed = f", {oracles} of them {ORACLE}" if oracles else ""
        sentences.append(f"Mean: over the conditions{mixed}{leaves}.")
    if "Rank" in overall:
        sentences.append("Rank: average over the conditions, 1 is best.")
    if "Difference" in overall:
        control = next((method.label for method in scope.methods if method.name == scope.control), scope.control)
        star = f" ({SIGNIFICANT}: significant at 5 %)" if any(entry.star for entry in overall["Difference"]) else ""
        sentences.append(f"Difference: from {control}, paired by condition and seed{star}.")
    if name == "balanced_accuracy" and _repeated(scope, "overall_accuracy"):
        sentences.append("Overall accuracy has the same values.")
    return sentences
