"""A trained cell labels new signals: as in its experiment, from a folder without data, and as an ONNX graph."""

import csv
import json
import shutil

import numpy as np
import pytest

from ltsei.numerics.softmax import softmax

SEED = "results/small/ir2/seed0"
METHODS = ("ce", "crt", "tau_norm", "crt_tau", "la_posthoc")
LAST = {"ce": "ce/stage1", "crt": "crt/stage2"}
SCORES = ["max_logit", "max_probability", "energy", "mahalanobis", "openmax"]


@pytest.fixture(scope="module")
def exported(finished, tmp_path_factory):
    """A folder with the cell crt, exported, and the test signals of its data set; the data set itself is elsewhere."""
    folder = tmp_path_factory.mktemp("elsewhere")
    text = finished.ltsei("export", f"{SEED}/crt", "--to", str(folder / "model"), "--device", "cpu")
    assert text.splitlines()[0] == f"model: {folder / 'model'}"
    signals = np.load(finished.root / "results/small/signals/test.npy")
    np.savez(folder / "recordings.npz", X=signals.transpose(0, 2, 1))
    return folder


def labelled(project, model, *options, to):
    project.ltsei("predict", str(model), str(to / "recordings.npz"), "--to", str(to / "out.csv"), *options)
    with (to / "out.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


@pytest.mark.parametrize("method", METHODS)
def test_a_cell_labels_its_test_signals_as_in_the_experiment(method, finished, exported):
    rows = labelled(finished, f"{SEED}/{method}", "--top", "4", "--reject", "none", to=exported)
    logits = np.load(finished.root / SEED / LAST.get(method, f"{method}/stage3_test") / "logits_test.npy")
    names = json.loads((finished.root / "results/small/signals/meta.json").read_text())["class_names"]
    order = np.argsort(-logits, axis=1)
    ranks = ["class_name", "class_2", "class_3", "class_4"]
    assert [[row[rank] for rank in ranks] for row in rows] == [[names[label] for label in each] for each in order]
    gaps = np.log(column(rows, "probability") / column(rows, "probability_2"))
    best = np.sort(logits, axis=1)[:, ::-1]
    temperature = (best[:, 0] - best[:, 1]) / gaps
    np.testing.assert_allclose(temperature, temperature[0], rtol=1e-3)
    np.testing.assert_allclose(column(rows, "probability"), softmax(logits / temperature[0]).max(axis=1), rtol=1e-3)
    assert [row["index"] for row in rows] == [str(index) for index in range(len(logits))]


def test_an_exported_folder_needs_nothing_else_and_says_the_same(finished, exported, tmp_path):
    shutil.copytree(exported, tmp_path / "moved")
    here = labelled(finished, f"{SEED}/crt", "--reject", "openmax", "--sets", to=exported)
    there = labelled(finished, tmp_path / "moved/model", "--reject", "openmax", "--sets", to=tmp_path / "moved")
    values = [[{**row, "file": ""} for row in rows] for rows in (here, there)]
    assert values[0] == values[1]
    thresholds = json.loads((exported / "model/model.json").read_text())["calibration"]["thresholds"]
    expected = np.where(column(there, "openmax") >= thresholds["openmax"], "accepted", "rejected")
    assert [row["status"] for row in there] == expected.tolist()
    assert set(thresholds) == set(SCORES)


def test_the_model_card_has_classes_recipe_metrics_and_provenance(finished, exported):
    card = (exported / "model/MODEL_CARD.md").read_text()
    accuracy = json.loads((finished.root / SEED / "crt/metrics.json").read_text())["balanced_accuracy"]
    assert f"| Balanced accuracy (mAcc) | {100 * accuracy:.1f} |" in card
    counts = json.loads((exported / "model/model.json").read_text())["counts"]
    assert all(f"| {counts['train'][label]} | {counts['val'][label]} | 6 |" in card for label in range(4))
    assert card.count("\n## ") == 6
    assert "validation signals differ from those of the training by at most" in card
    assert json.loads((finished.root / SEED / "crt/recipe.json").read_text())["fingerprints"]["stage1"] in card


def test_a_signal_that_is_constant_has_no_class(finished, exported, tmp_path):
    signals = np.load(exported / "recordings.npz")["X"][:3].copy()
    signals[1] = 1.0
    np.savez(tmp_path / "recordings.npz", X=signals)
    rows = labelled(finished, exported / "model", to=tmp_path)
    assert [row["status"] == "unusable" for row in rows] == [False, True, False]
    assert [bool(row["class_name"]) for row in rows] == [True, False, True]


def test_a_recording_is_labelled_window_by_window_and_annotated(finished, exported, tmp_path):
    signals = np.load(exported / "recordings.npz")["X"].transpose(0, 2, 1)
    path, rate = tmp_path / "long.cf32", json.loads((exported / "model/model.json").read_text())["sample_rate_hz"]
    np.concatenate([*signals, signals[0, :7]]).astype("<f4").tofile(path)
    options = [f"recorded_rate_hz={rate}", "--to", str(tmp_path / "out.csv"), "--sigmf", str(tmp_path / "sigmf")]
    text = finished.ltsei("predict", str(exported / "model"), str(path), "--read", *options)
    assert f"{path}: {len(signals)} windows of {signals.shape[1]} samples; 7 samples are left over" in text
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    prepared = labelled(finished, exported / "model", to=exported)
    assert [row["class_name"] for row in rows] == [row["class_name"] for row in prepared]
    np.testing.assert_allclose(column(rows, "probability"), column(prepared, "probability"), rtol=1e-4)
    assert column(rows, "start_sample").tolist() == [index * signals.shape[1] for index in range(len(signals))]
    np.testing.assert_allclose(column(rows, "start_s"), column(rows, "start_sample") / rate)
    annotations = json.loads((tmp_path / "sigmf/long.sigmf-meta").read_text())["annotations"]
    assert [each["core:label"] for each in annotations] == [row["class_name"] for row in rows]
    assert [each["ltsei:status"] for each in annotations] == [row["status"] for row in rows]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["predict", "results/small", "a.npy"], "results/small: no finished cell and no exported model"),
        (["predict", "{model}", "{signals}", "--top", "9"], "--top: got 9, expected 1 to 4"),
        (["predict", "{model}", "{signals}", "--read", "layuot=NLC"], "did you mean 'layout'?"),
        (["predict", "{model}", "nowhere.npy"], "nowhere.npy: no such file"),
        (["predict", "{model}", "{signals}", "--sigmf", "new"], "--sigmf: the files hold prepared signals"),
        (["predict", "{model}", "{signals}", "--read", "hop=8"], "--read: hop is for recordings, of which there are"),
        (["predict", "{model}", "config"], "config: no recording in this folder"),
        (["predict", "{model}", "Snakefile"], "Snakefile: unknown suffix (none)"),
        (["predict", "{model}", "{signals}", "--to", "/proc/no.csv"], "--to: /proc/no.csv: cannot be written"),
        (["export", f"{SEED}/crt", "--to", "config"], "--to: config is not empty and no earlier export"),
        (["export", f"{SEED}/crt", "--to", "new", "--keep", "95"], "--keep: got 95.0, expected a share"),
    ],
)
def test_a_mistake_ends_with_one_sentence_and_no_file(arguments, sentence, finished, exported):
    places = {"model": exported / "model", "signals": exported / "recordings.npz"}
    finished.ltsei(*(argument.format(**places) for argument in arguments), status=2)
    assert sentence in (finished.root / "errors.txt").read_text().splitlines()[-1]
    assert not (finished.root / "predictions.csv").exists()
    assert not (finished.root / "new").exists()


def test_a_damaged_export_is_refused(finished, exported, tmp_path):
    shutil.copytree(exported / "model", tmp_path / "model")
    with (tmp_path / "model/calibration.npz").open("r+b") as file:
        file.seek(200)
        file.write(b"\xff")
    finished.ltsei("predict", str(tmp_path / "model"), str(exported / "recordings.npz"), status=2)
    assert "calibration.npz: content differs" in (finished.root / "errors.txt").read_text().splitlines()[-1]
