"""A run that finds results of other settings, code or data at its end has failed."""

import pytest
from conftest import SCRIPTS
from unit.pipeline._recorded import write_results

from ltsei.core import content, files
from ltsei.pipeline.end_check import made_otherwise
from ltsei.pipeline.load import load_matrix


@pytest.fixture
def matrix(experiments, tmp_path):
    """A matrix whose results are all there."""
    matrix = load_matrix(experiments, SCRIPTS)
    write_results(matrix, tmp_path)
    return matrix


def jobs_of(matrix):
    return [job for job in matrix.jobs() if job.rule != "feature_map"]


def test_results_of_the_run_itself_are_right(matrix, tmp_path):
    assert {job.rule for job in jobs_of(matrix)} >= {"prepare", "make_split", "stage1", "stage2", "stage3", "evaluate"}
    assert made_otherwise(matrix, tmp_path, jobs_of(matrix)) == []


@pytest.mark.parametrize("rule", ["prepare", "stage1", "stage2", "stage3", "evaluate"])
@pytest.mark.fault("somebody replaces a result by that of another recipe during a run", "named")
def test_a_result_with_another_fingerprint_is_named_with_what_differs(matrix, tmp_path, rule):
    job = next(job for job in jobs_of(matrix) if job.rule == rule)
    path = job.last_output(tmp_path)
    record = content.read_record(path)
    record["fingerprints"][rule] = "other"
    files.write_json(path, content.sealed({key: value for key, value in record.items() if key != "seal"}))
    assert made_otherwise(matrix, tmp_path, [job]) == [f"{path}: made with another {rule} than this run's"]


def test_a_split_of_other_data_is_named(matrix, tmp_path, experiments):
    experiments["datasets"]["small"]["split"]["n_max"] = 20
    changed = load_matrix(experiments, SCRIPTS)
    job = next(job for job in jobs_of(changed) if job.rule == "make_split")
    assert made_otherwise(changed, tmp_path, [job]) == [
        f"{job.last_output(tmp_path)}: made with another make_split than this run's"
    ]
