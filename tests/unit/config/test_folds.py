"""Data sets made of the folds of another."""

import numpy as np
import pytest
import yaml
from conftest import SCRIPTS
from recorded import ORACLE, oracle

from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.domains import signal_domains
from ltsei.pipeline.load import load_matrix


@pytest.fixture
def radio(experiments, tmp_path):
    """The small experiment file with recordings, and their two folds by run."""
    oracle(tmp_path)
    source = {"name": "recordings", "files": str(tmp_path), "sample_rate_hz": 1e6, **ORACLE}
    experiments["datasets"]["radio"] = {"source": source, "split": {"validation": {"fraction": 0.2}, "n_max": 8}}
    experiments["datasets"]["cv"] = {"from": "radio", "folds": {"number": 2, "by": "distance"}, "split": {"n_max": 6}}
    experiments["experiments"]["main"] |= {"datasets": ["small", "cv"], "imbalance_ratios": [2]}
    return experiments


def test_a_data_set_is_made_for_each_fold_with_a_test_part_of_its_own(radio):
    matrix = load_matrix(radio, SCRIPTS)
    assert matrix.datasets() == matrix.stores() == ["small", "cv_1", "cv_2"]
    second = matrix.dataset("cv_2")
    assert second.source["fold"] == {"test": 2, "of": 2, "by": "distance"}
    assert second.source["test"] is None
    assert (second.family, second.reference) == ("cv", "radio")
    assert (second.split.n_max, second.split.validation.fraction) == (6, 0.2)


def test_each_domain_is_tested_in_one_fold(radio):
    matrix = load_matrix(radio, SCRIPTS)
    tested = []
    for name in ("cv_1", "cv_2"):
        recordings = build_component("sources", matrix.dataset(name).source, None)
        train, test = (set(signal_domains(recordings.notes, part)["distance"]) for part in ("train", "test"))
        assert train.isdisjoint(test)
        assert np.bincount(recordings.test.labels).tolist() == [8, 8, 8]
        tested += test
    assert sorted(tested) == ["2", "8"]


def test_folds_may_have_a_source_of_their_own_and_then_no_reference(radio):
    source = {key: value for key, value in radio["datasets"].pop("radio")["source"].items() if key != "test"}
    radio["datasets"]["cv"] = {"source": source, "folds": 3}
    dataset = load_matrix(radio, SCRIPTS).dataset("cv_3")
    assert dataset.source["fold"] == {"test": 3, "of": 3}
    assert dataset.reference is None


def test_folds_inherit_defaults_as_other_data_sets_do_and_no_family(radio):
    radio["datasets"]["radio"] |= {"family": "radios", "defaults": {"stage1": {"epochs": 3, "lr": 0.02}}}
    radio["datasets"]["cv"]["defaults"] = {"stage1": {"epochs": 4}}
    fold = load_matrix(radio, SCRIPTS).dataset("cv_1")
    assert fold.defaults.stage1 == {"epochs": 4, "lr": 0.02}
    assert (fold.family, fold.reference) == ("cv", "radio")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("{from: radio, folds: 1}", "datasets.cv.folds: got 1, expected the number of folds, or {number: 5, by: day}"),
        ("{from: radio, folds: {number: 2, of: 3}}", "datasets.cv.folds: got {'number': 2, 'of': 3}, expected"),
        ("{from: radios, folds: 2}", "datasets.cv.folds: got `from: radios`, expected a data set with a source"),
        ("{folds: 2}", "datasets.cv.folds: needs a source with files, or `from:`"),
        ("{from: radio, folds: 2, leave_one_out: {run: [1, 2]}}", "leave_one_out: folds is set, too; remove one"),
        (
            "{source: {name: recordings, files: x, holdout: 0.3}, folds: 2}",
            "datasets.cv.folds: source.holdout says what the test part is, too; remove one of them",
        ),
        ("{from: radio, reference: radar}", "datasets.cv.reference: unknown dataset 'radar'"),
    ],
)
def test_a_mistake_names_the_data_set_and_the_form(radio, settings, message):
    radio["datasets"]["cv"] = yaml.safe_load(settings)
    with pytest.raises(InputError) as refused:
        load_matrix(radio, SCRIPTS)
    assert message in str(refused.value)
