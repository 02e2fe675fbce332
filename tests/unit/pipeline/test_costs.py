"""What was measured says what a job of the same kind will take."""

import pytest
from conftest import SCRIPTS

from ltsei.pipeline import costs
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rules import JobId


@pytest.fixture
def history(experiments, tmp_path):
    experiments["methods"]["long"] = {"stage1": {"epochs": 6}}
    experiments["methods"]["wide"] = {"stage1": {"backbone": {"width": 0.2}}}
    return costs.Measurements(load_matrix(experiments, SCRIPTS), tmp_path)


def measure(folder, method, seconds, memory="100.0", rule="stage1", seed=0):
    path = folder / "small" / "ir2" / f"seed{seed}" / method / "benchmarks" / f"{rule}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t{memory}\n")


def test_nothing_measured_is_nothing_known(history):
    assert history.seconds(JobId("stage1", "small", method="ce")) is None
    assert history.memory_mb(JobId("stage1", "small", method="ce")) is None


def test_the_median_of_the_same_work(history, tmp_path):
    for seed, seconds in enumerate([10, 20, 90]):
        measure(tmp_path, "ce", seconds, memory=str(100 * seconds), seed=seed)
    assert history.seconds(JobId("stage1", "small", method="ce")) == 20
    assert history.memory_mb(JobId("stage1", "small", method="ce")) == 9000


def test_another_method_counts_by_its_epochs_if_its_network_is_the_same(history, tmp_path):
    measure(tmp_path, "ce", 10)
    measure(tmp_path, "wide", 1000)
    assert history.seconds(JobId("stage1", "small", method="long")) == 30
    assert history.seconds(JobId("stage1", "small", method="focal")) == 10


def test_another_network_is_better_than_nothing(history, tmp_path):
    measure(tmp_path, "wide", 1000)
    assert history.seconds(JobId("stage1", "small", method="focal")) == 1000


def test_another_rule_or_data_set_says_nothing(history, tmp_path):
    measure(tmp_path, "ce", 10, rule="stage2")
    assert history.seconds(JobId("stage1", "small", method="ce")) is None


def test_what_snakemake_could_not_measure_is_left_out(history, tmp_path):
    measure(tmp_path, "ce", 0.1, memory="-")
    assert history.seconds(JobId("stage1", "small", method="ce")) == 0.1
    assert history.memory_mb(JobId("stage1", "small", method="ce")) is None


def test_methods_that_are_gone_are_not_asked_for_their_settings(history, tmp_path):
    measure(tmp_path, "gone", 10)
    assert history.seconds(JobId("stage1", "small", method="ce")) == 20  # two epochs against the one that is assumed
