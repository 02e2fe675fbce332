"""Results record what they were made from, and `verify` compares it with the present code and configuration."""

import pytest
from conftest import SCRIPTS

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.pipeline import provenance
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.verify import verify

CELL = Cell("small", "2", 0, "crt")


@pytest.fixture
def matrix(experiments):
    return load_matrix(experiments, SCRIPTS)


def write_result(folder, matrix, **changed):
    levels = matrix.expected(CELL) | {"data": "bytes"} | changed
    record = {"rule": "evaluate", "dataset": "small", "ir": "2", "seed": "0", "method": "crt", "fingerprints": levels}
    files.write_json(folder / "small" / "signals" / "meta.json", {"checksum": "bytes"})
    files.write_json(folder / "small" / "ir2" / "seed0" / "crt" / "recipe.json", record)


def state_of(cell, matrix, folder):
    return next(finding for finding in verify(matrix, folder) if finding.cell == cell)


def test_a_result_of_the_present_code_and_configuration_is_current(matrix, tmp_path):
    write_result(tmp_path, matrix)
    assert state_of(CELL, matrix, tmp_path).state == "current"


def test_a_result_that_does_not_exist_is_missing(matrix, tmp_path):
    assert {finding.state for finding in verify(matrix, tmp_path)} == {"missing"}


@pytest.mark.parametrize("level", ["prepare", "stage1", "features", "stage2", "evaluate", "data"])
def test_a_stale_result_names_what_changed(matrix, tmp_path, level):
    write_result(tmp_path, matrix, **{level: "other"})
    finding = state_of(CELL, matrix, tmp_path)
    assert (finding.state, finding.changed) == ("stale", (level,))


def test_the_software_versions_of_a_result_are_read(matrix, tmp_path):
    write_result(tmp_path, matrix)
    path = tmp_path / "small" / "ir2" / "seed0" / "crt" / "recipe.json"
    files.write_json(path, files.read_json(path) | {"made": {"evaluate": {"software": {"torch": "1.0"}}}})
    assert state_of(CELL, matrix, tmp_path).software == {"torch": "1.0"}


def test_a_damaged_record_is_named(matrix, tmp_path):
    write_result(tmp_path, matrix)
    path = tmp_path / "small" / "ir2" / "seed0" / "crt" / "recipe.json"
    path.write_text(path.read_text()[:40])
    with pytest.raises(InputError, match=r"recipe\.json: not complete JSON"):
        list(verify(matrix, tmp_path))


def test_a_record_holds_the_fingerprints_and_recipes_of_its_ancestors(matrix, tmp_path):
    split = provenance.Ancestry({"data": "d", "prepare": "p", "make_split": "s"})
    stage1, stage2 = matrix.recipe("stage1", "small", "ce"), matrix.recipe("stage2", "small", "crt")
    provenance.write(tmp_path / "1.json", stage1, {"method": "ce"}, split)
    provenance.write(tmp_path / "2.json", stage2, {"method": "crt"}, provenance.read(tmp_path / "1.json"))
    record = files.read_json(tmp_path / "2.json")
    assert list(record["fingerprints"]) == ["data", "prepare", "make_split", "stage1", "stage2"]
    assert record["recipe"]["stage1"]["epochs"] == 2
    assert record["recipe"]["stage2"]["mode"]["name"] == "crt"
