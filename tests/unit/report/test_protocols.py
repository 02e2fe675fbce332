"""By how much an oracle, and a choice on the test part, flatter each method."""

import statistics

import pytest
from unit.report._searches import TUNED, searched, tuned_cells

from ltsei.report.condition_text import condition_names, condition_title, mean_over
from ltsei.report.paired import against_zero
from ltsei.report.procedure_sentences import moved
from ltsei.report.protocols import oracle_comparisons, selections_on_test
from ltsei.report.scopes import whole


@pytest.fixture
def scope(tmp_path):
    cells = tuned_cells() | tuned_cells("o", shift=0.1)
    return whole(searched(tmp_path, cells, oracles=["o"], protocols=[("d", "o")]))


def test_the_difference_is_that_of_the_same_runs_and_places_follow_the_means(scope):
    (compared,) = oracle_comparisons(scope)
    rows = {row.method: row for row in compared.rows}
    assert rows["crt"].comparison.mean == pytest.approx(0.1)
    assert rows["focal"].comparison.mean == 0.0
    assert {name: (row.place, row.oracle_place) for name, row in rows.items()} == {
        "crt.tuned": (1, 2),
        "focal": (2, 3),
        "crt": (3, 1),
        "ce": (4, 4),
    }
    assert (compared.moved, compared.largest) == (3, 2)
    assert moved(compared) == "3 of 4 methods change places from d to o (oracle); the largest change is 2 places."


def test_runs_that_one_of_both_lacks_do_not_count(tmp_path):
    cells = tuned_cells() | {key: cell for key, cell in tuned_cells("o", 0.1).items() if key[1] == "10"}
    (compared,) = oracle_comparisons(whole(searched(tmp_path, cells, oracles=["o"], protocols=[("d", "o")])))
    row = next(row for row in compared.rows if row.method == "crt")
    assert (row.comparison.n, row.mean) == (2, pytest.approx(0.51))


def test_a_choice_on_test_flatters_by_the_mean_difference_from_the_choice_on_validation(scope):
    rows = {(row.dataset, row.method): row for row in selections_on_test(scope)}
    assert set(rows) == {("d", "crt.tuned"), ("o", "crt.tuned")}
    row = rows["d", "crt.tuned"]
    assert (row.among, row.mean) == ("trials", pytest.approx(statistics.mean(TUNED)))
    assert row.comparison.mean == pytest.approx(statistics.mean([0.01, 0.02, 0.03, 0.04]))
    assert row.on_test == pytest.approx(row.mean + row.comparison.mean)


def test_without_a_pair_there_is_nothing_to_compare(tmp_path):
    cells = {key: cell for key, cell in tuned_cells().items() if key[3] != "crt.tuned"}
    scope = whole(searched(tmp_path, cells))
    assert (oracle_comparisons(scope), selections_on_test(scope)) == ((), ())


def test_an_oracle_is_marked_in_titles_names_and_means(scope):
    assert condition_title(scope.results, ("o", "10")) == "o (oracle), ratio 10"
    assert condition_title(scope.results, ("d", "10")) == "d, ratio 10"
    names = condition_names(scope.results, scope.conditions)
    assert names["o", "100"] == "o (oracle), ratio 100"
    assert condition_names(scope.results, [("o", "10")]) == {("o", "10"): "ratio 10 (oracle)"}
    assert mean_over(scope, "balanced_accuracy") == "mean over 4 conditions, 2 of them oracle"


def test_differences_are_tested_with_seeds_as_blocks_and_corrected_for_all_rows(tmp_path):
    cells = {("d", ir, seed, "ce"): (0.5,) for ir in ("10", "100") for seed in range(4)}
    results = searched(tmp_path, cells)
    values = dict(zip(results.cells, [0.01, 0.02, 0.03, 0.04, 0.02, 0.03, 0.04, 0.05], strict=True))
    alone = against_zero({"a": values})["a"]
    both = against_zero({"a": values, "b": {cell: -value for cell, value in values.items()}})
    means = [0.015, 0.025, 0.035, 0.045]
    assert alone.error == pytest.approx(statistics.stdev(means) / 2)
    assert (alone.seeds, alone.df, alone.n) == (4, pytest.approx(3), 8)
    assert both["a"].adjusted == pytest.approx(2 * alone.p)
    assert both["b"].mean == pytest.approx(-alone.mean)
    assert against_zero({}) == {}
