"""Methods over the folds of a family."""

import csv
import json
import math
from dataclasses import replace

import pytest
from unit.report._matrix import fake_matrix

from ltsei.report.fold_summaries import fold_summaries
from ltsei.report.tables.fold_tables import fold_tables

LEFT_OUT = {"f1": {"day": ["1"]}, "f2": {"day": ["2"]}}
SCORES = {  # (data set, seed, method) -> balanced accuracy on days 1 and 2
    **{("whole", seed, "ce"): (0.9, 0.7 + seed / 10) for seed in (0, 1, 2)},
    **{("f1", seed, "ce"): (0.5, 0.7) for seed in (0, 1, 2)},
    **{("f2", seed, "ce"): (0.8, 0.3 + seed / 10) for seed in (0, 1, 2)},
    **{("f1", seed, "focal"): (0.6, 0.0) for seed in (0, 1)},
    ("f2", 0, "focal"): (0.0, 0.2),
}


@pytest.fixture
def matrix(tmp_path):
    made = fake_matrix(tmp_path, methods=("ce", "focal"), ratios=("10",), seeds=(0, 1, 2), num_classes=4, natural=False)
    cells = []
    for dataset in ("whole", "f1", "f2"):
        for cell in made.cells:
            if (key := (dataset, cell.seed, cell.method)) not in SCORES:
                continue
            path = tmp_path / f"{'-'.join(map(str, key))}.json"
            rows = [
                {"value": day, "train_signals": 5, "test_signals": 9, "classes": 4, "balanced_accuracy": score}
                for day, score in zip("12", SCORES[key], strict=True)
            ]
            path.write_text(json.dumps([{"name": "day", "values": rows, "gap": 0, "worst_balanced_accuracy": 0}]))
            cells.append(replace(cell, dataset=dataset, domains=str(path)))
    return replace(made, cells=cells)


def family(reference="whole", folds=LEFT_OUT):
    return {"families": [{"name": "days", "reference": reference, "folds": folds}]}


def test_a_fold_is_scored_on_the_values_that_it_leaves_out_and_the_drop_on_the_same(matrix):
    (summary,) = fold_summaries(matrix.contents(**family()).matrix_results)
    ce, focal = summary.rows
    assert [ce.folds[fold].mean for fold in ("f1", "f2")] == pytest.approx([0.5, 0.4])
    assert ce.mean.mean == pytest.approx(0.45)  # seeds: 0.40, 0.45, 0.50
    assert (ce.mean.sd, ce.mean.n) == (pytest.approx(0.05), 3)
    assert ce.worst == "f2"
    assert ce.drop.mean == pytest.approx(0.85 - 0.45)  # the reference has 0.8, 0.85, 0.9
    assert ce.drop.n == 3
    assert (focal.mean.mean, focal.mean.n, focal.worst) == (pytest.approx(0.4), 1, "f2")  # seed 1 lacks a fold
    assert focal.drop is None


def test_folds_that_are_test_parts_of_their_own_are_scored_on_all_of_them(matrix):
    results = matrix.contents(**family(None, {"f1": {}, "f2": {}})).matrix_results
    (summary,) = fold_summaries(results)
    of_fold = [cell for cell in results.cells if (cell.files.dataset, cell.files.method) == ("f1", "ce")]
    ce = [cell.value("balanced_accuracy") for cell in of_fold]
    assert summary.rows[0].folds["f1"].mean == pytest.approx(math.fsum(ce) / 3)
    assert summary.rows[0].drop is None


def test_page_and_files_show_the_same_rows(matrix):
    page = matrix.page(**family()).read_text()
    assert "<h2>Over folds</h2>" in page
    paths = matrix.tables("folds", "domains", "markdown", "latex", **family())
    with paths["folds"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["method"], row["fold"], row["worst"]) for row in rows[:3]] == [
        ("ce", "f1", "False"),
        ("ce", "f2", "True"),
        ("ce", "mean", ""),
    ]
    assert float(rows[2]["drop"]) == pytest.approx(0.4)
    for text in (page, paths["markdown"].read_text(), paths["latex"].read_text().replace("$\\pm$", "±")):
        assert "45.0" in text
        assert "+40.0" in text
    with paths["domains"].open(newline="") as file:
        assert sum(row["domain"] == "day" for row in csv.DictReader(file)) == 2 * len(SCORES)
    assert "by domain: day, f1, ratio 10" in paths["markdown"].read_text()


def test_the_worst_of_many_folds_is_named_where_they_do_not_fit_beside_each_other(matrix):
    folds = LEFT_OUT | {f"g{number}": {"day": ["1"]} for number in range(4)}
    (table,) = fold_tables(matrix.contents(**family(folds=folds)).matrix_results)
    assert list(table.columns) == ["Mean", "Worst"]
    assert table.rows["ce"][1].text == "40.0 (f2)"


def test_without_families_nothing_is_shown(matrix):
    assert "Over folds" not in matrix.page().read_text()
    assert matrix.tables("folds")["folds"].read_text().count("\n") == 1
