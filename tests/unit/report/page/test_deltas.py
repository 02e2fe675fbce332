"""Differences of several metrics at once: the same as those of the tests."""

import functools

import pytest
from unit.report import _scores

from ltsei.report.analysis import analyse
from ltsei.report.page.context import PageContext
from ltsei.report.page.deltas import deltas
from ltsei.report.scopes import whole

scored = functools.partial(_scores.scored, title="Ablation")


def rows_of(results):
    """Return (method, metric) -> its mean, difference and change on the page."""
    page = PageContext(results, "report.html")
    shown = deltas(page, whole(results))
    columns = {name: page.store.columns[position] for name, position in shown["rows"].items()}
    columns = {
        name: column if isinstance(column, list) else [column["texts"][at] for at in column["at"]]
        for name, column in columns.items()
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    names = [method.name for method in results.methods]
    return shown, {(names[row["method"]], page.metrics[row["metric"]]): row for row in rows}


SCORES = {
    ("ce", "10"): {"balanced_accuracy": [0.5, 0.6, 0.7], "few_accuracy": [None] * 3, "ece": [0.2] * 3},
    ("ce", "100"): {"balanced_accuracy": [0.3, 0.3, 0.3], "few_accuracy": [0.1] * 3, "ece": [0.2] * 3},
    ("a", "10"): {"balanced_accuracy": [0.7, 0.8, 0.9], "few_accuracy": [None] * 3, "ece": [0.1] * 3},
    ("a", "100"): {"balanced_accuracy": [0.7, None, None], "few_accuracy": [0.4] * 3, "ece": [0.3] * 3},
}


def test_a_difference_is_that_of_the_tests_also_where_seeds_are_missing(tmp_path):
    results = scored(tmp_path, SCORES)
    _, rows = rows_of(results)
    row = rows["a", "balanced_accuracy"]
    assert (row["mean"], row["delta"]) == (0.75, pytest.approx(0.3))
    assert row["change"] == ""  # one seed under one condition has no interval
    assert row["delta"] == pytest.approx(analyse(whole(results), "balanced_accuracy").comparisons["a"].mean)


def test_a_difference_is_paired_even_if_the_missing_seeds_were_the_easy_ones(tmp_path):
    """The means over seeds differ by 0.1, the runs of the same seed by 0.2."""
    results = scored(tmp_path, {("ce", "10"): [0.2, 0.4], ("a", "10"): [0.4, None]})
    _, rows = rows_of(results)
    assert rows["a", "balanced_accuracy"]["delta"] == pytest.approx(0.2)


def test_the_control_and_a_method_without_a_pair_have_no_difference(tmp_path):
    results = scored(tmp_path, {("ce", "10"): [0.2, None], ("a", "10"): [None, 0.4]})
    _, rows = rows_of(results)
    assert [(row["mean"], row["delta"], row["change"]) for row in rows.values()] == [(0.2, None, ""), (0.4, None, "")]


def test_an_error_that_sinks_is_a_gain_and_a_difference_within_its_interval_is_neither(tmp_path):
    control, noise = [0.2] * 4, [0.01, -0.01, 0.005, 0]
    shifted = {"a": -0.1, "b": 0.1, "c": 0.001}
    results = scored(
        tmp_path,
        {("ce", "10"): control} | {(m, "10"): [0.2 + d + e for e in noise] for m, d in shifted.items()},
        "ece",
    )
    _, rows = rows_of(results)
    assert {method: row["change"] for (method, _), row in rows.items()} == {"ce": "", "a": "gain", "b": "loss", "c": ""}


def test_a_block_that_is_no_ablation_has_no_table_of_differences(tmp_path):
    results = _scores.scored(tmp_path, SCORES)
    assert deltas(PageContext(results, "report.html"), whole(results)) is None


def test_metrics_over_fewer_conditions_are_named(tmp_path):
    shown, rows = rows_of(scored(tmp_path, SCORES))
    assert shown["where"] == (
        "mean over 2 conditions; few-shot accuracy: mean over 1 of 2 conditions (without values: ratio 10)"
    )
    assert rows["a", "few_accuracy"]["delta"] == pytest.approx(0.3)
