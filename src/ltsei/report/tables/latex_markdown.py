"""Means over seeds as LaTeX (booktabs) and Markdown, best bold, second best underlined."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ltsei.core import files
from ltsei.evaluation.metric_labels import metric
from ltsei.report.cell_result import Condition
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import mean_and_spread, shown
from ltsei.report.ranking import marks, standings
from ltsei.report.scopes import Scope, condition_title, where, whole
from ltsei.report.selection import selection, selection_text

METRICS = ("balanced_accuracy", "overall_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean")
LATEX = {
    "\\": r"\textbackslash{}",
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "τ": r"$\tau$",
    "→": r"$\rightarrow$",
    "±": r"$\pm$",
}
LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""They would end a row of a table, or a paragraph."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~&])")
Markup = Mapping[str, Callable[[str], str]]
"""How ``best``, ``second`` and unmarked entries are set."""
IN_LATEX: Markup = {"best": r"\textbf{{{}}}".format, "second": r"\underline{{{}}}".format, "": str}
IN_MARKDOWN: Markup = {"best": "**{}**".format, "second": "<u>{}</u>".format, "": str}


@dataclass(frozen=True)
class Entry:
    """A number of a table: its text, and whether it is ``best``, ``second`` or neither of its column."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A table of one metric: a column per condition, a row per method."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Mapping[str, Sequence[Entry]]


def tables(results: MatrixResults) -> list[Table]:
    """Return a table for each of `METRICS` that has a value."""
    scope = whole(results)
    return [table for name in METRICS if (table := _table(scope, name))]


def write_latex(path: str, results: MatrixResults) -> None:
    """Write a table per headline metric; they need the package booktabs. Comments name damaged cells."""
    head = "\n".join(["% \\usepackage{booktabs}", *(f"% {line}" for line in _damaged(results))])
    files.write_text(path, f"{head}\n" + "\n\n".join(map(latex, tables(results))) + "\n")


def write_markdown(path: str, results: MatrixResults, heading: str, note: str) -> None:
    """Write the same tables as Markdown, below heading and note of the report."""
    done = sum(cell.metrics is not None for cell in results.cells)
    lead = [f"# {markdown_text(heading)}", f"{done} of {len(results.cells)} cells are done."]
    lead += map(markdown_text, _damaged(results))
    notes = [markdown_text(line) for line in note.splitlines()]
    files.write_text(
        path, "\n\n".join([*lead, *notes, *_places(whole(results)), *map(markdown, tables(results))]) + "\n"
    )


def _damaged(results: MatrixResults) -> list[str]:
    """Return a line for each cell whose numbers are left out since its files are damaged."""
    damaged = [(cell.files, cell.damage) for cell in results.cells if cell.damage]
    return [f"Damaged: {at.dataset}, ir {at.ir}, seed {at.seed}, {at.method}: {wrong}" for at, wrong in damaged]


def latex(table: Table) -> str:
    """Return a table environment for booktabs."""
    rows = [
        [latex_text(label), *(IN_LATEX[entry.mark](latex_text(entry.text)) for entry in entries)]
        for label, entries in table.rows.items()
    ]
    head = ["Method", *map(latex_text, table.columns)]
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{latex_text(table.caption)}}}",
            rf"\label{{tab:{table.name}}}",
            rf"\begin{{tabular}}{{l{'r' * len(table.columns)}}}",
            r"\toprule",
            " & ".join(head) + r" \\",
            r"\midrule",
            *(" & ".join(row) + r" \\" for row in rows),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
        ]
    )


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    rows = [
        [markdown_text(label), *(IN_MARKDOWN[entry.mark](entry.text) for entry in entries)]
        for label, entries in table.rows.items()
    ]
    return f"### {markdown_text(table.caption)}\n\n" + _pipes(["Method", *map(markdown_text, table.columns)], rows)


def latex_text(text: str) -> str:
    """Return user text for LaTeX, on one line and without commands."""
    return "".join(LATEX.get(letter, letter) for letter in LINE_BREAKS.sub(" ", text))


def markdown_text(text: str) -> str:
    """Return user text for Markdown, which also interprets HTML, on one line."""
    return MARKDOWN.sub(r"\\\1", LINE_BREAKS.sub(" ", text)).replace("\\<", "&lt;").replace("\\>", "&gt;")


def _table(scope: Scope, name: str) -> Table | None:
    columns = [_column(scope, name, condition) for condition in scope.conditions]
    counts = sorted({summary.n for summary in scope.summaries(name).values() if summary.n})
    if not counts:
        return None
    unit = " (%)" if metric(name).unit == "fraction" else ""
    seeds = "–".join(map(str, dict.fromkeys((counts[0], counts[-1]))))
    spread = "mean ± standard deviation" if counts[-1] > 1 else "a single seed, no spread"
    return Table(
        name=name,
        caption=f"{metric(name).label}{unit}, {spread}, n = {seeds}",
        columns=[condition_title(condition) for condition in scope.conditions],
        rows={method.label: [column[method.name] for column in columns] for method in scope.methods},
    )


def _column(scope: Scope, name: str, condition: Condition) -> dict[str, Entry]:
    """Return method -> entry under a condition; empty for a missing cell, a dash for an undefined value."""
    marked = marks(scope, name, condition)
    entries = {}
    for method in (each.name for each in scope.methods):
        summary = scope.summary(name, condition, method)
        text = mean_and_spread(summary.mean, summary.sd, metric(name).unit)
        entries[method] = Entry(text if scope.has_results(condition, method) else "", marked.get(method, ""))
    return entries


def _places(scope: Scope) -> list[str]:
    """Return heading and table of the places by the first metric, and how the best was chosen; nothing without any."""
    name = METRICS[0]
    shown_as, chosen = metric(name), selection(scope, name)
    rows = [
        [markdown_text(each.method.label), str(each.place), shown(each.average_rank, "rank"), text]
        for each in standings(scope, name)
        if each.place is not None
        for text in [shown(each.mean, shown_as.unit)]
    ]
    heading = f"### {shown_as.label}, {markdown_text(where(scope, name))}"
    note = markdown_text(selection_text(scope, chosen)) if chosen else ""
    table = _pipes(["Method", "Place", "Average rank", "%"], rows)
    return [heading, table, *([f"Best: place 1. {note}"] if note else [])] if rows else []


def _pipes(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *rows]) + "\n"
