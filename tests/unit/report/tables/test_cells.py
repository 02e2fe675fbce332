"""Tables with the numbers of every cell, of the seeds together, and of every test."""

import numpy as np
import pytest
from unit.report._scores import BALANCED, numbers, scored


def test_the_tidy_table_has_a_row_for_every_number(rows, tmp_path):
    scores = {("ce", "10"): {"balanced_accuracy": [0.5, None], "ece": [0.1, 0.2]}, ("crt", "10"): ["missing"]}
    table = rows("tidy", scored(tmp_path / "cells", scores))
    assert list(table[0]) == ["dataset", "ir", "seed", "method", "metric", "value"]
    assert [tuple(row.values()) for row in table] == [
        ("d", "10", "0", "ce", "balanced_accuracy", "0.5"),
        ("d", "10", "0", "ce", "ece", "0.1"),
        ("d", "10", "1", "ce", "balanced_accuracy", ""),
        ("d", "10", "1", "ce", "ece", "0.2"),
    ]


def test_the_summary_has_mean_spread_and_number_of_the_defined_seeds(rows, tmp_path):
    scores = {("ce", "10"): [0.5, None, 0.7], ("crt", "10"): ["missing"] * 3}
    ce, crt = rows("summary", scored(tmp_path / "cells", scores))
    assert list(ce) == [
        *("dataset", "ir", "method", "seeds"),
        *("balanced_accuracy_mean", "balanced_accuracy_sd", "balanced_accuracy_n"),
    ]
    assert (ce["dataset"], ce["ir"], ce["method"], ce["seeds"]) == ("d", "10", "ce", "3")
    assert [float(value) for value in list(ce.values())[4:]] == pytest.approx([0.6, np.std([0.5, 0.7], ddof=1), 2])
    assert list(crt.values())[2:] == ["crt", "3", "", "", "0"]


def test_the_full_table_has_coordinates_state_parts_and_metrics_of_each_cell(rows, tmp_path):
    scores = {("crt", "10"): [0.5], ("ce", "10"): ["missing"]}
    crt, ce = rows("all_results_full", scored(tmp_path / "cells", scores))
    assert {key: crt[key] for key in ("dataset", "ir", "seed", "method", "kind", "sampler", "balanced_accuracy")} == {
        **{"dataset": "d", "ir": "10", "seed": "0", "method": "crt", "kind": "decoupling"},
        **{"sampler": "class balanced", "balanced_accuracy": "0.5"},
    }
    assert (ce["method"], ce["state"], ce["balanced_accuracy"], ce["sampler"]) == ("ce", "not started", "", "")
    assert "seconds" in crt


def test_the_statistics_have_a_row_per_method_scope_and_tested_metric(rows, results):
    table = {(row["ir"], row["metric"], row["method"]): row for row in rows("statistics", results)}
    assert {(ir, metric) for ir, metric, _ in table} == {
        (ir, metric) for ir in ("all", "10", "100") for metric in ("balanced_accuracy", "overall_accuracy", "ece")
    }
    row = table["all", "ece", "crt"]
    differences = np.subtract(
        BALANCED["crt", "10"] + BALANCED["crt", "100"], BALANCED["ce", "10"] + BALANCED["ce", "100"]
    )
    assert (row["block"], row["dataset"], row["control"], row["n"]) == ("", "all", "ce", "6")
    assert float(row["mean"]) == pytest.approx(differences.mean() / 2)
    assert numbers(row, "average_rank", "seeds", "df") == [3.5, 3, 2]
    assert numbers(row, "friedman_iman_davenport_p", "critical_difference") == [None, None]
    assert table["10", "ece", "crt"]["dataset"] == "d"
    assert numbers(table["10", "ece", "crt"], "average_rank", "friedman_iman_davenport_p", "critical_difference") == [
        *(None, None, None)
    ]
    assert numbers(table["all", "ece", "ce"], "n", "mean", "adjusted") == [None] * 3


def test_the_statistics_of_two_data_sets_have_a_friedman_test(rows, tmp_path):
    scores = {(m, "10", d): [0.5 + step * i] for i, m in enumerate("abcd") for d, step in (("d", 0.1), ("e", -0.1))}
    row = rows("statistics", scored(tmp_path / "two", scores))[0]
    assert numbers(row, "average_rank", "friedman_iman_davenport_p") == [2.5, 1.0]
    assert float(row["critical_difference"]) == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 2)), rel=1e-3)
