"""The report: the files of the cells in, one page, tables and figures out. Torch-free, nothing is computed anew."""

from collections.abc import Mapping, Sequence

from ltsei.report.cells import CellFiles
from ltsei.report.figures import write_balanced_accuracy, write_class_distribution, write_groups
from ltsei.report.findings import find
from ltsei.report.page import write_page
from ltsei.report.tables import write_summary, write_tidy

__all__ = ["CellFiles", "build"]

WRITERS = {
    "balanced_accuracy": write_balanced_accuracy,
    "groups": write_groups,
    "class_distribution": write_class_distribution,
}


def build(
    cells: Sequence[CellFiles],
    *,
    splits: Mapping[tuple[str, str, int], str],
    metas: Mapping[str, str],
    outputs: Mapping[str, str],
    title: str,
    note: str,
    baseline: str = "",
    many_above: int = 100,
    few_below: int = 20,
) -> None:
    """Write the report of `cells`; what does not exist is shown as missing and stops nothing.

    Args:
        cells: the planned matrix, in the order in which it is shown; a method's colour follows from its place.
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json, for the class names.
        outputs: name -> path, only what is wanted: ``html``, ``tidy`` and ``summary`` (CSV), ``balanced_accuracy``,
            ``groups`` and ``class_distribution`` (SVG).
        title: heading of the page.
        note: what holds for all numbers (selection rule, test set), a sentence or two per data set, one per line.
        baseline: the method to which the page offers differences; without one it offers none.
        many_above: classes with more training signals are ``many``.
        few_below: classes with fewer are ``few``.
    """
    findings = find(cells, splits, metas, many_above, few_below)
    if "tidy" in outputs:
        write_tidy(outputs["tidy"], findings.cells)
    if "summary" in outputs:
        write_summary(outputs["summary"], findings.cells)
    for name in WRITERS.keys() & outputs.keys():
        WRITERS[name](outputs[name], findings)
    if "html" in outputs:
        write_page(outputs["html"], findings, title, note, baseline)
