"""The files of a data source are inputs of `prepare`, and `verify` compares their contents."""

import numpy as np
import pytest
from conftest import SCRIPTS

from ltsei.core.context import build_component
from ltsei.data.store import write_store
from ltsei.pipeline.data_files import changes, source_files, sources_without_files
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.rule_inputs import inputs
from ltsei.pipeline.rule_table import RULES
from ltsei.pipeline.verify import verify


@pytest.fixture
def matrix(experiments, tmp_path, monkeypatch):
    """A data set of .npy files whose label files are found by the naming rule."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        np.save(f"X_{part}.npy", rng.normal(size=(24, 16, 2)).astype(np.float32))
        np.save(f"Y_{part}.npy", np.arange(24) % 3)
    experiments["datasets"]["small"] = {"source": {"name": "files", "train": "X_train.npy", "test": "X_test.npy"}}
    return load_matrix(experiments, SCRIPTS)


@pytest.fixture
def store(matrix, tmp_path):
    """The results folder with the prepared store of the data set."""
    job, results = JobId("prepare", "small"), tmp_path / "results"
    recordings = build_component("sources", matrix.dataset("small").source, None)
    paths = {name: job.output(name, results) for name in RULES["prepare"].outputs}
    write_store(recordings, **paths, fingerprints={"prepare": "now"})
    return results


def test_label_files_found_by_the_naming_rule_are_inputs(matrix):
    files = ["X_train.npy", "Y_train.npy", "X_test.npy", "Y_test.npy"]
    assert source_files(matrix, "small") == files
    assert inputs(matrix, JobId("prepare", "small")) == {"source": files}
    assert sources_without_files(matrix) == {}


def test_an_audit_reads_the_files_only_where_they_hold_recording_or_time(matrix, experiments):
    assert inputs(matrix, JobId("audit", "small")) == {}
    np.save("runs.npy", np.arange(24))
    experiments["datasets"]["small"]["source"]["group_key"] = "runs.npy"
    files = inputs(load_matrix(experiments, SCRIPTS), JobId("audit", "small"))["source"]
    assert files == ["X_train.npy", "Y_train.npy", "X_test.npy", "Y_test.npy", "runs.npy"]


def test_a_synthetic_source_has_no_files(experiments):
    matrix = load_matrix(experiments, SCRIPTS)
    assert source_files(matrix, "small") == []
    assert list(sources_without_files(matrix)) == ["datasets.small.source"]


def test_a_replaced_label_file_is_named(matrix, store):
    assert changes(matrix, "small", store) == []
    np.save("Y_train.npy", np.arange(24) % 3 + 1)
    assert changes(matrix, "small", store) == ["Y_train.npy: changed since small was prepared from it"]


def test_a_label_file_that_appears_later_is_named(matrix, store, experiments):
    np.savez("late.npz", X=np.zeros((6, 16, 2)), Y=np.arange(6) % 3)
    experiments["datasets"]["small"]["source"]["val"] = "late.npz"
    experiments["datasets"]["small"]["split"] = {"validation": "given"}
    later = load_matrix(experiments, SCRIPTS)
    assert changes(later, "small", store) == ["late.npz: belongs to small, which was prepared without it"]


def test_recordings_that_were_moved_away_do_not_count_as_changed(matrix, store, tmp_path):
    (tmp_path / "X_train.npy").unlink()
    assert changes(matrix, "small", store) == []


def test_cells_on_changed_data_are_stale(matrix, store):
    from ltsei.core import files

    cell = Cell("small", "2", 0, "ce")
    record = matrix.job(cell, "evaluate").last_output(store)
    for name in ("metrics.json", "per_class.csv", "diagnostics.json", "confusion.csv"):
        files.write_text(record.with_name(name), name)
    checksum = files.read_json(JobId("prepare", "small").last_output(store))["checksum"]
    files.write_json(record, {"rule": "evaluate", "fingerprints": {**matrix.expected(cell), "data": checksum}})
    states = {finding.cell: (finding.state, finding.changed) for finding in verify(matrix, store)}
    assert states[cell] == ("current", ())
    states = {finding.cell: (finding.state, finding.changed) for finding in verify(matrix, store, ["small"])}
    assert states[cell] == ("out of date", ("data",))
