"""The tables beside the page as files: CSV with fractions in [0, 1], LaTeX and Markdown in percent."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial

from ltsei.core import files
from ltsei.evaluation.statistics import summarise
from ltsei.report import analysis, paper_tables, ranking_tables
from ltsei.report.method_parts import method_parts
from ltsei.report.ranking_tables import Row, parts, write_rows
from ltsei.report.results import Results
from ltsei.report.summaries import by_method, mean_over, metric_names, values_by_seed
from ltsei.report.words import metric, shown_number

TIDY = ("dataset", "ir", "seed", "method", "metric", "value")


def write_tidy(path: str, findings: Results) -> None:
    """Write one row per number; undefined is an empty value, a missing cell has no rows."""
    rows = [
        dict(zip(TIDY, (*cell.condition, cell.files.seed, cell.files.method, name, value), strict=True))
        for cell in findings.cells
        for name, value in (cell.metrics or {}).items()
    ]
    files.write_csv(path, TIDY, rows)


def write_summary(path: str, findings: Results) -> None:
    """Write one row per (data set, ratio, method): seeds planned, then mean, sd and n of each metric."""
    names = metric_names(findings.cells)
    statistics = ("mean", "sd", "n")
    rows = []
    for (dataset, ir, method), group in by_method(findings.cells).items():
        row: dict[str, object] = {"dataset": dataset, "ir": ir, "method": method, "seeds": len(group)}
        for name in names:
            summary = summarise(values_by_seed(group, name).values())
            row.update({f"{name}_{statistic}": getattr(summary, statistic) for statistic in statistics})
        rows.append(row)
    columns = ["dataset", "ir", "method", "seeds", *(f"{name}_{each}" for name in names for each in statistics)]
    files.write_csv(path, columns, rows)


def write_statistics(path: str, findings: Results) -> None:
    """Write one row per comparison with a control: block, conditions, metric, method, ranks, interval and tests."""
    write_rows(path, (row for scope in analysis.scopes(findings) for row in _statistics(findings, scope)))


def _statistics(findings: Results, scope: analysis.Scope) -> Iterator[Row]:
    dataset, ir = scope.condition or ("all", "all")
    for name in analysis.tested(metric_names(findings.cells)):
        found = analysis.analyse(scope, name)
        ranks = dict(zip(found.ranked, found.friedman.ranks, strict=True)) if found.friedman else {}
        for method in scope.methods:
            compared = found.comparisons.get(method)
            yield {
                "block": scope.block,
                "dataset": dataset,
                "ir": ir,
                "metric": name,
                "method": method,
                "control": scope.control,
                "average_rank": ranks.get(method),
                "friedman_iman_davenport_p": found.friedman.f_p if found.friedman else None,
                "critical_difference": found.friedman.critical_difference if found.friedman else None,
                "smallest_p_reachable": found.smallest_p,
                **(asdict(compared) if compared else {}),
            }


def write_full(path: str, findings: Results) -> None:
    """Write one row per cell: coordinates, state, parts of its method, wall time and every metric."""
    made_of = method_parts(findings)
    write_rows(
        path,
        (
            {
                "dataset": cell.files.dataset,
                "ir": cell.files.ir,
                "seed": cell.files.seed,
                "method": cell.files.method,
                "kind": cell.files.kind,
                "state": cell.status[0],
                **parts(made_of, cell.files.method),
                "seconds": cell.seconds,
                **(cell.metrics or {}),
            }
            for cell in findings.cells
        ),
    )


def write_latex(path: str, findings: Results) -> None:
    """Write a table per headline metric; they need the package booktabs."""
    tables = [paper_tables.latex(table) for table in paper_tables.tables(findings)]
    files.write_text(path, "% \\usepackage{booktabs}\n" + "\n\n".join(tables) + "\n")


def write_markdown(path: str, findings: Results, heading: str, note: str) -> None:
    """Write the same tables as Markdown, below heading and note of the report."""
    done = sum(cell.metrics is not None for cell in findings.cells)
    lead = [f"# {paper_tables.markdown_text(heading)}", f"{done} of {len(findings.cells)} cells are done."]
    notes = [paper_tables.markdown_text(line) for line in note.splitlines()]
    score = metric("balanced_accuracy")
    values = [mean_over(findings, method.name, "balanced_accuracy") for method in findings.methods]
    ranking = sorted(
        (place, paper_tables.markdown_text(method.label), shown_number(value, score))
        for place, value, method in zip(ranking_tables.places(values), values, findings.methods, strict=True)
        if place is not None and value is not None
    )
    rows = [[label, str(place), text] for place, label, text in ranking]
    places = [f"### {score.label}, mean over all data sets and ratios"]
    places.append(paper_tables.pipes(["Method", "Place", "%"], rows))
    tables = [paper_tables.markdown(table) for table in paper_tables.tables(findings)]
    files.write_text(path, "\n\n".join([*lead, *notes, *(places if rows else []), *tables]) + "\n")


WRITERS: Mapping[str, Callable[[str, Results], None]] = {
    "tidy": write_tidy,
    "summary": write_summary,
    "statistics": write_statistics,
    "all_results_full": write_full,
    "ranking_overall": ranking_tables.write_ranking,
    "comparison_by_type": partial(ranking_tables.write_comparison, by="kind"),
    "comparison_sampling": partial(ranking_tables.write_comparison, by="sampler"),
    "comparison_loss": partial(ranking_tables.write_comparison, by="loss"),
    "matrix_oa": partial(ranking_tables.write_matrix, name="overall_accuracy"),
    "matrix_macc": partial(ranking_tables.write_matrix, name="balanced_accuracy"),
    "matrix_hm": partial(ranking_tables.write_matrix, name="harmonic_mean"),
    "best_configurations": ranking_tables.write_best,
    "improvement_over_baseline": ranking_tables.write_improvement,
    "latex": write_latex,
}
