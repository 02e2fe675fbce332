"""Charts of one cell: confusions and the map of features."""

import numpy as np
import pytest

from ltsei.report.charts.classes import against_count, recall_bars
from ltsei.report.charts.confidence import calibration
from ltsei.report.charts.confusion import confusion, top_confusions
from ltsei.report.charts.feature_map import feature_map, projected
from ltsei.report.style import GROUP_COLORS, METHOD_COLORS

COUNTS = [[8, 2, 0], [10, 80, 10], [0, 3, 1]]


def classes(*train_counts):
    """Return the classes a, b, c … with these training signals; the last has no recall."""
    return [
        {
            "class_name": chr(ord("a") + label),
            "group": "many" if count > 100 else "few",
            "train_count": count,
            "test_count": 4,
            "recall": None if label == len(train_counts) - 1 else 0.25,
        }
        for label, count in enumerate(train_counts)
    ]


def test_the_confusion_matrix_has_its_nonzero_entries_frequent_classes_first():
    chart = confusion(classes(5, 300, 20), COUNTS)
    assert chart.blanks["classes"] == ["b", "c", "a"]
    entries = [(row["true"], row["predicted"], row["count"], row["total"]) for row in chart.tables["rows"]]
    assert entries == [
        ("b", "b", 80, 100),
        ("b", "c", 10, 100),
        ("b", "a", 10, 100),
        ("c", "b", 3, 4),
        ("c", "c", 1, 4),
        ("a", "b", 2, 10),
        ("a", "a", 8, 10),
    ]


def test_top_confusions_are_the_largest_shares_of_a_true_class():
    rows = top_confusions(classes(5, 300, 20), COUNTS, 2).tables["rows"]
    assert [(row["pair"], row["share"], row["count"]) for row in rows] == [("c → b", 75, 3), ("a → b", 20, 2)]


def test_without_an_error_there_are_no_top_confusions():
    assert top_confusions(classes(5, 3), [[4, 0], [0, 4]], 10) is None


def test_an_undefined_recall_is_a_bar_without_value_and_no_point():
    rows = classes(5, 300, 20)
    assert [row["value"] for row in recall_bars(rows).tables["rows"]] == [25, None, 25]
    assert [row["name"] for row in against_count(rows, "recall", "Recall (%)").tables["rows"]] == ["a", "b"]
    assert against_count(rows[2:], "recall", "Recall (%)") is None


def test_each_bar_of_the_reliability_diagram_has_its_number_of_signals():
    bins = [{"low": 0.2, "high": 0.4, "confidence": 0.31, "accuracy": 0.5, "count": 12}]
    chart = calibration(bins, 0.19)
    (row,) = chart.tables["rows"]
    assert (row["signals"], row["middle"], chart.blanks["title"]) == ("12", 0.3, "ECE 19.0 %; numbers: signals")


def test_results_of_earlier_versions_have_a_reliability_diagram_without_numbers():
    chart = calibration([{"low": 0.2, "high": 0.4, "confidence": 0.31, "accuracy": 0.5}], 0.19)
    assert (chart.tables["rows"][0]["signals"], chart.blanks["title"]) == ("", "ECE 19.0 %")


def test_a_projection_is_a_rotation():
    points = np.random.default_rng(0).normal(size=(20, 3))
    assert np.linalg.norm(projected(points), axis=1) == pytest.approx(np.linalg.norm(points, axis=1))


def test_rare_classes_lie_on_top_of_the_map():
    chart = feature_map(np.full((4, 2), 0.1), np.array([0, 1, 0, 2]), classes(5, 300, 20))
    assert [row["key"] for row in chart.tables["rows"]] == ["b", "c", "a", "a"]


def test_a_map_is_coloured_by_class_as_long_as_there_are_colours():
    few, many = (classes(*range(1, count + 1)) for count in (len(METHOD_COLORS), len(METHOD_COLORS) + 1))
    points, labels = np.array([[0.1, 0.2], [0.3, 0.1]]), np.array([0, 1])
    assert feature_map(points, labels, few).blanks["keys"] == [row["class_name"] for row in few]
    assert feature_map(points, labels, many).blanks["keys"] == list(GROUP_COLORS)


def test_a_map_in_space_has_the_edges_of_its_box_within_the_panel():
    points = np.random.default_rng(0).normal(size=(20, 3))
    chart = feature_map(points, np.zeros(20, dtype=int), classes(5, 3))
    reach = chart.blanks["domain"][1]
    assert len({row["edge"] for row in chart.tables["edges"]}) == 12
    assert all(max(abs(row["x"]), abs(row["y"])) <= reach for rows in chart.tables.values() for row in rows)
