"""Tables about domains: each method over the folds of a family, and on each day, receiver or distance."""

from collections.abc import Iterator, Sequence

from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.statistics import Summary
from ltsei.report.analysis import is_significant
from ltsei.report.domain_panels import DomainPanel, domain_panels
from ltsei.report.fold_summaries import METRIC, FoldRow, FoldSummary, fold_summaries
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import shown
from ltsei.report.ranking import two_best
from ltsei.report.tables.csv_rows import Row, write_rows
from ltsei.report.tables.paper_tables import MOST_CONDITIONS, SIGNIFICANT, Entry, Table

FOLDS = (
    *("family", "ir", "method", "fold", "balanced_accuracy", "sd", "seeds", "worst"),
    *("reference", "drop", "low", "high", "p", "adjusted"),
)
DOMAINS = (
    *("dataset", "ir", "seed", "method", "domain", "value", "train_signals", "test_signals", "classes"),
    *("balanced_accuracy", "overall_accuracy"),
)
MEAN = "mean"
"""What the row on all folds has in place of a fold."""


def write_folds(path: str, results: MatrixResults) -> None:
    """Write one row per method and fold of each family, and one on the mean over folds with the drop."""
    write_rows(path, (row for each in fold_summaries(results) for row in _fold_rows(each)), FOLDS)


def write_domains(path: str, results: MatrixResults) -> None:
    """Write one row per finished cell and value of a domain."""
    write_rows(path, _domain_rows(results), DOMAINS)


def fold_tables(results: MatrixResults) -> list[Table]:
    """Return a table for each family and ratio."""
    return [_table(each) for each in fold_summaries(results)]


def domain_tables(results: MatrixResults) -> list[Table]:
    """Return what the page shows of domains, a table for each panel."""
    return list(map(_panel_table, domain_panels(results)))


def _fold_rows(summary: FoldSummary) -> Iterator[Row]:
    for row in summary.rows:
        common = {"family": summary.family.name, "ir": summary.ir, "method": row.method}
        for fold, each in row.folds.items():
            yield {**common, "fold": fold, **_numbers(each), "worst": fold == row.worst}
        drop = row.drop
        tested = {name: getattr(drop, name) for name in ("low", "high", "p", "adjusted")} if drop else {}
        reference = {"reference": summary.family.reference, "drop": drop.mean, **tested} if drop else {}
        yield {**common, "fold": MEAN, **_numbers(row.mean), **reference}


def _numbers(summary: Summary) -> Row:
    return {METRIC: summary.mean, "sd": summary.sd, "seeds": summary.n}


def _domain_rows(results: MatrixResults) -> Iterator[Row]:
    for cell in results.cells:
        at = cell.files
        for domain in cell.domains:
            for values in domain["values"]:
                common = {"dataset": at.dataset, "ir": at.ir, "seed": at.seed, "method": at.method}
                yield {**common, "domain": domain["name"], **{name: values.get(name) for name in DOMAINS[5:]}}


def _table(summary: FoldSummary) -> Table:
    rows, family, unit = summary.rows, summary.family, metric(METRIC).unit
    columns = {"Mean": _entries(rows, [row.mean for row in rows])}
    if len(family.folds) <= MOST_CONDITIONS:
        columns |= {fold: _entries(rows, [row.folds[fold] for row in rows]) for fold in family.folds}
        columns["Worst"] = _entries(rows, [Summary(_worst(row), None, 1) for row in rows])
    else:
        columns["Worst"] = [Entry(f"{shown(_worst(row), unit)} ({row.worst})") for row in rows]
    if any(row.drop for row in rows):
        columns["Drop"] = [
            Entry(
                shown(row.drop.mean if row.drop else None, unit, sign=True),
                star=SIGNIFICANT if row.drop and is_significant(row.drop) else "",
            )
            for row in rows
        ]
    name = f"folds-{family.name}-{summary.ir}"
    return Table(name=name, caption=_caption(summary), methods=[row.label for row in rows], columns=columns)


def _worst(row: FoldRow) -> float | None:
    return None if row.worst is None else row.folds[row.worst].mean


def _entries(rows: Sequence[FoldRow], summaries: Sequence[Summary]) -> list[Entry]:
    """Return an entry per method, the two best marked; oracles have no place."""
    shown_as, means = metric(METRIC), zip(rows, summaries, strict=True)
    marks = two_best(shown_as, {row.method: each.mean for row, each in means if not row.is_oracle})
    return [
        Entry(
            shown(each.mean, shown_as.unit),
            "" if each.sd is None else shown(each.sd, shown_as.unit),
            marks.get(row.method, ""),
        )
        for row, each in zip(rows, summaries, strict=True)
    ]


def _caption(summary: FoldSummary) -> str:
    family = summary.family
    ratio = "natural ratio" if summary.ir == "natural" else f"ratio {summary.ir}"
    sentences = [
        f"{metric(METRIC).label} (%) over the {len(family.folds)} folds of {family.name}, {ratio}, mean ± standard "
        "deviation over seeds."
    ]
    if any(family.folds.values()):
        sentences.append("A fold is scored on the test signals of the values that its training leaves out.")
    if family.reference is not None:
        same = "the same test signals" if any(family.folds.values()) else "the test part there"
        starred = any(row.drop and is_significant(row.drop) for row in summary.rows)
        star = f" ({SIGNIFICANT}: significant at 5 %)" if starred else ""
        sentences.append(f"Drop: {family.reference} on {same}, minus the mean over folds, paired by seed{star}.")
    return " ".join(sentences)


def _panel_table(panel: DomainPanel) -> Table:
    columns: dict[str, Sequence[Entry]] = {
        value: [Entry(row.scores[place]) for row in panel.rows] for place, (value, _) in enumerate(panel.values)
    }
    columns |= {"Worst": [Entry(row.worst) for row in panel.rows], "Gap": [Entry(row.gap) for row in panel.rows]}
    if panel.has_drop:
        columns["Drop"] = [Entry(row.drop) for row in panel.rows]
    caption = f"{metric(METRIC).label} (%) by domain: {panel.title}, mean over seeds"
    return Table(name="", caption=caption, methods=[row.label for row in panel.rows], columns=columns)
