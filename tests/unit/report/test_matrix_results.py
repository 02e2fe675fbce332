"""What a report reads: the order of its conditions, and which seed speaks for a condition."""

import numpy as np
from unit.report._matrix import fake_matrix
from unit.report._scores import scored

from ltsei.core import files
from ltsei.data.split import Split, write_split
from ltsei.report.matrix_results import read_results
from ltsei.report.scopes import whole


def split(path, counts):
    nothing = np.array([], dtype=np.int64)
    write_split(path, Split(nothing, nothing, np.array(counts), max(counts) / min(counts), {}))
    return str(path)


def classes(tmp_path, splits, names=("a", "b")):
    """Return the training classes of a report on nothing but splits."""
    files.write_json(tmp_path / "meta.json", {"class_names": names})
    metas = {"d": str(tmp_path / "meta.json")}
    return read_results([], splits, metas, {"d": {"many_above": 100, "few_below": 20}}, [], {}).training_classes


def test_ratios_ascend_as_numbers_and_the_natural_one_comes_last(tmp_path):
    scores = {("ce", ir): [0.5] for ir in ("natural", "100", "2.5", "10")}
    assert [ir for _, ir in scored(tmp_path, scores).conditions] == ["2.5", "10", "100", "natural"]


def test_data_sets_stay_in_the_order_of_the_configuration(tmp_path):
    results = fake_matrix(tmp_path, methods=("ce",), ratios=("100", "10"), seeds=(0,)).contents().matrix_results
    assert results.conditions == [("adsb_synth", "10"), ("adsb_synth", "100"), ("mitdb", "natural")]
    assert [condition for condition in whole(results).conditions] == results.conditions


def test_the_first_seed_that_has_a_split_speaks_for_a_condition(tmp_path):
    splits = {("d", "10", 2): split(tmp_path / "2", [30, 3]), ("d", "10", 1): split(tmp_path / "1", [200, 20])}
    splits["d", "10", 0] = str(tmp_path / "missing")
    found = classes(tmp_path, splits)["d", "10"]
    assert (found.seed, list(found.counts), found.imbalance_ratio) == (1, [200, 20], 10.0)
    assert (list(found.names), list(found.groups)) == (["a", "b"], ["many", "medium"])


def test_each_condition_has_its_own_training_classes(tmp_path):
    splits = {("d", "10", 0): split(tmp_path / "1", [200, 20]), ("d", "natural", 0): split(tmp_path / "2", [70, 7])}
    found = classes(tmp_path, splits)
    assert {ir: list(each.counts) for (_, ir), each in found.items()} == {"10": [200, 20], "natural": [70, 7]}


def test_a_configured_ratio_is_shown_as_it_is_and_the_natural_one_as_it_was_realised(tmp_path):
    results = fake_matrix(tmp_path, methods=("ce",), ratios=("10",), seeds=(0,)).contents().matrix_results
    assert results.ratio(("adsb_synth", "10")) == 10.0
    counts = results.training_classes["mitdb", "natural"].counts
    assert results.ratio(("mitdb", "natural")) == max(counts) / min(counts)
    assert results.ratio(("elsewhere", "natural")) is None


def test_the_parts_of_a_method_are_those_of_its_first_finished_cell(matrix):
    for cell, sampler in zip((c for c in matrix.cells if c.method == "crt"), ("square_root", "reverse"), strict=True):
        record = files.read_json(cell.recipe)
        record["recipe"]["stage1"]["sampler"] = {"name": sampler}
        files.write_json(cell.recipe, record)
    assert matrix.contents().matrix_results.method_parts["crt"].sampler == "square root"


def test_the_parts_of_a_tuned_method_are_those_of_its_chosen_trial(matrix):
    for cell in matrix.cells:
        record = files.read_json(cell.recipe)
        tuned = {"stage2_tuned": {**record["recipe"]["stage1"], "loss": {"name": "ldam"}}, "stage2_choice": {}}
        files.write_json(cell.recipe, {**record, "recipe": {**record["recipe"], **tuned}})
    parts = matrix.contents().matrix_results.method_parts["crt"]
    assert (parts.loss, parts.stages) == ("ldam", "1 + 2")
