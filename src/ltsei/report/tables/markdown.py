"""The tables for a paper as Markdown, below heading and note of the report."""

import re
from collections.abc import Callable, Mapping, Sequence

from ltsei.core import files
from ltsei.evaluation.metric_labels import metric
from ltsei.report.condition_text import where
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import shown
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope, whole
from ltsei.report.selection import selection, selection_text
from ltsei.report.tables.fold_tables import domain_tables, fold_tables
from ltsei.report.tables.latex import LINE_BREAKS
from ltsei.report.tables.paper_tables import METRICS, Entry, Table, damaged_cells, tables
from ltsei.report.tables.procedures_markdown import sections

LETTERS = re.compile(r"([\\`*_{}\[\]()#+!|<>~&])")
MARKS: Mapping[str, Callable[[str], str]] = {"best": "**{}**".format, "second": "<u>{}</u>".format, "": str}


def write_markdown(path: str, results: MatrixResults, heading: str, note: str) -> None:
    """Write places and tables below heading and note of the report."""
    done = sum(cell.metrics is not None for cell in results.cells)
    lead = [f"# {markdown_text(heading)}", f"{done} of {len(results.cells)} cells are done."]
    lead += map(markdown_text, damaged_cells(results))
    notes = [markdown_text(line) for line in note.splitlines()]
    shown_tables = [*tables(results), *fold_tables(results), *domain_tables(results)]
    parts = [*lead, *notes, *_places(whole(results)), *map(markdown, shown_tables), *_procedures(results)]
    files.write_text(path, "\n\n".join(parts) + "\n")


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    rows = [[markdown_text(label), *map(_entry, entries)] for label, entries in table.rows.items()]
    for row in rows[table.first_of_others :]:
        row[0] = f"*{row[0]}*"
    return f"### {markdown_text(table.caption)}\n\n" + pipes(["Method", *map(markdown_text, table.columns)], rows)


def markdown_text(text: str) -> str:
    """Return user text for Markdown, which also interprets HTML, on one line."""
    return LETTERS.sub(r"\\\1", LINE_BREAKS.sub(" ", text)).replace("\\<", "&lt;").replace("\\>", "&gt;")


def _entry(entry: Entry) -> str:
    return MARKS[entry.mark](entry.text.replace("*", r"\*"))


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
    table = pipes(["Method", "Place", "Average rank", "%"], rows)
    return [heading, table, *([f"Best: place 1. {note}"] if note else [])] if rows else []


def _procedures(results: MatrixResults) -> list[str]:
    """Return the sections on tuning and protocols, as far as there is something to say."""
    return [
        "\n\n".join(
            [
                f"### {markdown_text(heading)}",
                *map(markdown_text, sentences),
                pipes(list(map(markdown_text, head)), [list(map(markdown_text, row)) for row in rows]),
            ]
        )
        for heading, sentences, head, rows in sections(whole(results))
    ]


def pipes(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, numbers to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *rows]) + "\n"
