"""The report: the files of the cells in, a page, tables and figures out. Torch-free, nothing is trained anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ltsei.config.experiment import Figures
from ltsei.report import matrix_figures, matrix_tables
from ltsei.report.cell_result import CellFiles
from ltsei.report.page import write_page
from ltsei.report.results import Results, read_results

__all__ = ["CellFiles", "Contents", "write_figures", "write_report", "write_tables"]


@dataclass(frozen=True, repr=False)
class Contents:
    """What a report is about; what does not exist is shown as missing and stops nothing.

    Attributes:
        cells: the planned matrix in the order in which it is shown.
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json, for the class names.
        examples: dataset -> examples.json.
        title: heading of the page.
        note: selection rule and test set, one line per data set.
        groups: dataset -> keyword arguments of `longtail.groups`, which say what many, medium and few are there.
        blocks: name, title and control of the whole report and of each experiment in it.
        results: the folder in which everything lies.
        options: of the command that makes a file again.
    """

    cells: Sequence[CellFiles]
    splits: Mapping[tuple[str, str, int], str]
    metas: Mapping[str, str]
    examples: Mapping[str, str]
    title: str
    note: str
    groups: Mapping[str, Mapping[str, Any]]
    blocks: Sequence[Mapping[str, str]]
    results: str
    options: str

    def __repr__(self) -> str:
        """Return what fits into a line: Snakemake prints the parameters of a job here and there."""
        return f"Contents({self.title!r}, {len(self.cells)} cells)"

    @cached_property
    def findings(self) -> Results:
        """What exists of it."""
        return read_results(self.cells, self.splits, self.metas, self.groups, self.blocks, self.examples)


def write_report(contents: Contents, html: str) -> None:
    """Write the page."""
    write_page(html, contents.findings, contents.title, contents.note, contents.results, contents.options)


def write_tables(contents: Contents, outputs: Mapping[str, str]) -> None:
    """Write tables; `outputs` are paths of names in `matrix_tables.WRITERS`, and of ``markdown``."""
    findings = contents.findings
    for name, path in outputs.items():
        if name == "markdown":
            matrix_tables.write_markdown(path, findings, contents.title, contents.note)
        else:
            matrix_tables.WRITERS[name](path, findings)


def write_figures(contents: Contents, outputs: Mapping[str, str], settings: Figures) -> None:
    """Write the figures of the matrix; `outputs` are paths of SVG files, beside which PDF and PNG are written."""
    matrix_figures.write(outputs, contents.findings, settings)
