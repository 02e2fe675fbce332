"""Tables that rank methods on chosen scores: whose the numbers are, and what best means."""

import numpy as np
import pytest
from scipy import stats
from unit.report._scores import BALANCED, RUNS, numbers, scored

from ltsei.core import files


def test_the_ranking_has_place_rank_means_and_cost_of_each_method(rows, results):
    ranking = rows("ranking_overall", results)
    assert [(row["place"], row["method"], row["average_rank"]) for row in ranking] == [
        ("1", "crt", "1.50"),
        ("2", "focal", "2.50"),
        ("3", "ce", "2.75"),
        ("4", "class_uniform", "3.25"),
    ]
    means = [numbers(row, "balanced_accuracy", "overall_accuracy") for row in ranking]
    assert np.allclose(means, [[0.525, 0.475], [0.46, 0.54], [0.43, 0.57], [0.42, 0.58]])
    assert list(ranking[0])[:14] == [
        *("place", "method", "title", "kind", "average_rank", "balanced_accuracy", "overall_accuracy", "macro_f1"),
        *("many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean", "g_mean", "seconds"),
    ]
    assert ranking[0]["seconds"] == ""


def test_a_method_without_a_value_under_some_condition_is_last_and_has_no_place(rows, tmp_path):
    scores = {("ce", "10"): [0.1], ("ce", "100"): [0.1], ("part", "10"): [0.9], ("part", "100"): [None]}
    ranking = rows("ranking_overall", scored(tmp_path / "cells", scores))
    assert [(row["method"], row["place"], row["balanced_accuracy"]) for row in ranking] == [
        ("ce", "1", "0.1"),
        ("part", "", ""),
    ]


def test_kinds_are_compared_by_their_number_of_methods_their_mean_and_their_best(rows, tmp_path):
    more = {("ldam_drw", "10"): {"balanced_accuracy": [0.2]}, ("ldam_drw", "100"): {"balanced_accuracy": [0.1]}}
    comparison = rows("comparison_by_type", scored(tmp_path / "cells", RUNS | more))
    assert [(row["kind"], row["methods"], row["best_method"]) for row in comparison] == [
        ("decoupling", "1", "crt"),
        ("re-weighting", "2", "focal"),
        ("baseline", "1", "ce"),
        ("re-sampling", "1", "class_uniform"),
    ]
    means = [numbers(row, "balanced_accuracy_mean", "balanced_accuracy_best") for row in comparison]
    assert np.allclose(means, [[0.525, 0.525], [(0.46 + 0.15) / 2, 0.46], [0.43, 0.43], [0.42, 0.42]])


def test_samplers_and_losses_are_those_of_the_methods(rows, results):
    by_sampler = {row["sampler"]: row for row in rows("comparison_sampling", results)}
    assert {name: (row["methods"], row["best_method"]) for name, row in by_sampler.items()} == {
        "class balanced": ("2", "crt"),
        "instance balanced": ("2", "focal"),
    }
    assert {row["loss"]: row["best_method"] for row in rows("comparison_loss", results)} == {
        "cross entropy": "crt",
        "focal": "focal",
        "ce": "ce",
        "class uniform": "class_uniform",
    }


def test_a_method_without_parts_has_a_kind_and_no_sampler(rows, results):
    for cell in results.cells:
        if cell.files.method == "focal":
            files.write_json(cell.files.recipe, {"recipe": {}})
    assert [row["methods"] for row in rows("comparison_sampling", results)] == ["2", "1"]
    assert len(rows("comparison_by_type", results)) == 4


def test_without_values_a_comparison_has_its_columns_and_no_rows(rows, tmp_path):
    results = scored(tmp_path / "cells", {("ce", "10"): [None]})
    path = tmp_path / "comparison_by_type.csv"
    assert rows("comparison_by_type", results) == []
    columns = "kind,methods,balanced_accuracy_mean,balanced_accuracy_best,best_method,not_distinguishable,conditions"
    assert path.read_text(encoding="utf-8").splitlines() == [columns]
    assert rows("best_configurations", results) == []
    assert (tmp_path / "best_configurations.csv").read_text().splitlines() == [
        "dataset,ir,metric,method,mean,sd,n,methods,not_distinguishable"
    ]
    assert rows("matrix_macc", results) == []
    assert (tmp_path / "matrix_macc.csv").read_text().splitlines() == ["loss,conditions"]


@pytest.mark.parametrize(("table", "name"), [("matrix_oa", "overall_accuracy"), ("matrix_macc", "balanced_accuracy")])
def test_each_matrix_of_losses_and_samplers_holds_its_own_metric(rows, results, table, name):
    means = {"crt": 0.525, "focal": 0.46, "ce": 0.43, "class_uniform": 0.42}
    value = {m: mean if name == "balanced_accuracy" else 1 - mean for m, mean in means.items()}
    matrix = {row["loss"]: numbers(row, "instance balanced", "class balanced") for row in rows(table, results)}
    assert matrix == {
        "ce": [pytest.approx(value["ce"]), None],
        "cross entropy": [None, pytest.approx(value["crt"])],
        "focal": [pytest.approx(value["focal"]), None],
        "class uniform": [None, pytest.approx(value["class_uniform"])],
    }


def test_the_matrix_of_harmonic_means_holds_harmonic_means(rows, tmp_path):
    scores = {("ce", "10"): {"harmonic_mean": [0.25], "balanced_accuracy": [0.5]}}
    assert rows("matrix_hm", scored(tmp_path / "cells", scores)) == [
        {"loss": "ce", "instance balanced": "0.25", "conditions": "mean over 1 condition"}
    ]


def test_the_best_pair_of_loss_and_sampler_is_that_of_the_better_of_its_methods(rows, tmp_path):
    """crt and lws both end with cross entropy; the sampler of lws is set to that of crt."""
    results = scored(tmp_path / "cells", {("crt", "10"): [0.4], ("lws", "10"): [0.6]})
    crt, lws = (cell.files.recipe for cell in results.cells)
    files.write_json(lws, files.read_json(lws) | {"recipe": files.read_json(crt)["recipe"]})
    assert rows("matrix_macc", results) == [
        {"loss": "cross entropy", "class balanced": "0.6", "conditions": "mean over 1 condition"}
    ]


def test_the_best_configuration_of_a_condition_has_the_highest_mean_of_each_score(rows, results):
    best = {(row["ir"], row["metric"]): row for row in rows("best_configurations", results)}
    assert {key: row["method"] for key, row in best.items()} == {
        ("10", "balanced_accuracy"): "focal",
        ("100", "balanced_accuracy"): "crt",
        ("10", "overall_accuracy"): "class_uniform",
        ("100", "overall_accuracy"): "focal",
    }
    row = best["100", "balanced_accuracy"]
    values = BALANCED["crt", "100"]
    assert (row["dataset"], row["n"]) == ("d", "3")
    assert numbers(row, "mean", "sd") == [pytest.approx(np.mean(values)), pytest.approx(np.std(values, ddof=1))]


def test_the_improvement_over_the_control_is_paired_and_relative_to_it(rows, results):
    improvement = {(row["ir"], row["metric"], row["method"]): row for row in rows("improvement_over_baseline", results)}
    assert {method for _, _, method in improvement} == {"crt", "focal", "class_uniform"}
    differences = np.subtract(BALANCED["focal", "100"], BALANCED["ce", "100"])
    row = improvement["100", "balanced_accuracy", "focal"]
    interval = stats.ttest_1samp(differences, 0).confidence_interval(1 - 0.05 / 3)
    assert (row["dataset"], row["control"], row["n"]) == ("d", "ce", "3")
    assert numbers(row, "control_mean", "mean", "difference") == pytest.approx([0.32, 0.22, -0.10])
    assert numbers(row, "low", "high", "relative_percent") == pytest.approx([*interval, 100 * -0.10 / 0.32])


def test_a_relative_improvement_refers_to_the_paired_runs_of_the_control(rows, tmp_path):
    """The control has a third seed without a partner: the method is not compared with its mean over all seeds."""
    scores = {("ce", "10"): [0.4, 0.4, 0.9], ("crt", "10"): [0.5, 0.5, None]}
    (row,) = rows("improvement_over_baseline", scored(tmp_path / "cells", scores))
    assert numbers(row, "control_mean", "mean", "difference") == pytest.approx([1.7 / 3, 0.5, 0.1])
    assert float(row["relative_percent"]) == pytest.approx(25.0)


def test_a_method_without_a_pair_has_no_improvement_and_does_not_hide_those_after_it(rows, tmp_path):
    """The other seed of `focal` is one that the control lacks; `crt` is undefined."""
    scores = {
        ("ce", "10"): [0.4, None],
        ("focal", "10"): [None, 0.9],
        ("crt", "10"): [None, None],
        ("class_uniform", "10"): [0.6, 0.6],
    }
    (row,) = rows("improvement_over_baseline", scored(tmp_path / "cells", scores))
    assert (row["method"], float(row["difference"])) == ("class_uniform", pytest.approx(0.2))


def test_improvements_are_listed_for_each_condition_and_not_for_their_mean(rows, results):
    listed = [(row["ir"], row["metric"]) for row in rows("improvement_over_baseline", results)]
    assert sorted(set(listed)) == [
        ("10", "balanced_accuracy"),
        ("10", "overall_accuracy"),
        ("100", "balanced_accuracy"),
        ("100", "overall_accuracy"),
    ]
    assert len(listed) == 4 * 3


UNDEFINED = {
    ("ce", "10"): {"harmonic_mean": [None], "balanced_accuracy": [0.5]},
    ("ce", "50"): {"harmonic_mean": [0.2], "balanced_accuracy": [0.4]},
    ("ce", "100"): {"harmonic_mean": [0.1], "balanced_accuracy": [0.3]},
    ("focal", "10"): {"harmonic_mean": [None], "balanced_accuracy": [0.6]},
    ("focal", "50"): {"harmonic_mean": [0.3], "balanced_accuracy": [0.5]},
    ("focal", "100"): {"harmonic_mean": [0.4], "balanced_accuracy": [0.4]},
}
"""Where the ratio is 10, no class is few: the harmonic mean is undefined whatever the method."""


def test_a_condition_in_which_a_score_is_undefined_for_every_method_does_not_empty_its_tables(rows, tmp_path):
    results = scored(tmp_path / "cells", UNDEFINED)
    matrix = {row["loss"]: row for row in rows("matrix_hm", results)}
    assert numbers(matrix["focal"], "instance balanced") == [pytest.approx(0.35)]
    assert matrix["focal"]["conditions"] == "mean over 2 of 3 conditions"
    ranking = {row["method"]: row for row in rows("ranking_overall", results)}
    assert numbers(ranking["ce"], "harmonic_mean", "balanced_accuracy") == pytest.approx([0.15, 0.4])
    assert numbers(ranking["ce"], "conditions", "harmonic_mean_conditions", "balanced_accuracy_conditions") == [3, 2, 3]
    by_kind = {row["best_method"]: row["conditions"] for row in rows("comparison_by_type", results)}
    assert by_kind == {"ce": "mean over 3 conditions", "focal": "mean over 3 conditions"}
    statistics = {(row["ir"], row["metric"], row["method"]): row for row in rows("statistics", results)}
    row = statistics["all", "harmonic_mean", "focal"]
    assert (row["conditions"], row["conditions_left_out"], row["n"]) == ("2", "ratio 10", "2")
    assert statistics["all", "balanced_accuracy", "focal"]["conditions_left_out"] == ""
    undefined = statistics["10", "harmonic_mean", "focal"]
    assert (undefined["conditions"], undefined["n"], undefined["mean"]) == ("0", "0", "")


def test_methods_that_share_the_first_place_are_all_named(rows, tmp_path):
    scores = {(m, ir): [0.5] for m in ("ce", "focal") for ir in ("10", "100")} | {
        ("ldam_drw", ir): [0.4] for ir in ("10", "100")
    }
    results = scored(tmp_path / "cells", scores)
    assert [(row["place"], row["method"]) for row in rows("ranking_overall", results)] == [
        *(("1", "ce"), ("1", "focal"), ("3", "ldam_drw"))
    ]
    best = rows("best_configurations", results)
    assert {(row["method"], row["methods"], row["not_distinguishable"]) for row in best} == {
        ("ce; focal", "3", "ldam_drw")
    }
    samplers = rows("comparison_sampling", results)
    assert [(row["best_method"], row["not_distinguishable"]) for row in samplers] == [("ce; focal", "ldam_drw")]


def test_the_ranking_says_which_methods_can_be_distinguished_from_the_best(rows, tmp_path):
    steps = [i / 1000 for i in range(12)]
    scores = {("ce", "10"): [0.5 + s for s in steps], ("focal", "10"): [0.8 + 2 * s for s in steps]}
    scores |= {("crt", "10"): [0.8 + (s if i % 2 else 2.5 * s) for i, s in enumerate(steps)], ("lws", "10"): [None]}
    ranking = rows("ranking_overall", scored(tmp_path / "cells", scores))
    assert [(row["method"], row["distinguishable_from_best"]) for row in ranking] == [
        *(("focal", ""), ("crt", "no"), ("ce", "yes"), ("lws", ""))
    ]
