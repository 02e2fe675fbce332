"""A method that was renamed keeps its trainings, and a run says so instead of training again."""

import pytest
from conftest import SCRIPTS

from ltsei.core import files
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.keepable import keepable
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.renamed import renamed, take_over
from ltsei.pipeline.rule_table import RULES

OLD, NEW = (JobId("stage1", "small", "2", "0", name) for name in ("former", "ce"))


@pytest.fixture
def matrix(experiments):
    return load_matrix(experiments, SCRIPTS)


@pytest.fixture
def write(matrix, tmp_path):
    """A function that writes the results of a job, with the fingerprints of `NEW` but for those given."""

    def write(job, **changed):
        data = {rule: matrix.recipe(rule, "small").fingerprint for rule in ("prepare", "make_split")}
        stage1 = {"stage1": matrix.recipe("stage1", "small", "ce").fingerprint}
        for name in RULES[job.rule].outputs:
            files.write_text(job.output(name, tmp_path), f"{name} of {job.method}")
        record = {"rule": job.rule, **job.wildcards, "fingerprints": {"data": "bytes"} | data | stage1 | changed}
        files.write_json(job.output("recipe", tmp_path), record)
        meta = {"checksum": "bytes", "fingerprints": {"prepare": data["prepare"]}}
        files.write_json(tmp_path / "small" / "signals" / "meta.json", meta)

    return write


def test_results_of_the_same_recipe_under_a_former_name_are_recognised(matrix, write, tmp_path):
    write(OLD)
    assert list(renamed(matrix, tmp_path)) == [(OLD, NEW)]


@pytest.mark.parametrize("level", ["data", "prepare", "make_split", "stage1"])
def test_results_of_another_recipe_or_of_other_data_are_not_taken_over(matrix, write, tmp_path, level):
    write(OLD, **{level: "other"})
    assert list(renamed(matrix, tmp_path)) == []


def test_results_that_exist_are_not_replaced(matrix, write, tmp_path):
    write(OLD)
    write(NEW, stage1="other")
    assert list(renamed(matrix, tmp_path)) == []


def test_incomplete_results_and_those_of_a_present_method_are_not_taken_over(matrix, write, tmp_path):
    write(JobId("stage1", "small", "2", "0", "focal"))
    write(OLD)
    (tmp_path / "small/ir2/seed0/former/stage1/model.pt").unlink()
    assert list(renamed(matrix, tmp_path)) == []


def test_results_taken_over_have_the_same_bytes_and_the_new_name(matrix, write, tmp_path):
    write(OLD)
    files.write_text(OLD.benchmark(tmp_path), "s\n1.0\n")
    take_over(OLD, NEW, tmp_path)
    folder = tmp_path / "small" / "ir2" / "seed0" / "ce"
    assert (folder / "stage1" / "model.pt").read_text() == "model of former"
    assert files.read_json(folder / "stage1" / "recipe.json")["method"] == "ce"
    assert files.read_json(tmp_path / "small/ir2/seed0/former/stage1/recipe.json")["method"] == "former"
    assert (folder / "benchmarks" / "stage1.tsv").exists()
    assert list(renamed(matrix, tmp_path)) == []


def test_a_run_that_would_train_again_under_a_new_name_is_told_so(matrix, write, tmp_path):
    write(OLD)
    sentence = keepable(matrix, tmp_path, matrix.jobs())
    assert "1 have results under another name (former → ce) that match" in sentence
    assert keepable(matrix, tmp_path, [JobId("evaluate", "small", "2", "0", "ce")]) is None


def test_a_run_without_any_results_is_told_nothing(matrix, tmp_path):
    assert keepable(matrix, tmp_path, matrix.jobs()) is None
