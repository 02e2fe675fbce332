"""The panel and the table of open-set metrics."""

import csv
import json
from dataclasses import replace

from unit.report._matrix import fake_matrix


def metrics(**aurocs):
    scores = {name: {"auroc": value, "oscr": value / 2, "fpr_at_95_tpr": 1 - value} for name, value in aurocs.items()}
    return {"unknown_classes": ["x", "y"], "known_signals": 30, "unknown_signals": 12, "scores": scores}


def test_the_page_shows_means_and_spreads_over_seeds_and_names_the_best_score(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce",), ratios=("10",), seeds=(0, 1), num_classes=4, natural=False)
    cells = []
    for cell, energy in zip(matrix.cells, (0.5, 0.7), strict=True):
        path = tmp_path / f"open_set{cell.seed}.json"
        path.write_text(json.dumps(metrics(max_logit=0.55, energy=energy)))
        cells.append(replace(cell, open_set=str(path)))
    opened = replace(matrix, cells=cells)
    page = " ".join(opened.page().read_text().split()).replace("> <", "><")
    assert "<caption>Unknown classes, " in page
    assert "30 test signals of known classes, 12 of 2 unknown ones." in page
    assert "The score energy tells them apart best: AUROC 60.0 %, mean." in page
    assert (
        '<td>energy</td><td class="number">60.0 ± 14.1</td><td class="number">30.0 ± 7.1</td>'
        '<td class="number">40.0 ± 14.1</td>'
    ) in page
    assert "Unknown classes" not in matrix.page().read_text()


def test_the_table_has_a_row_per_cell_score_and_metric(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce",), ratios=("10",), seeds=(0,), num_classes=4, natural=False)
    path = tmp_path / "open_set.json"
    path.write_text(json.dumps(metrics(max_logit=0.75)))
    opened = replace(matrix, cells=[replace(cell, open_set=str(path)) for cell in matrix.cells])
    with opened.tables("open_set")["open_set"].open() as file:
        rows = list(csv.DictReader(file))
    values = {(row["method"], row["score"], row["metric"]): row["value"] for row in rows}
    expected = {"auroc": "0.75", "oscr": "0.375", "fpr_at_95_tpr": "0.25"}
    assert values == {("ce", "max_logit", metric): value for metric, value in expected.items()}
    assert matrix.tables("open_set")["open_set"].read_text().splitlines() == [",".join(rows[0])]
