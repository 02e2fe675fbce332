"""The long-tail figure: recall against class size, and the difference from the control class by class."""

from pathlib import Path

import numpy as np
import pytest
from unit.report._matrix import fake_matrix

from ltsei.core import files
from ltsei.report.charts.class_sizes import class_differences, class_recalls
from ltsei.report.scopes import whole

COUNTS, COLUMNS = (
    [300, 30, 3],
    ("label", "class_name", "group", "train_count", "test_count", "recall", "precision", "f1"),
)
RECALLS = {
    ("ce", 0): [0.9, 0.5, None],
    ("ce", 1): [0.8, 0.5, None],
    ("crt", 0): [0.7, 0.6, None],
    ("crt", 1): [0.8, 0.8, None],
}


@pytest.fixture
def recalls(matrix):
    """The scope of a matrix of two methods and seeds with three classes, the last without test signals."""
    for cell in matrix.cells:
        values = zip(COUNTS, ("many", "medium", "few"), RECALLS[cell.method, cell.seed], strict=True)
        rows = [
            dict(zip(COLUMNS, (label, f"class {label}", group, count, 10, recall, None, None), strict=True))
            for label, (count, group, recall) in enumerate(values)
        ]
        files.write_csv(cell.per_class, COLUMNS, rows)
        Path(cell.confusion).unlink()  # of other classes
    return whole(matrix.contents().matrix_results)


def test_recall_is_a_mean_over_seeds_from_few_to_many_signals(recalls):
    rows = class_recalls(recalls).tables["rows"]
    points = [(row["method"], row["count"], row["value"]) for row in rows]
    assert points == [("ce", 30, 50), ("ce", 300, 85), ("crt", 30, 70), ("crt", 300, 75)]


def test_the_line_joins_means_over_classes_of_similar_size(recalls):
    rows = [row for row in class_recalls(recalls).tables["lines"] if row["method"] == "ce"]
    assert rows == [{"method": "ce", "count": pytest.approx(np.sqrt(30 * 300), rel=1e-4), "value": 67.5}]


def test_differences_are_paired_by_seed_with_their_smallest_and_largest(recalls):
    rows = class_differences(recalls).tables["rows"]
    values = [(row["method"], row["count"], row["value"], row["low"], row["high"]) for row in rows]
    assert values == [("crt", 30, 20, 10, 30), ("crt", 300, -10, -20, 0)]


def test_several_conditions_have_no_single_class_size(full, scope_of):
    assert class_recalls(scope_of(full)) is None
    assert class_differences(scope_of(full)) is None


def test_without_the_control_there_are_no_differences(recalls, matrix, scope_of):
    blocks = [{"name": "", "title": "Fake", "control": "nobody"}]
    assert class_differences(scope_of(matrix, blocks=blocks)) is None


def test_many_classes_make_several_bins(tmp_path, scope_of):
    scope = scope_of(fake_matrix(tmp_path, methods=("ce",), ratios=("100",), seeds=(0,), num_classes=30, natural=False))
    counts = [row["count"] for row in class_recalls(scope).tables["lines"]]
    assert len(counts) == 8
    assert counts == sorted(counts)
