"""Writes the report: page, tables and figures from the files of the cells, without torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ltsei.config.experiment import Figures
from ltsei.config.results_of_others import OtherResults
from ltsei.core.run_seeds import RunSeed
from ltsei.report import matrix_figures, matrix_tables, results_of_others
from ltsei.report.audit_lines import audit_lines
from ltsei.report.cell_files import CellFiles
from ltsei.report.data_note import data_note
from ltsei.report.matrix_results import Family, MatrixResults, read_results
from ltsei.report.page.html import write_page
from ltsei.report.scopes import whole
from ltsei.report.tables.markdown import write_markdown

__all__ = ["CellFiles", "Contents", "write_figures", "write_report", "write_tables"]


@dataclass(frozen=True, repr=False)
class Contents:
    """What a report is about; a file that does not exist is shown as missing.

    Attributes:
        cells: the planned matrix in the order in which it is shown.
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json, for class names and test signals.
        examples: dataset -> examples.json.
        title: heading of the page.
        note: selection rule and test set, one line per data set.
        groups: dataset -> keyword arguments of `data.groups.groups`, which define many, medium and few.
        blocks: name, title and control of the whole report and of each experiment in it.
        results: the folder that holds all results.
        options: of the Snakemake command that makes a file again.
        oracles: the data sets whose validation signals come from outside the long-tailed set.
        protocols: each data set that is compared with its oracle, and that.
        families: arguments of `Family`, for the data sets that are folds of one comparison.
        others: where results of others are, which the page and the tables show beside those of the cells.
        audits: data set -> audit.json, which exists only where somebody asked for it.
    """

    cells: Sequence[CellFiles]
    splits: Mapping[tuple[str, str, RunSeed], str]
    metas: Mapping[str, str]
    examples: Mapping[str, str]
    title: str
    note: str
    groups: Mapping[str, Mapping[str, Any]]
    blocks: Sequence[Mapping[str, str]]
    results: str
    options: str
    oracles: Sequence[str] = ()
    protocols: Sequence[tuple[str, str]] = ()
    families: Sequence[Mapping[str, Any]] = ()
    others: Sequence[OtherResults] = ()
    audits: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return a single line, since Snakemake prints the parameters of its jobs."""
        return f"Contents({self.title!r}, {len(self.cells)} cells)"

    @cached_property
    def matrix_results(self) -> MatrixResults:
        """The contents of those files that exist."""
        results = read_results(self.cells, self.splits, self.metas, self.groups, self.blocks, self.examples)
        return replace(
            results,
            oracles=frozenset(self.oracles),
            protocols=tuple(self.protocols),
            families=[Family(**family) for family in self.families],
            others=results_of_others.read(self.others, results.cells),
        )

    @property
    def whole_note(self) -> str:
        """The note, and below it what splits and stores say about the data."""
        return "\n".join(filter(None, (self.note, data_note(self.splits, self.metas))))


def write_report(contents: Contents, html: str) -> None:
    """Write the page."""
    note, audits = contents.whole_note, audit_lines(contents.audits)
    write_page(html, contents.matrix_results, contents.title, note, contents.results, contents.options, audits)


def write_tables(contents: Contents, outputs: Mapping[str, str]) -> None:
    """Write tables; `outputs` are paths of names in `matrix_tables.WRITERS`, and of ``markdown``."""
    results = contents.matrix_results
    for name, path in outputs.items():
        if name == "markdown":
            note = "\n".join([contents.whole_note, *audit_lines(contents.audits)])
            write_markdown(path, results, contents.title, note)
        else:
            matrix_tables.WRITERS[name](path, results)


def write_figures(contents: Contents, outputs: Mapping[str, str], settings: Figures) -> None:
    """Write the figures of the matrix; `outputs` are paths of SVG files, beside which PDF and PNG are written."""
    matrix_figures.write(outputs, whole(contents.matrix_results), settings)
