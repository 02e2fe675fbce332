"""Damaged results are found, named, refused and made again; nothing wrong counts as done."""

import copy
import json
import os
import shutil
from pathlib import Path

import pytest
from conftest import EXPERIMENTS, SCRIPTS
from unit.pipeline._recorded import flip, without_hashes, write_results

from ltsei.core import content, files
from ltsei.pipeline import damage, repair
from ltsei.pipeline.adopt import adoptable
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.rule_table import RULES
from ltsei.pipeline.verify import shared, verify

CELL = Cell("small", "2", 0, "crt")
FOLDER = "small/ir2/seed0"
DIFFERS = "content differs from what was recorded when it was made"


@pytest.fixture(scope="module")
def matrix():
    return load_matrix(copy.deepcopy(EXPERIMENTS), SCRIPTS)


@pytest.fixture(scope="module")
def written(matrix, tmp_path_factory):
    """Results of every job, which tests must not change."""
    folder = tmp_path_factory.mktemp("written")
    write_results(matrix, folder)
    return folder


@pytest.fixture
def results(written, tmp_path):
    """A copy of them that a test may change."""
    return shutil.copytree(written, tmp_path / "results")


def damaged_cells(matrix, results, **options):
    findings = verify(matrix, results, **options)
    return {finding.cell: dict(finding.damaged) for finding in findings if finding.state == "damaged"}


def damaged_jobs(matrix, results, **options):
    return {each.files.job: each for each in shared(matrix, results, **options) if each.files.damaged}


def test_results_as_they_were_written_are_current_and_hashed(matrix, results):
    assert {(finding.state, finding.hashed) for finding in verify(matrix, results)} == {("current", True)}
    assert damaged_jobs(matrix, results) == {}
    assert all(each.files.hashed for each in shared(matrix, results))
    assert repair.damaged(matrix, results) == {}


EMPTIED, TRUNCATED = lambda path: path.write_text(""), lambda path: path.write_bytes(path.read_bytes()[:-3])
SPOILT = {
    "deleted": (Path.unlink, "missing"),
    "emptied": (EMPTIED, "empty"),
    "truncated": (TRUNCATED, "truncated: "),
    "flipped": (flip, DIFFERS),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "a folder, where a file should be"),
}


@pytest.mark.parametrize("name", ["metrics.json", "per_class.csv", "confusion.csv", "diagnostics.json"])
@pytest.mark.parametrize("how", SPOILT)
def test_a_damaged_file_of_an_evaluation_is_a_finding_of_its_cell(matrix, results, name, how):
    spoil, expected = SPOILT[how]
    path = results / FOLDER / "crt" / name
    spoil(path)
    found = damaged_cells(matrix, results)
    assert list(found) == [CELL]
    assert list(found[CELL]) == [str(path)]
    assert found[CELL][str(path)].startswith(expected)


@pytest.mark.parametrize("text", ["", "null", "[1]", '{"rule": ', '{"fingerprints": 3}'])
@pytest.mark.fault("a `recipe.json` is empty, `null` or no JSON", "named")
def test_an_unreadable_record_is_a_finding_and_not_the_end(matrix, results, text):
    path = results / FOLDER / "crt" / "recipe.json"
    path.write_text(text)
    assert list(damaged_cells(matrix, results)) == [CELL]
    shared_record = results / FOLDER / "ce" / "stage1" / "recipe.json"
    shared_record.write_text(text)
    assert list(damaged_jobs(matrix, results)) == [JobId("stage1", "small", "2", "0", "ce")]


def test_an_edited_number_is_damage_even_where_its_size_and_date_stay(matrix, results):
    path = results / FOLDER / "crt" / "metrics.json"
    flip(path)
    os.utime(path, (1, 1))
    assert list(damaged_cells(matrix, results)) == [CELL]
    assert damaged_cells(matrix, results, quick=True) == {}  # as its help says


def test_quick_reads_files_that_are_newer_than_their_record(matrix, results):
    path = results / FOLDER / "crt" / "metrics.json"
    record = path.with_name("recipe.json").stat()
    os.utime(path, ns=(record.st_mtime_ns + 1, record.st_mtime_ns + 1))
    assert damaged_cells(matrix, results, quick=True) == {}
    flip(path)
    os.utime(path, ns=(record.st_mtime_ns + 1, record.st_mtime_ns + 1))
    assert damaged_cells(matrix, results, quick=True) == {CELL: {str(path): DIFFERS}}


@pytest.mark.parametrize(
    ("path", "job", "cells"),
    [
        ("small/signals/train.npy", JobId("prepare", "small"), 12),
        ("small/signals/meta.json", JobId("prepare", "small"), 12),
        (f"{FOLDER}/split.npz", JobId("make_split", "small", "2", "0"), 6),
        (f"{FOLDER}/ce/stage1/model.pt", JobId("stage1", "small", "2", "0", "ce"), 5),
        (f"{FOLDER}/ce/features/val.npy", JobId("features", "small", "2", "0", "ce"), 3),
        (f"{FOLDER}/crt/stage2/logits_test.npy", JobId("stage2", "small", "2", "0", "crt"), 2),
    ],
)
@pytest.mark.parametrize("how", ["truncated", "flipped", "emptied", "a folder"])
def test_a_damaged_shared_file_is_one_finding_with_the_cells_that_rest_on_it(matrix, results, path, job, cells, how):
    if how == "flipped":
        flip(results / path, 200 if path.endswith("split.npz") else 2)  # in an array, not in a date
    else:
        SPOILT[how][0](results / path)
    found = damaged_jobs(matrix, results)
    assert list(found) == [job]
    assert list(found[job].files.damaged) == [str(results / path)]
    assert len(found[job].cells) == cells
    assert damaged_cells(matrix, results) == {}


def test_a_shared_result_that_was_deleted_as_a_whole_is_missing_where_cells_rest_on_it(matrix, results):
    split = results / FOLDER / "split.npz"
    split.unlink()
    assert damaged_jobs(matrix, results)[JobId("make_split", "small", "2", "0")].files.damaged == {
        str(split): "missing"
    }


def test_without_any_results_nothing_is_damaged(matrix, tmp_path):
    assert damaged_jobs(matrix, tmp_path) == {}
    assert {finding.state for finding in verify(matrix, tmp_path)} == {"missing"}


def test_results_of_an_earlier_version_are_current_and_said_to_have_no_hashes(matrix, results):
    without_hashes(results)
    assert {(finding.state, finding.hashed) for finding in verify(matrix, results)} == {("current", False)}
    assert damaged_jobs(matrix, results) == {}
    assert not any(each.files.hashed for each in shared(matrix, results))


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_a_file_of_an_earlier_version_is_damaged_if_it_is_missing_or_empty(matrix, results, how):
    without_hashes(results)
    SPOILT[how][0](results / FOLDER / "crt" / "metrics.json")
    assert list(damaged_cells(matrix, results)) == [CELL]


def test_a_stage_that_another_rule_carried_out_is_not_damaged(matrix, results):
    job = JobId("stage2", "small", "2", "0", "crt")
    path = Path(job.output("recipe", results))
    record = content.read_record(path) | {"rule": "stage2_finetune"}
    files.write_json(path, content.sealed(record))
    Path(job.output("model", results)).unlink()
    assert damage.compare(job, results).damaged == {}


def test_everything_that_matches_is_adopted(matrix, results):
    found = adoptable(matrix, results)
    assert sorted(found.paths) == sorted(job.last_output(results) for job in matrix.jobs())
    assert (found.refused, found.resting) == ({}, [])


@pytest.mark.fault("damaged results are to be adopted", "named")
def test_what_is_damaged_is_not_adopted_nor_what_rests_on_it(matrix, results):
    model = results / FOLDER / "ce" / "stage1" / "model.pt"
    flip(model)
    found = adoptable(matrix, results)
    job = JobId("stage1", "small", "2", "0", "ce")
    assert found.refused == {job: f"{model}: {DIFFERS}"}
    chains = [matrix.jobs_of(cell) for cell in matrix.cells()]
    after = {other for chain in chains if job in chain for other in chain[chain.index(job) + 1 :]}
    assert set(found.resting) == after
    expected = {other.last_output(results) for other in matrix.jobs() if other not in {job, *after}}
    assert set(found.paths) == expected


def test_what_rests_on_missing_files_is_not_adopted(matrix, results):
    for name in RULES["features"].outputs:
        Path(JobId("features", "small", "2", "0", "ce").output(name, results)).unlink()
    found = adoptable(matrix, results)
    assert list(found.refused) == [JobId("features", "small", "2", "0", "ce")]
    assert found.refused[JobId("features", "small", "2", "0", "ce")].endswith("features/recipe.json: missing")
    assert JobId("stage2", "small", "2", "0", "crt") in found.resting


def test_an_unreadable_record_is_not_adopted(matrix, results):
    path = results / FOLDER / "crt" / "recipe.json"
    path.write_text("null")
    found = adoptable(matrix, results)
    reason = f"{path}: record unreadable: it is no record of a result"
    assert found.refused == {JobId("evaluate", "small", "2", "0", "crt"): reason}


@pytest.mark.fault("results of another user are to be adopted", "named")
def test_files_that_the_user_may_not_write_are_not_adopted_and_the_reason_is_given(matrix, results, monkeypatch):
    of_another = results / FOLDER / "crt" / "metrics.json"
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != of_another)
    found = adoptable(matrix, results)
    (reason,) = found.refused.values()
    assert reason.startswith(f"{of_another}: you may not write it")
    assert of_another.with_name("recipe.json") not in found.paths


def test_nothing_is_to_be_repaired_where_nothing_is_damaged(matrix, results):
    assert list(repair.lines(repair.damaged(matrix, results), results, [])) == []


def test_repair_names_one_command_per_rule_in_the_order_in_which_they_run(matrix, results):
    flip(results / FOLDER / "crt" / "metrics.json")
    (results / FOLDER / "focal" / "metrics.json").unlink()
    flip(results / FOLDER / "ce" / "stage1" / "model.pt")
    flip(results / "small" / "signals" / "test.npy")
    lines = list(repair.lines(repair.damaged(matrix, results), results, ["config/my overlay.yaml"]))
    snakemake = "snakemake --cores all --configfile 'config/my overlay.yaml'"
    assert [line for line in lines if not line.startswith("#")] == [
        f"{snakemake} --force {results}/small/signals/meta.json",
        f"{snakemake} --force {results}/{FOLDER}/ce/stage1/recipe.json",
        f"{snakemake} --force {results}/{FOLDER}/focal/recipe.json {results}/{FOLDER}/crt/recipe.json",
        snakemake,
    ]
    assert f"# {results}/{FOLDER}/focal/metrics.json: missing" in lines


def test_repair_names_folders_in_place_of_files_and_what_cannot_be_read(matrix, results, monkeypatch):
    folder, model = results / FOLDER / "crt" / "metrics.json", results / FOLDER / "ce" / "stage1" / "model.pt"
    SPOILT["a folder"][0](folder)
    real = content.sha256

    def sha256(path):
        if Path(path) == model:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(content, "sha256", sha256)
    lines = list(repair.lines(repair.damaged(matrix, results), results, []))
    assert f"rm -r {folder}" in lines
    assert f"chmod -R u+rX {model}" in lines
    assert not [line for line in lines if "--force" in line and "stage1" in line]


def test_repair_names_the_folder_that_may_not_be_entered_once(results, monkeypatch):
    folder = results / FOLDER / "focal"
    wrong = {str(folder / name): "cannot be read (Permission denied)" for name in ("recipe.json", "metrics.json")}
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != folder)
    lines = list(repair.lines({JobId("evaluate", "small", "2", "0", "focal"): wrong}, results, []))
    assert lines[-1] == f"chmod -R u+rX {folder}"


def test_long_lists_of_files_are_several_commands(matrix, results, monkeypatch):
    monkeypatch.setattr(repair, "FILES_PER_COMMAND", 5)
    for path in results.rglob("metrics.json"):
        path.unlink()
    lines = list(repair.lines(repair.damaged(matrix, results), results, []))
    forced = [line.split("--force ")[1].split() for line in lines if "--force" in line]
    assert [len(paths) for paths in forced] == [5, 5, 2]
    assert len({path for paths in forced for path in paths}) == 12


def test_a_record_with_content_of_another_cell_is_damage(matrix, results):
    metrics = [results / FOLDER / method / "metrics.json" for method in ("crt", "focal")]
    metrics[0].write_bytes(metrics[1].read_bytes())
    assert list(damaged_cells(matrix, results)) == [CELL]
    record = metrics[0].with_name("recipe.json")
    edited = json.loads(record.read_text())
    edited["contents"]["metrics.json"] = content.contents(metrics[0].parent, ["metrics.json"])["metrics.json"]
    record.write_text(json.dumps(edited))
    assert list(damaged_cells(matrix, results)[CELL]) == [str(record)]
