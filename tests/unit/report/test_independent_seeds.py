"""Runs that share a split: counted once by tests and spreads, and told apart by cause."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from unit.report._scores import scored

from ltsei.core.run_seeds import run_seed
from ltsei.report import matrix_tables
from ltsei.report.analysis import analyse
from ltsei.report.page.conclusions import missing
from ltsei.report.page.statistics_sentences import limits
from ltsei.report.scopes import whole
from ltsei.report.seed_differences import seed_differences
from ltsei.report.spread_by_cause import spread_by_cause

NAME = "balanced_accuracy"
SPLITS, TRAININGS = 4, 3
SCORES = 0.5 + np.random.default_rng(4).normal(0, 0.05, (2, SPLITS, TRAININGS)).round(3)
"""Of the control and of a method, by split and training seed."""


def results(root, splits=SPLITS, trainings=TRAININGS):
    """Return results of every combination of split and training seeds."""
    values = {(method, "10"): SCORES[row, :splits, :trainings].ravel().tolist() for row, method in enumerate("cm")}
    table = scored(root, values, control="c")
    seeds = [run_seed(split, training) for split in range(splits) for training in range(trainings)]
    cells = [replace(cell, files=replace(cell.files, seed=seeds[cell.files.seed])) for cell in table.cells]
    return replace(table, cells=cells)


def test_tests_and_spreads_count_each_split_once_with_its_mean_over_training_seeds(tmp_path):
    scope = whole(results(tmp_path))
    by_split = SCORES.mean(axis=2)
    comparison, expected = analyse(scope, NAME).comparisons["m"], stats.ttest_rel(by_split[1], by_split[0])
    assert (comparison.n, comparison.seeds, comparison.df) == (SPLITS, SPLITS, SPLITS - 1)
    assert comparison.p == pytest.approx(expected.pvalue)
    summary = scope.summary(NAME, ("d", "10"), "m")
    assert (summary.n, summary.sd) == (SPLITS, pytest.approx(by_split[1].std(ddof=1)))
    assert list(seed_differences(scope, NAME)["m"]) == list(range(SPLITS))
    assert any("each split seed counts once" in line for line in limits(scope, NAME))
    assert "this split only" not in missing(scope)


def test_on_one_split_training_seeds_count_and_the_report_says_for_what_they_hold(tmp_path):
    scope = whole(results(tmp_path, splits=1))
    comparison = analyse(scope, NAME).comparisons["m"]
    assert (comparison.n, comparison.df) == (TRAININGS, TRAININGS - 1)
    assert comparison.p == pytest.approx(stats.ttest_rel(SCORES[1, 0], SCORES[0, 0]).pvalue)
    sentence = "All runs share the split of seed 0 and differ in training alone"
    assert sentence in missing(scope)
    assert any(sentence in line for line in limits(scope, NAME))
    assert spread_by_cause(scope, NAME) == {}


def test_seeds_that_drive_both_streams_need_no_sentence(tmp_path):
    scope = whole(scored(tmp_path, {("c", "10"): [0.1, 0.2, 0.3], ("m", "10"): [0.2, 0.3, 0.5]}, control="c"))
    assert "split" not in missing(scope)
    assert not any("split seed" in line for line in limits(scope, NAME))


def test_the_spread_by_cause_is_in_the_table_of_statistics(tmp_path):
    table = results(tmp_path)
    path = tmp_path / "statistics.csv"
    matrix_tables.WRITERS["statistics"](str(path), table)
    with path.open() as file:
        rows = {row["method"]: row for row in csv.DictReader(file)}
    for row, method in enumerate("cm"):
        within = np.sqrt(SCORES[row].var(axis=1, ddof=1).mean())
        each = spread_by_cause(whole(table), NAME)[method]
        assert each.training == pytest.approx(within)
        assert [float(rows[method][name]) for name in ("sd_data", "sd_training", "split_seeds", "training_seeds")] == [
            pytest.approx(each.data),
            pytest.approx(within),
            SPLITS,
            TRAININGS,
        ]


def test_a_run_that_is_missing_leaves_its_split_the_mean_of_the_others(tmp_path):
    table = results(tmp_path)
    cells = [cell for cell in table.cells if (cell.files.seed, cell.files.method) != ("1-0", "m")]
    means = SCORES.mean(axis=2)
    means[1, 1] = SCORES[1, 1, 1:].mean()
    comparison = analyse(whole(replace(table, cells=cells)), NAME).comparisons["m"]
    assert comparison.mean == pytest.approx((means[1] - means[0]).mean())
