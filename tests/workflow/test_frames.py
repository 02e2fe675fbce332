"""Results as data frames, and the notebook that shows them."""

import csv
import json
import shutil

import numpy as np
import pytest
from conftest import REPOSITORY

import ltsei
from ltsei.core.errors import InputError
from ltsei.report.leaderboard.entries import measured

CELL = "results/small/ir4.5/seed0/crt"
COORDINATES = ["dataset", "ir", "seed", "method"]


def of_cell(frame, method="crt"):
    return frame[(frame.method == method) & (frame.ir == 4.5)]


def test_metrics_have_a_row_per_cell_with_the_numbers_of_its_file(finished):
    frame = ltsei.load(finished.root / "results")
    assert frame.columns[:4].tolist() == COORDINATES
    assert len(frame) == 12
    stored = json.loads((finished.root / CELL / "metrics.json").read_text())
    (row,) = of_cell(frame).to_dict("records")
    assert row["folder"] == str(finished.root / CELL)
    for name, value in stored.items():
        assert row[name] == (float(value) if name == "ir" else value) or (value is None and np.isnan(row[name])), name


def test_classes_and_signals_have_the_rows_of_each_cell(finished):
    classes = of_cell(ltsei.load(finished.root / "results", "classes"))
    with (finished.root / CELL / "per_class.csv").open(newline="") as file:
        stored = list(csv.DictReader(file))
    assert classes.recall.tolist() == [float(row["recall"]) for row in stored]
    assert classes.label.tolist() == [0, 1, 2, 3]
    signals = ltsei.load(finished.root / "results", "signals")
    for method, place in (("crt", "crt/stage2"), ("ce", "ce/stage1"), ("crt_tau", "crt_tau/stage3_test")):
        logits = np.load(finished.root / CELL / ".." / place / "logits_test.npy")
        names = classes.class_name.to_numpy()[logits.argmax(axis=1)]
        assert of_cell(signals, method).predicted_class.tolist() == names.tolist()
    recalls = of_cell(signals).groupby("true_class").correct.mean()
    assert recalls.tolist() == pytest.approx(classes.recall.tolist())


def test_histories_hold_every_training_that_a_cell_uses(finished):
    histories = of_cell(ltsei.load(finished.root / "results", "histories"), "crt_tau")
    epochs = histories.groupby(["trained_by", "stage"]).epoch.apply(list).to_dict()
    assert epochs == {("ce", "stage1"): [1, 2], ("crt", "stage2"): [1, 2, 3]}


@pytest.mark.parametrize(
    ("folder", "what", "sentence"),
    [
        ("results", "metric", "did you mean 'metrics'"),
        ("nowhere", "metrics", "nowhere: no such folder"),
        ("config", "metrics", "config: no finished cell"),
        ("results", "open_set", "none of its cells has results on unknown classes"),
    ],
)
def test_what_cannot_be_loaded_is_named(folder, what, sentence, finished):
    with pytest.raises(InputError, match=sentence):
        ltsei.load(finished.root / folder, what)


def test_a_damaged_result_is_not_loaded(finished, tmp_path):
    shutil.copytree(finished.root / "results/small", tmp_path / "small")
    path = tmp_path / "small/ir2/seed0/ce/per_class.csv"
    path.write_text(path.read_text().replace("emitter", "Emitter", 1))
    with pytest.raises(InputError, match=r"per_class\.csv: content differs"):
        ltsei.load(tmp_path)


def test_every_cell_of_the_notebook_runs(finished, monkeypatch):
    monkeypatch.chdir(finished.root)
    notebook = json.loads((REPOSITORY / "docs" / "notebook.ipynb").read_text())
    values = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            *lines, last = cell["source"]
            exec("".join(lines), values)
            assert len(eval(last, values)) > 0, last
    assert set(values["table"].index) == {"ce", "focal", "crt", "tau_norm", "crt_tau", "la_posthoc"}


def test_a_leaderboard_has_the_means_of_the_cells(finished):
    entries = [each for each in measured(finished.root / "results") if each.metric == "balanced_accuracy"]
    frame = ltsei.load(finished.root / "results").set_index(["ir", "method"]).balanced_accuracy
    assert {(float(each.ir), each.method): each.summary.mean for each in entries} == frame.to_dict()
    assert len({each.signals for each in entries}) == 1  # the ratio belongs to the coordinates
