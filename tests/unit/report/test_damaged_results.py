"""A number that is not what the evaluation wrote enters no page, table, figure, mean or ranking."""

import csv
import json
import re
from pathlib import Path

import pytest
from unit.report._matrix import data_of, fake_matrix

from ltsei.core import content, files


@pytest.fixture
def matrix(tmp_path):
    """Two methods with two seeds whose evaluations and histories have recorded their hashes."""
    matrix = fake_matrix(tmp_path, methods=("ce", "focal"), ratios=("10",), natural=False, epochs=3, num_classes=6)
    for cell in matrix.cells:
        seal(cell.recipe, "metrics.json", "per_class.csv", "confusion.csv", "diagnostics.json")
        history = Path(cell.histories[0][1])
        files.write_json(history.with_name("recipe.json"), {})
        seal(history.with_name("recipe.json"), history.name)
    return matrix


def seal(path, *names):
    record = {**files.read_json(path), "contents": content.contents(Path(path).parent, names)}
    files.write_json(path, content.sealed(record))


def edit_number(cell):
    """Set the headline number of a cell to .99 by hand."""
    numbers = files.read_json(cell.metrics)
    Path(cell.metrics).write_text(json.dumps(numbers | {"balanced_accuracy": 0.99}, indent=1))


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_intact_results_are_done(matrix):
    assert {cell.status for cell in matrix.contents().matrix_results.cells} == {("done", "", "")}


@pytest.mark.parametrize("name", ["metrics", "per_class", "confusion", "diagnostics", "recipe"])
def test_a_cell_with_a_damaged_file_has_no_numbers_but_a_reason(matrix, name):
    path = Path(getattr(matrix.cells[0], name))
    path.write_bytes(path.read_bytes()[:-2])
    cell = matrix.contents().matrix_results.cells[0]
    state, _, reason = cell.status
    assert state == "damaged"
    assert reason.startswith(f"{path}: ") and reason.endswith("`ltsei repair` says what to do")
    assert cell.metrics is None
    assert (cell.per_class, cell.confusion, cell.diagnostics, cell.provenance) == ([], [], {}, {})


@pytest.mark.parametrize("text", ["", "null", "{", "[1]"])
def test_metrics_of_an_earlier_version_that_cannot_be_read_are_damaged_too(matrix, text):
    record = content.read_record(matrix.cells[0].recipe)
    del record["contents"]
    files.write_json(matrix.cells[0].recipe, record)
    Path(matrix.cells[0].metrics).write_text(text)
    assert matrix.contents().matrix_results.cells[0].status[0] == "damaged"


def test_an_edited_number_enters_no_table(matrix):
    edit_number(matrix.cells[0])
    paths = matrix.tables()
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    assert not [name for name, text in texts.items() if "0.99" in text or "99.0" in text]
    tidy = rows_of(paths["tidy"])
    assert {(row["method"], row["seed"]) for row in tidy} == {("ce", "1"), ("focal", "0"), ("focal", "1")}
    (of_ce,) = [row for row in rows_of(paths["summary"]) if row["method"] == "ce"]
    assert (of_ce["seeds"], of_ce["balanced_accuracy_n"]) == ("2", "1")
    of_seed_1 = files.read_json(matrix.cells[2].metrics)["balanced_accuracy"]
    assert float(of_ce["balanced_accuracy_mean"]) == pytest.approx(of_seed_1)


def test_tables_name_the_damaged_cell_with_its_reason(matrix):
    edit_number(matrix.cells[0])
    paths = matrix.tables()
    (row,) = [row for row in rows_of(paths["all_results_full"]) if row["state"] == "damaged"]
    assert (row["method"], row["seed"], row["balanced_accuracy"]) == ("ce", "0", "")
    assert row["reason"].startswith(matrix.cells[0].metrics)
    line = f"Damaged: adsb_synth, ir 10, seed 0, ce: {matrix.cells[0].metrics}: "
    assert f"% {line}" in paths["latex"].read_text()
    assert "3 of 4 cells are done." in paths["markdown"].read_text()
    assert "Damaged: adsb" in paths["markdown"].read_text()


def test_the_page_shows_the_cell_as_damaged_and_no_number_of_it(matrix):
    edit_number(matrix.cells[0])
    page = matrix.page()
    shown = data_of(page)["cells"][0]
    assert (shown["status"], "values" in shown) == ("damaged", False)
    assert shown["error"].startswith(matrix.cells[0].metrics)
    assert "0.99" not in json.dumps(data_of(page)["blocks"])


def test_a_damaged_history_has_no_curves_and_leaves_the_numbers(matrix):
    history = Path(matrix.cells[0].histories[0][1])
    history.write_text(history.read_text().replace("1", "2"))
    shown = data_of(matrix.page())["cells"][0]
    assert (shown["status"], shown["curves"]) == ("done", [])


@pytest.mark.parametrize("which", ["splits", "metas"])
def test_a_damaged_split_or_store_is_named_and_the_report_is_written(matrix, which):
    path = Path(next(iter(getattr(matrix, which).values())))
    path.write_bytes(path.read_bytes()[:30])
    contents = matrix.contents()
    assert f"Warning: {path}: " in contents.whole_note
    assert matrix.page().exists()


@pytest.fixture
def earlier(tmp_path):
    """Results of an earlier version, which recorded no hashes: a mixture of experts and a post-hoc method."""
    methods = ("ce", "moe_ltsei", "tau_norm")
    return fake_matrix(tmp_path, methods=methods, ratios=("10",), seeds=(0,), natural=False, epochs=3, num_classes=6)


def path_of(matrix, name):
    """Return the path of a file of a data set, or of the cell that has most files."""
    ce, moe, tau = matrix.cells
    paths = {"history": moe.histories[0][1], "benchmark": moe.benchmarks[0][2], "sweep": tau.sweep, "map": ce.map}
    paths |= {"examples": matrix.examples["adsb_synth"], "meta": matrix.metas["adsb_synth"]}
    return Path(paths.get(name) or getattr(moe, name))


DAMAGES = {
    "truncated": lambda text: text[: len(text) * 2 // 3],
    "empty": lambda _: b"",
    "list": lambda _: b"[1]",
    "null": lambda _: b"null",
    "mapping": lambda _: b'{"a": [NaN]}',
    "binary": lambda _: b"\x93NUMPY\xff\x00" * 9,
    "nan": lambda text: re.sub(rb"\d+\.\d+", b"NaN", text, count=3),
    "lines missing": lambda text: b"\n".join(text.split(b"\n")[:-3]) + b"\n",
}
EXTRAS = ("map", "examples", "history", "sweep", "benchmark", "meta")
EVALUATED = ("metrics", "per_class", "confusion", "diagnostics")


@pytest.fixture
def mixtures(tmp_path):
    """Results of an earlier version: a mixture of experts with a seed for each file of an evaluation and one more."""
    seeds = range(len(EVALUATED) + 2)
    return fake_matrix(tmp_path, methods=("ce", "moe_ltsei"), ratios=("10",), seeds=seeds, natural=False, num_classes=6)


def damage_files(paths, damage):
    for path in paths:
        path.write_bytes(DAMAGES[damage](path.read_bytes()))


@pytest.mark.parametrize("damage", DAMAGES)
def test_extras_that_cannot_be_used_are_not_the_end_of_the_page_nor_of_the_tables(earlier, damage):
    damage_files([path_of(earlier, name) for name in EXTRAS], damage)
    assert data_of(earlier.page())["cells"]
    assert earlier.tables("tidy", "all_results_full", "latex")


@pytest.mark.parametrize("damage", DAMAGES)
def test_evaluations_that_cannot_be_used_are_not_the_end_of_the_page_nor_of_the_tables(mixtures, damage):
    cells = [cell for cell in mixtures.cells if cell.method == "moe_ltsei"]
    names = (*EVALUATED, "recipe")  # in cells of their own: the first of a cell hides the next
    damage_files([Path(getattr(cell, name)) for cell, name in zip(cells, names, strict=False)], damage)
    assert len(data_of(mixtures.page())["cells"]) == 2 * len(cells)
    assert mixtures.tables("tidy", "all_results_full", "latex")


@pytest.mark.parametrize("damage", ["truncated", "binary", "nan"])
@pytest.mark.parametrize("name", EVALUATED)
def test_a_damaged_file_of_an_evaluation_without_hashes_damages_its_cell(earlier, name, damage):
    path = path_of(earlier, name)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    states = [cell.status[0] for cell in earlier.contents().matrix_results.cells]
    is_harmless = damage == "nan" and name in {"per_class", "confusion"}  # an undefined recall; counts have no point
    assert states == ["done", "done" if is_harmless else "damaged", "done"]


@pytest.mark.parametrize("name", ["map", "history", "sweep"])
def test_a_damaged_extra_leaves_the_numbers_of_its_cell(earlier, name, caplog):
    path = path_of(earlier, name)
    path.write_bytes(b"\x93")
    earlier.page()
    assert {cell.status[0] for cell in earlier.contents().matrix_results.cells} == {"done"}
    assert f"not shown: {path}: cannot be used" in caplog.text


def test_damaged_examples_are_left_out_and_the_log_says_so(earlier, caplog):
    path = path_of(earlier, "examples")
    path.write_text('[{"class_name": "a", "trace": [[1, NaN]]}]')
    assert data_of(earlier.page())["signals"] == {"adsb_synth": []}
    assert f"not shown: {path}" in caplog.text
