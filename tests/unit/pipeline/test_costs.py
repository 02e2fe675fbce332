"""Measured jobs predict time and memory of jobs of the same kind."""

import pytest
from conftest import SCRIPTS

from ltsei.pipeline import costs
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix


@pytest.fixture
def measurements(experiments, tmp_path):
    experiments["methods"]["long"] = {"stage1": {"epochs": 6}}
    experiments["methods"]["wide"] = {"stage1": {"backbone": {"width": 0.2}}}
    return costs.Measurements(load_matrix(experiments, SCRIPTS), tmp_path)


def measure(folder, method, seconds, memory="100.0", rule="stage1", seed=0):
    path = folder / "small" / "ir2" / f"seed{seed}" / method / "benchmarks" / f"{rule}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t{memory}\n")


def test_without_measurements_nothing_is_known(measurements):
    assert measurements.seconds(JobId("stage1", "small", method="ce")) is None
    assert measurements.memory_mb(JobId("stage1", "small", method="ce")) is None


def test_the_same_work_gives_the_median_time_and_the_largest_memory_peak(measurements, tmp_path):
    for seed, seconds in enumerate([10, 20, 90]):
        measure(tmp_path, "ce", seconds, memory=str(100 * seconds), seed=seed)
    assert measurements.seconds(JobId("stage1", "small", method="ce")) == 20
    assert measurements.memory_mb(JobId("stage1", "small", method="ce")) == 9000


def test_another_method_with_the_same_network_counts_in_proportion_to_its_epochs(measurements, tmp_path):
    measure(tmp_path, "ce", 10)
    measure(tmp_path, "wide", 1000)
    assert measurements.seconds(JobId("stage1", "small", method="long")) == 30
    assert measurements.seconds(JobId("stage1", "small", method="focal")) == 10


def test_another_network_counts_where_the_same_one_was_not_measured(measurements, tmp_path):
    measure(tmp_path, "wide", 1000)
    assert measurements.seconds(JobId("stage1", "small", method="focal")) == 1000


def test_another_rule_says_nothing(measurements, tmp_path):
    measure(tmp_path, "ce", 10, rule="stage2")
    assert measurements.seconds(JobId("stage1", "small", method="ce")) is None


def test_what_snakemake_could_not_measure_is_left_out(measurements, tmp_path):
    measure(tmp_path, "ce", 0.1, memory="-")
    assert measurements.seconds(JobId("stage1", "small", method="ce")) == 0.1
    assert measurements.memory_mb(JobId("stage1", "small", method="ce")) is None


def test_a_method_that_is_no_longer_configured_counts_with_one_epoch(measurements, tmp_path):
    measure(tmp_path, "gone", 10)
    assert measurements.seconds(JobId("stage1", "small", method="ce")) == 20  # two epochs against one
