"""The panel of accuracies by domain."""

import json
from dataclasses import replace

from unit.report._matrix import fake_matrix


def scores(*values, trained):
    rows = [
        {"value": f"v{index}", "train_signals": number, "test_signals": 10, "balanced_accuracy": score}
        for index, (score, number) in enumerate(zip(values, trained, strict=True))
    ]
    return {"name": "day", "values": rows, "gap": 0.0, "worst_balanced_accuracy": 0.0}


def test_the_page_shows_means_over_seeds_the_worst_value_and_the_drop(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce",), ratios=("10",), seeds=(0, 1), num_classes=4, natural=False)
    cells = []
    for cell, day in zip(matrix.cells, [(0.9, 0.7, 0.2), (0.7, 0.5, 0.4)], strict=True):
        path = tmp_path / f"domains{cell.seed}.json"
        single = scores(0.5, trained=[3]) | {"name": "lonely"}
        path.write_text(json.dumps([scores(*day, trained=[5, 5, 0]), single]))
        cells.append(replace(cell, domains=str(path)))
    page = " ".join(replace(matrix, cells=cells).page().read_text().split())
    assert "<caption>day, " in page
    assert "lonely" not in page
    assert '<td class="number">80.0</td><td class="number">60.0</td><td class="number">30.0</td>' in page
    assert '<td class="number">v2 (30.0)</td><td class="number">50.0</td><td class="number">40.0</td>' in page
    assert ">v2 (unseen)<" in page
    assert "Accuracy by domain" not in matrix.page().read_text()
