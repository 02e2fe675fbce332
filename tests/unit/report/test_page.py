"""The page: what it says of cells, stages and files."""

import dataclasses
import re
from pathlib import Path

import pytest
from unit.report._matrix import data_of, fake_matrix

from ltsei.core import files
from ltsei.report import result_files
from ltsei.report.page import duration
from ltsei.report.page_cells import curves


def test_a_cell_with_metrics_only_is_shown(matrix):
    cell = matrix.cells[0]
    for path in (
        cell.per_class,
        cell.confusion,
        cell.recipe,
        cell.diagnostics,
        cell.map,
        cell.logs[-1],
        cell.histories[0][1],
        cell.benchmarks[0][2],
    ):
        Path(path).unlink()
    shown = data_of(matrix.page())["cells"][0]
    assert shown["values"]
    assert (shown["classes"], shown["confusion"], shown["histories"], shown["recipe"]) == (None, [], [], None)
    assert (shown["map"], shown["confidence"], shown["seconds"]) == (None, [], None)
    assert [name for name, _ in shown["files"]] == ["metrics.json"]


def test_a_result_of_other_code_is_listed_with_the_level_that_differs(matrix):
    record = files.read_json(matrix.cells[1].recipe)
    files.write_json(matrix.cells[1].recipe, {**record, "fingerprints": {"make_split": "s1", "stage1": "older"}})
    out = matrix.page()
    assert [cell["stale"] for cell in data_of(out)["cells"]] == [[], ["stage 1"], [], []]
    assert "1 out of date" in out.read_text(encoding="utf-8")


def test_a_result_without_a_recipe_differs_in_every_level(matrix):
    Path(matrix.cells[0].recipe).unlink()
    assert data_of(matrix.page())["cells"][0]["stale"] == ["split", "stage 1"]


def test_shared_work_counts_once_for_its_owner(matrix):
    page = matrix.page().read_text(encoding="utf-8")
    table = page.split("<caption>Wall time by method and stage</caption>")[1].split("</table>")[0]
    texts = [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip() for row in table.split("<tr>")[2:]]
    assert texts[0] == "ce 2.6 min 2.6 min 2 812 MB"  # two seeds of 78 s
    assert texts[1] == "crt with ce 2.6 min 2.6 min 2 812 MB"


def test_stages_are_named_for_readers_and_stand_in_the_order_in_which_they_run(matrix):
    stages = ("evaluate", "a_new_stage", "stage2_finetune")
    cells = [
        dataclasses.replace(cell, benchmarks=tuple((name, cell.method, cell.benchmarks[-1][2]) for name in stages))
        for cell in matrix.cells
    ]
    page = matrix.page(cells=cells).read_text(encoding="utf-8")
    heads = page.split("<caption>Wall time by method and stage</caption>")[1].split("</thead>")[0]
    assert re.findall(">([^<>]+)</th>", heads)[1:4] == ["stage 2 (network)", "evaluate", "a new stage"]


def test_another_stage_than_those_known_names_its_curves(matrix):
    cells = [dataclasses.replace(cell, histories=(("stage2_finetune", cell.histories[0][1]),)) for cell in matrix.cells]
    shown = data_of(matrix.page(cells=cells))["cells"][0]
    assert [name for name, _ in shown["histories"]] == ["stage 2 (network)"]


def test_the_values_of_post_hoc_steps_are_shown_with_their_file(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "tau_norm", "post_hoc_la"), ratios=("10",), seeds=(0,), natural=False)
    plain, swept, fixed = data_of(matrix.page())["cells"]
    assert plain["choices"] == []
    assert swept["choices"] == [{"step": "tau_norm", "parameter": "tau", "value": "1.1", "fixed": False}]
    assert fixed["choices"] == [{"step": "post_hoc_la", "parameter": "tau", "value": "1", "fixed": True}]
    named = ["stage3/sweep.csv" in [name for name, _ in cell["files"]] for cell in (plain, swept, fixed)]
    assert named == [False, True, True]


def test_only_a_mixture_says_how_it_uses_its_experts(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "moe_ltsei"), ratios=("10",), seeds=(0,), natural=False)
    plain, mixture = data_of(matrix.page())["cells"]
    assert plain["mixture"] is None
    assert mixture["mixture"]["expert_usage"]["medium"] is None


def test_groups_follow_the_rule_of_the_data_set(matrix):
    page = matrix.page(groups={"adsb_synth": {"rule": "quantile"}})
    classes = data_of(page)["conditions"][0]["classes"]
    assert [row["group"] for row in classes] == ["many", "many", "medium", "medium", "few", "few"]


def test_links_to_files_are_relative_to_the_page(matrix):
    out = matrix.page()
    for cell in data_of(out)["cells"]:
        assert len(cell["files"]) >= 6
        assert all((out.parent / address).is_file() for _, address in cell["files"])


def test_a_history_that_several_cells_use_is_embedded_once(matrix):
    data = data_of(matrix.page())
    assert len(data["histories"]) == 4  # stage 1 of ce and stage 2 of crt, two seeds each
    assert data["cells"][1]["histories"][0] == data["cells"][0]["histories"][0]


def test_methods_with_one_title_keep_names_of_their_own(matrix):
    cells = [dataclasses.replace(cell, title="Same") for cell in matrix.cells]
    labels = [method["label"] for method in data_of(matrix.page(cells=cells))["methods"]]
    assert labels == ["Same (ce)", "Same (crt)"]


def test_user_text_is_escaped_everywhere(full_page):
    page = full_page.read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "alert(1)" in data_of(full_page)["conditions"][0]["classes"][0]["name"]
    assert page.count("<script") == page.count("</script>") == 4


def test_the_page_may_load_nothing(full_page):
    page = re.sub(r"<script.*?</script>", "", full_page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:link|img|iframe|object)|@import|url\(", page)


def test_the_page_of_fifty_cells_is_small_enough_to_show_inside_a_snakemake_report(full_page):
    assert full_page.stat().st_size < 1.25e6


def test_equal_parts_of_cells_are_embedded_once(matrix):
    data = data_of(matrix.page())
    assert len(data["surroundings"]) == 1
    assert len(data["classes"]) == 1
    assert data["recipes"][data["cells"][0]["recipe"]].startswith("stage1:")


def test_a_confusion_matrix_is_embedded_without_its_zeros(matrix):
    counts = [[int(count) for count in row] for row in result_files.rows(matrix.cells[0].confusion)[1:]]
    pairs = data_of(matrix.page())["cells"][0]["confusion"]
    found = [dict(zip(row[::2], row[1::2], strict=True)) for row in pairs]
    assert [[row.get(label, 0) for label in range(len(counts))] for row in found] == counts


def test_a_long_learning_curve_keeps_its_first_and_last_epoch(tmp_path):
    rows = [{"epoch": epoch, "train_loss": 1 / epoch} for epoch in range(1, 1001)]
    files.write_csv(tmp_path / "history.csv", ("epoch", "train_loss"), rows)
    found = curves(str(tmp_path / "history.csv"))
    assert (found["epoch"][0], found["epoch"][-1]) == (1, 1000)
    assert len(found["epoch"]) <= 202


def test_the_command_that_makes_a_cell_names_its_metrics(matrix):
    data = data_of(matrix.page())
    assert (data["options"], data["cells"][1]["target"]) == (
        "--cores all --configfile overlay.yaml",
        matrix.cells[1].metrics,
    )


def test_a_block_sees_its_own_seeds_only(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("10",), seeds=(0, 1, 2), natural=False)
    few = [dataclasses.replace(cell, blocks=("ablation",) * (cell.seed < 2)) for cell in matrix.cells]
    blocks = [{"name": name, "title": name, "control": "ce"} for name in ("", "ablation")]
    data = data_of(matrix.page(cells=few, blocks=blocks))
    assert [block[0][0][1][2] for block in data["summaries"]] == [3, 2]
    assert [scope["analyses"][0]["comparisons"]["1"]["n"] for scope in data["scopes"]] == [3, 2]


def test_second_names_for_the_same_results_are_compared_once(matrix):
    twins = [dataclasses.replace(cell, method="again", title="") for cell in matrix.cells if cell.method == "crt"]
    data = data_of(matrix.page(cells=[*matrix.cells, *twins]))
    assert [method["canonical"] for method in data["methods"]] == ["ce", "crt", "crt"]
    assert data["scopes"][0]["methods"] == [0, 1]
    assert list(data["scopes"][0]["analyses"][0]["comparisons"]) == ["1"]


def test_methods_without_results_under_every_condition_are_compared_where_they_are(full_page):
    data = data_of(full_page)
    everything, first = data["scopes"][0], data["scopes"][1]
    place = next(index for index, method in enumerate(data["methods"]) if method["name"] == "crt")
    assert everything["analyses"][0]["comparisons"][str(place)]["n"] == 0
    assert first["analyses"][0]["comparisons"][str(place)]["n"] == 2


def test_a_natural_ratio_stands_where_its_split_puts_it(full_page):
    natural = data_of(full_page)["conditions"][-1]
    assert (natural["ir"], natural["dataset"]) == ("natural", "mitdb")
    assert natural["ratio"] == pytest.approx(3000 / 23)


def test_wall_times_are_written_for_readers():
    assert [duration(seconds) for seconds in (4.26, 90, 3599, 7380)] == ["4.3 s", "1.5 min", "1 h 00 min", "2 h 03 min"]
