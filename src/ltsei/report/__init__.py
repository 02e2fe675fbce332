"""The report: the files of the cells in, one page, tables and figures out. Torch-free, nothing is computed anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ltsei.report.cells import CellFiles
from ltsei.report.figures import write_balanced_accuracy, write_class_distribution, write_groups
from ltsei.report.findings import Findings, find
from ltsei.report.page import write_page
from ltsei.report.tables import write_summary, write_tidy

__all__ = ["CellFiles", "build"]

WRITERS: Mapping[str, Callable[[str, Findings], None]] = {
    "tidy": write_tidy,
    "summary": write_summary,
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
    groups: Mapping[str, Mapping[str, Any]],
    baseline: str = "",
) -> None:
    """Write the report of `cells`; what does not exist is shown as missing and stops nothing.

    Args:
        cells: the planned matrix in the order in which it is shown.
        splits: (dataset, ir, seed) -> split.npz.
        metas: dataset -> meta.json, for the class names.
        outputs: ``html`` or a name in `WRITERS` -> path, only what is wanted.
        title: heading of the page.
        note: selection rule and test set, one line per data set.
        groups: dataset -> keyword arguments of `longtail.groups`, which say what many, medium and few are there.
        baseline: the method to which the page offers differences; none if empty.
    """
    findings = find(cells, splits, metas, groups)
    for name, path in outputs.items():
        if name == "html":
            write_page(path, findings, title, note, baseline)
        else:
            WRITERS[name](path, findings)
