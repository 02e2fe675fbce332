"""The numbers of every table on chosen scores: whose they are, and what best means."""

import csv

import numpy as np
import pytest
from scipy import stats
from unit.report._scores import scored

from ltsei.core import files
from ltsei.report.matrix_tables import WRITERS
from ltsei.report.tables import latex_markdown
from ltsei.report.tables.ranking import SCORES

BALANCED = {
    ("ce", "10"): [0.50, 0.54, 0.58],
    ("ce", "100"): [0.30, 0.34, 0.32],
    ("crt", "10"): [0.60, 0.66, 0.63],
    ("crt", "100"): [0.40, 0.40, 0.46],
    ("focal", "10"): [0.70, 0.71, 0.69],
    ("focal", "100"): [0.20, 0.26, 0.20],
    ("class_uniform", "10"): [0.51, 0.52, 0.53],
    ("class_uniform", "100"): [0.31, 0.32, 0.33],
}
"""Means over both ratios: crt .525, focal .46, ce .43, class_uniform .42."""
RUNS = {
    key: {"balanced_accuracy": values, "overall_accuracy": [1 - v for v in values], "ece": [v / 2 for v in values]}
    for key, values in BALANCED.items()
}


@pytest.fixture
def rows(tmp_path):
    """A function that writes a table of results and returns its rows."""

    def write(name, results):
        path = tmp_path / f"{name}.csv"
        WRITERS[name](str(path), results)
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return write


@pytest.fixture
def results(tmp_path):
    """Scores of four methods at two ratios with three seeds; overall accuracy ranks them the other way round."""
    return scored(tmp_path / "cells", RUNS)


def numbers(row, *columns):
    return [None if row[column] == "" else float(row[column]) for column in columns]


def test_the_ranking_has_place_rank_means_and_cost_of_each_method(rows, results):
    ranking = rows("ranking_overall", results)
    assert [(row["place"], row["method"], row["average_rank"]) for row in ranking] == [
        ("1", "crt", "1.5"),
        ("2", "focal", "2.5"),
        ("3", "ce", "2.75"),
        ("4", "class_uniform", "3.25"),
    ]
    means = [numbers(row, "balanced_accuracy", "overall_accuracy") for row in ranking]
    assert np.allclose(means, [[0.525, 0.475], [0.46, 0.54], [0.43, 0.57], [0.42, 0.58]])
    columns = ["place", "method", "title", "kind", "average_rank", *SCORES, "seconds"]
    assert list(ranking[0])[: len(columns)] == columns
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
    columns = "kind,methods,balanced_accuracy_mean,balanced_accuracy_best,best_method"
    assert path.read_text(encoding="utf-8").splitlines() == [columns]
    assert rows("best_configurations", results) == []
    assert (tmp_path / "best_configurations.csv").read_text().splitlines() == ["dataset,ir,metric,method,mean,sd,n"]
    assert rows("matrix_macc", results) == []
    assert (tmp_path / "matrix_macc.csv").read_text().splitlines() == ["loss"]


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
    assert rows("matrix_hm", scored(tmp_path / "cells", scores)) == [{"loss": "ce", "instance balanced": "0.25"}]


def test_the_best_pair_of_loss_and_sampler_is_that_of_the_better_of_its_methods(rows, tmp_path):
    """crt and lws both end with cross entropy; the sampler of lws is set to that of crt."""
    results = scored(tmp_path / "cells", {("crt", "10"): [0.4], ("lws", "10"): [0.6]})
    crt, lws = (cell.files.recipe for cell in results.cells)
    files.write_json(lws, files.read_json(lws) | {"recipe": files.read_json(crt)["recipe"]})
    assert rows("matrix_macc", results) == [{"loss": "cross entropy", "class balanced": "0.6"}]


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
    interval = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert (row["dataset"], row["control"], row["n"]) == ("d", "ce", "3")
    assert numbers(row, "control_mean", "mean", "difference") == pytest.approx([0.32, 0.22, -0.10])
    assert numbers(row, "low", "high", "relative_percent") == pytest.approx([*interval, 100 * -0.10 / 0.32])


def test_a_relative_improvement_refers_to_the_paired_runs_of_the_control(rows, tmp_path):
    """The control has a third seed without a partner: the method is not compared with its mean over all seeds."""
    scores = {("ce", "10"): [0.4, 0.4, 0.9], ("crt", "10"): [0.5, 0.5, None]}
    (row,) = rows("improvement_over_baseline", scored(tmp_path / "cells", scores))
    assert numbers(row, "control_mean", "mean", "difference") == pytest.approx([1.7 / 3, 0.5, 0.1])
    assert float(row["relative_percent"]) == pytest.approx(25.0)


def test_improvements_are_listed_for_each_condition_and_not_for_their_mean(rows, results):
    listed = [(row["ir"], row["metric"]) for row in rows("improvement_over_baseline", results)]
    assert sorted(set(listed)) == [
        ("10", "balanced_accuracy"),
        ("10", "overall_accuracy"),
        ("100", "balanced_accuracy"),
        ("100", "overall_accuracy"),
    ]
    assert len(listed) == 4 * 3


def test_the_tidy_table_has_a_row_for_every_number(rows, tmp_path):
    scores = {("ce", "10"): {"balanced_accuracy": [0.5, None], "ece": [0.1, 0.2]}, ("crt", "10"): ["missing"]}
    assert [tuple(row.values()) for row in rows("tidy", scored(tmp_path / "cells", scores))] == [
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
    assert numbers(row, "average_rank", "smallest_p_reachable") == [3.5, pytest.approx(3 * 2 / 2**6)]
    assert 0 < float(row["friedman_iman_davenport_p"]) < 1
    assert float(row["critical_difference"]) == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 2)), rel=1e-3)
    assert table["10", "ece", "crt"]["dataset"] == "d"
    assert numbers(table["10", "ece", "crt"], "average_rank", "friedman_iman_davenport_p", "critical_difference") == [
        *(None, None, None)
    ]
    assert numbers(table["all", "ece", "ce"], "n", "mean", "adjusted") == [None] * 3


def table_of(results, name):
    return next(table for table in latex_markdown.tables(results) if table.name == name)


def test_a_table_for_a_paper_has_a_column_per_condition_and_marks_in_each(results):
    table = table_of(results, "balanced_accuracy")
    assert table.caption == "Balanced accuracy (mAcc) (%), mean ± standard deviation, n = 3"
    assert list(table.columns) == ["d, ratio 10", "d, ratio 100"]
    assert {method: [(entry.text, entry.mark) for entry in row] for method, row in table.rows.items()} == {
        "ce": [("54.0 ± 4.0", ""), ("32.0 ± 2.0", "second")],
        "crt": [("63.0 ± 3.0", "second"), ("42.0 ± 3.5", "best")],
        "focal": [("70.0 ± 1.0", "best"), ("22.0 ± 3.5", "")],
        "class_uniform": [("52.0 ± 1.0", ""), ("32.0 ± 1.0", "second")],
    }


def test_the_caption_says_how_many_seeds_are_behind_a_number(tmp_path):
    one = scored(tmp_path / "one", {("ce", "10"): [0.5], ("crt", "10"): [0.6]})
    mixed = scored(tmp_path / "mixed", {("ce", "10"): [0.5, 0.6, None], ("crt", "10"): [0.6, 0.7, 0.8]})
    assert table_of(one, "balanced_accuracy").caption.endswith("a single seed, no spread, n = 1")
    assert table_of(mixed, "balanced_accuracy").caption.endswith("mean ± standard deviation, n = 2–3")
    assert [table.name for table in latex_markdown.tables(one)] == ["balanced_accuracy"]


def test_latex_has_the_caption_the_header_and_a_marked_row_per_method(results):
    lines = latex_markdown.latex(table_of(results, "balanced_accuracy")).splitlines()
    assert lines == [
        r"\begin{table}",
        r"\centering",
        r"\caption{Balanced accuracy (mAcc) (\%), mean $\pm$ standard deviation, n = 3}",
        r"\label{tab:balanced_accuracy}",
        r"\begin{tabular}{lrr}",
        r"\toprule",
        r"Method & d, ratio 10 & d, ratio 100 \\",
        r"\midrule",
        r"ce & 54.0 $\pm$ 4.0 & \underline{32.0 $\pm$ 2.0} \\",
        r"crt & \underline{63.0 $\pm$ 3.0} & \textbf{42.0 $\pm$ 3.5} \\",
        r"focal & \textbf{70.0 $\pm$ 1.0} & 22.0 $\pm$ 3.5 \\",
        r"class\_uniform & 52.0 $\pm$ 1.0 & \underline{32.0 $\pm$ 1.0} \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def test_markdown_has_places_and_the_same_tables(results, tmp_path):
    latex_markdown.write_markdown(str(tmp_path / "REPORT.md"), results, "A *heading*", "first note\nsecond note")
    blocks = (tmp_path / "REPORT.md").read_text(encoding="utf-8").split("\n\n")
    assert blocks[:4] == [r"# A \*heading\*", "24 of 24 cells are done.", "first note", "second note"]
    assert blocks[4] == "### Balanced accuracy (mAcc), mean over all data sets and ratios"
    assert blocks[5].splitlines() == [
        "| Method | Place | % |",
        "| --- | ---: | ---: |",
        "| crt | 1 | 52.5 |",
        "| focal | 2 | 46.0 |",
        "| ce | 3 | 43.0 |",
        r"| class\_uniform | 4 | 42.0 |",
    ]
    table = latex_markdown.markdown(table_of(results, "balanced_accuracy")).splitlines()
    assert table == [
        r"### Balanced accuracy \(mAcc\) \(%\), mean ± standard deviation, n = 3",
        "",
        "| Method | d, ratio 10 | d, ratio 100 |",
        "| --- | ---: | ---: |",
        "| ce | 54.0 ± 4.0 | <u>32.0 ± 2.0</u> |",
        "| crt | <u>63.0 ± 3.0</u> | **42.0 ± 3.5** |",
        "| focal | **70.0 ± 1.0** | 22.0 ± 3.5 |",
        r"| class\_uniform | 52.0 ± 1.0 | <u>32.0 ± 1.0</u> |",
    ]
    assert "\n".join(table) in "\n\n".join(blocks)


def test_markdown_without_values_has_no_places(tmp_path):
    results = scored(tmp_path / "cells", {("ce", "10"): [None], ("crt", "10"): ["missing"]})
    latex_markdown.write_markdown(str(tmp_path / "REPORT.md"), results, "Heading", "")
    assert (tmp_path / "REPORT.md").read_text(encoding="utf-8") == "# Heading\n\n1 of 2 cells are done.\n"


@pytest.mark.parametrize("letter", list("&%$#_{}"))
def test_every_special_letter_of_latex_is_escaped(letter):
    assert latex_markdown.latex_text(f"a{letter}b") == f"a\\{letter}b"


@pytest.mark.parametrize(("letter", "text"), [("τ", r"$\tau$"), ("→", r"$\rightarrow$"), ("±", r"$\pm$")])
def test_symbols_are_set_as_mathematics(letter, text):
    assert latex_markdown.latex_text(letter) == text


def test_a_line_break_in_a_name_does_not_break_a_markdown_table():
    assert latex_markdown.markdown_text("a\nb <c> > d") == r"a b &lt;c&gt; &gt; d"
