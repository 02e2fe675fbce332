"""Results record what they were made from, and `verify` compares it with the present code and configuration."""

import pytest
from conftest import SCRIPTS

from ltsei.core import files
from ltsei.pipeline import provenance
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.rule_table import RULES as RULES_OF_JOBS
from ltsei.pipeline.verify import verify

CELL = Cell("small", "2", 0, "crt")


RULES = {
    "ce": ["prepare", "make_split", "stage1", "evaluate"],
    "crt": ["prepare", "make_split", "stage1", "features", "stage2", "evaluate"],
    "la_posthoc": ["prepare", "make_split", "stage1", "stage3", "stage3_test", "evaluate"],
    "crt_tau": ["prepare", "make_split", "stage1", "features", "stage2", "stage3", "stage3_test", "evaluate"],
}
"""Everything that the metrics of a method depend on."""


@pytest.fixture
def matrix(experiments):
    return load_matrix(experiments, SCRIPTS)


def write_result(folder, matrix, **changed):
    levels = matrix.expected(CELL) | {"data": "bytes"} | changed
    record = {"rule": "evaluate", "dataset": "small", "ir": "2", "seed": "0", "method": "crt", "fingerprints": levels}
    files.write_json(folder / "small" / "signals" / "meta.json", {"checksum": "bytes"})
    for name in ("metrics.json", "per_class.csv", "diagnostics.json", "confusion.csv"):
        files.write_text(folder / "small" / "ir2" / "seed0" / "crt" / name, name)
    files.write_json(folder / "small" / "ir2" / "seed0" / "crt" / "recipe.json", record)


def state_of(cell, matrix, folder):
    return next(finding for finding in verify(matrix, folder) if finding.cell == cell)


def test_a_result_of_the_present_code_and_configuration_is_current(matrix, tmp_path):
    write_result(tmp_path, matrix)
    assert state_of(CELL, matrix, tmp_path).state == "current"


@pytest.mark.parametrize("method", RULES)
def test_a_result_depends_on_every_rule_before_it(matrix, method):
    expected = matrix.expected(Cell("small", "2", 0, method))
    assert list(expected) == RULES[method]
    assert len(set(expected.values())) == len(expected)


def test_changed_rules_are_named_in_the_order_in_which_they_run(matrix, tmp_path):
    write_result(tmp_path, matrix, evaluate="other", make_split="other", data="other", stage1="other")
    assert state_of(CELL, matrix, tmp_path).changed == ("data", "make_split", "stage1", "evaluate")


def test_a_rule_that_the_record_lacks_has_changed_and_one_that_no_longer_runs_is_ignored(matrix, tmp_path):
    write_result(tmp_path, matrix, stage3="from an earlier configuration")
    assert state_of(CELL, matrix, tmp_path).state == "current"
    path = tmp_path / "small" / "ir2" / "seed0" / "crt" / "recipe.json"
    record = files.read_json(path)
    del record["fingerprints"]["make_split"]
    files.write_json(path, record)
    assert state_of(CELL, matrix, tmp_path).changed == ("make_split",)


def test_an_alias_has_the_state_of_the_method_it_names(experiments, tmp_path):
    experiments["methods"]["inverse"] = {"from": "crt"}
    experiments["experiments"]["main"]["methods"].append("inverse")
    matrix, alias = load_matrix(experiments, SCRIPTS), Cell("small", "2", 0, "inverse")
    write_result(tmp_path, matrix)
    assert state_of(alias, matrix, tmp_path).state == "current"
    write_result(tmp_path, matrix, stage2="other")
    finding = state_of(alias, matrix, tmp_path)
    assert (finding.state, finding.changed) == ("out of date", ("stage2",))


def test_results_on_files_that_have_changed_are_stale(matrix, tmp_path):
    write_result(tmp_path, matrix)
    findings = {finding.cell: finding for finding in verify(matrix, tmp_path, ["small"])}
    assert (findings[CELL].state, findings[CELL].changed) == ("out of date", ("data",))
    write_result(tmp_path, matrix, data="changed")  # whatever the record says
    assert state_of(CELL, matrix, tmp_path).changed == ("data",)


def test_without_a_store_the_data_are_not_compared(matrix, tmp_path):
    write_result(tmp_path, matrix, data="other")
    (tmp_path / "small" / "signals" / "meta.json").unlink()
    assert state_of(CELL, matrix, tmp_path).state == "current"


def test_a_result_that_does_not_exist_is_missing(matrix, tmp_path):
    assert {finding.state for finding in verify(matrix, tmp_path)} == {"missing"}


@pytest.mark.parametrize("level", ["prepare", "make_split", "stage1", "features", "stage2", "evaluate", "data"])
def test_a_stale_result_names_what_changed(matrix, tmp_path, level):
    write_result(tmp_path, matrix, **{level: "other"})
    finding = state_of(CELL, matrix, tmp_path)
    assert (finding.state, finding.changed) == ("out of date", (level,))


def test_the_software_versions_of_a_result_are_read(matrix, tmp_path):
    write_result(tmp_path, matrix)
    path = tmp_path / "small" / "ir2" / "seed0" / "crt" / "recipe.json"
    files.write_json(path, files.read_json(path) | {"made": {"evaluate": {"software": {"torch": "1.0"}}}})
    assert state_of(CELL, matrix, tmp_path).software == {"torch": "1.0"}


def test_a_damaged_record_is_a_finding_of_its_cell(matrix, tmp_path):
    write_result(tmp_path, matrix)
    path = tmp_path / "small" / "ir2" / "seed0" / "crt" / "recipe.json"
    path.write_text(path.read_text()[:40])
    finding = state_of(CELL, matrix, tmp_path)
    assert finding.state == "damaged"
    assert finding.damaged[str(path)].startswith("record unreadable: not complete JSON")


def test_a_record_holds_the_fingerprints_and_recipes_of_its_ancestors(matrix, tmp_path):
    split = provenance.Ancestry({"data": "d", "prepare": "p", "make_split": "s"})
    stage1, stage2 = matrix.recipe("stage1", "small", "ce"), matrix.recipe("stage2", "small", "crt")
    for name in (*RULES_OF_JOBS["stage1"].outputs.values(), *RULES_OF_JOBS["stage2"].outputs.values()):
        files.write_text(tmp_path / name, name)
    provenance.write(tmp_path / "1.json", stage1, {"method": "ce"}, split)
    provenance.write(tmp_path / "2.json", stage2, {"method": "crt"}, provenance.read(tmp_path / "1.json"))
    record = files.read_json(tmp_path / "2.json")
    assert list(record["fingerprints"]) == ["data", "prepare", "make_split", "stage1", "stage2"]
    assert record["recipe"]["stage1"]["epochs"] == 2
    assert record["recipe"]["stage2"]["mode"]["name"] == "crt"
