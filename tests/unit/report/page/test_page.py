"""The page's data: what it says of cells, stages and files."""

import dataclasses
import re
from pathlib import Path

import pytest
from unit.report._matrix import chart_of, data_of, fake_matrix, table_of

from ltsei.core import files


def means_of(data, block=0, metric=0, condition=0):
    """Return method -> row of a metric's means under a condition."""
    return {row["method"]: row for row in table_of(data, data["blocks"][block]["metrics"][metric]["means"][condition])}


def comparisons_of(data, block=0, view=0, metric=0):
    """Return the comparisons with the control in one view."""
    return table_of(data, data["blocks"][block]["views"][view]["metrics"][metric]["tests"]["comparisons"])


def test_a_cell_that_has_only_metrics_is_shown(matrix):
    cell = matrix.cells[0]
    for path in (
        cell.per_class,
        cell.confusion,
        cell.diagnostics,
        cell.map,
        cell.logs[-1],
        cell.histories[0][1],
        cell.benchmarks[0][2],
    ):
        Path(path).unlink()
    shown = data_of(matrix.page())["cells"][0]
    assert shown["values"]
    absent = ("confusion", "top_confusions", "recalls", "confidence", "calibration", "map", "expert_usage")
    assert {name: shown[name] for name in absent} == dict.fromkeys(absent)
    assert (shown["curves"], shown["absent"]) == ([], "")
    assert [name for name, _ in shown["files"]] == ["metrics.json", "recipe.json"]


def test_a_result_of_other_code_is_listed_with_the_level_that_differs(matrix):
    record = files.read_json(matrix.cells[1].recipe)
    files.write_json(matrix.cells[1].recipe, {**record, "fingerprints": {"make_split": "s1", "stage1": "older"}})
    page = matrix.page()
    assert [cell["stale"] for cell in data_of(page)["cells"]] == [[], ["stage 1"], [], []]
    assert "1 out of date" in page.read_text(encoding="utf-8")


def test_a_result_without_fingerprints_differs_in_every_level(matrix):
    files.write_json(matrix.cells[0].recipe, {"rule": "evaluate"})
    assert data_of(matrix.page())["cells"][0]["stale"] == ["split", "stage 1"]


def test_a_damaged_cell_shows_why_and_no_number(matrix):
    Path(matrix.cells[0].recipe).unlink()
    shown = data_of(matrix.page())["cells"][0]
    assert (shown["status"], shown["error"]) == (
        "damaged",
        f"{matrix.cells[0].recipe}: missing; `ltsei repair` says what to do",
    )
    assert "values" not in shown


def test_shared_work_counts_once_for_its_owner(matrix):
    page = matrix.page().read_text(encoding="utf-8")
    table = page.split("<caption>Wall time by method and stage</caption>")[1].split("</table>")[0]
    texts = [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip() for row in table.split("<tr>")[2:]]
    assert texts[0] == "ce 2.6 min 2.6 min 2 812 MB"  # two seeds of 78 s
    assert texts[1] == "crt with ce 2.6 min 2.6 min 2 812 MB"


def test_stages_are_named_for_readers_in_the_order_in_which_they_run(matrix):
    stages = ("evaluate", "a_new_stage", "stage2_finetune")
    cells = [
        dataclasses.replace(cell, benchmarks=tuple((name, cell.method, cell.benchmarks[-1][2]) for name in stages))
        for cell in matrix.cells
    ]
    page = matrix.page(cells=cells).read_text(encoding="utf-8")
    heads = page.split("<caption>Wall time by method and stage</caption>")[1].split("</thead>")[0]
    assert re.findall(">([^<>]+)</th>", heads)[1:4] == ["stage 2 (fine-tuning)", "evaluation", "a new stage"]


def test_learning_curves_name_their_stage(matrix):
    cells = [dataclasses.replace(cell, histories=(("stage2_finetune", cell.histories[0][1]),)) for cell in matrix.cells]
    data = data_of(matrix.page(cells=cells))
    titles = [chart_of(data, position)[2]["title"] for position in data["cells"][0]["curves"]]
    assert titles == [f"stage 2 (fine-tuning): {panel}" for panel in ("loss", "accuracy, %", "learning rate")]


def test_the_values_of_post_hoc_steps_are_shown_with_their_file(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "tau_norm", "post_hoc_la"), ratios=("10",), seeds=(0,), natural=False)
    plain, swept, fixed = data_of(matrix.page())["cells"]
    assert plain["choices"] == []
    assert swept["choices"] == ["tau_norm: tau = 1.1, chosen on validation data"]
    assert fixed["choices"] == ["post_hoc_la: tau = 1, fixed"]
    named = ["stage3/sweep.csv" in [name for name, _ in cell["files"]] for cell in (plain, swept, fixed)]
    assert named == [False, True, True]


def test_groups_follow_the_rule_of_the_data_set(matrix):
    data = data_of(matrix.page(groups={"adsb_synth": {"rule": "quantile"}}))
    _, tables, _ = chart_of(data, data["conditions"][0]["classes"])
    assert [row["group"] for row in tables["rows"]] == ["many", "many", "medium", "medium", "few", "few"]


def test_links_to_files_are_relative_to_the_page(matrix):
    page = matrix.page()
    for cell in data_of(page)["cells"]:
        assert len(cell["files"]) >= 6
        assert all((page.parent / address).is_file() for _, address in cell["files"])


def test_curves_of_a_history_that_several_cells_share_are_stored_once(matrix):
    data = data_of(matrix.page())
    ce, crt, other_seed = (data["cells"][position]["curves"] for position in (0, 1, 2))
    assert crt[: len(ce)] == ce  # crt uses stage 1 of ce
    assert other_seed[0] != ce[0]


def test_user_text_is_escaped_everywhere(full_page):
    page, data = full_page.read_text(encoding="utf-8"), data_of(full_page)
    assert "<script>alert(1)" not in page
    assert "alert(1)" in chart_of(data, data["conditions"][0]["classes"])[1]["rows"][0]["name"]
    assert page.count("<script") == page.count("</script>") == 4


def test_the_page_may_load_nothing(full_page):
    page = re.sub(r"<script.*?</script>", "", full_page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:link|img|iframe|object)|@import|url\(", page)


def test_the_page_of_fifty_cells_is_small_enough_to_show_inside_a_snakemake_report(full_page):
    assert full_page.stat().st_size < 1.25e6


def test_equal_parts_of_cells_are_stored_once(matrix):
    data = data_of(matrix.page())
    assert len(data["surroundings"]) == 1
    assert (
        len({tuple(cell["classes"][name] for name in ("name", "group", "train_count")) for cell in data["cells"]}) == 1
    )
    assert data["recipes"][data["cells"][0]["recipe"]].startswith("stage1:")


def test_the_command_that_makes_a_cell_names_its_metrics(matrix):
    data = data_of(matrix.page())
    assert (data["options"], data["cells"][1]["target"]) == (
        "--cores all --configfile overlay.yaml",
        matrix.cells[1].metrics,
    )


def test_a_block_counts_only_its_own_seeds(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("10",), seeds=(0, 1, 2), natural=False)
    cells = [dataclasses.replace(cell, blocks=("ablation",) * (cell.seed < 2)) for cell in matrix.cells]
    blocks = [{"name": name, "title": name, "control": "ce"} for name in ("", "ablation")]
    data = data_of(matrix.page(cells=cells, blocks=blocks))
    assert [means_of(data, block)[0]["n"] for block in (0, 1)] == [3, 2]
    assert [comparisons_of(data, block)[0]["n"] for block in (0, 1)] == [3, 2]


def test_aliases_are_tested_once_and_share_the_comparison(matrix):
    twins = [dataclasses.replace(cell, method="again", title="") for cell in matrix.cells if cell.method == "crt"]
    data = data_of(matrix.page(cells=[*matrix.cells, *twins]))
    first, second = comparisons_of(data)
    assert [first["distinct"], second["distinct"]] == [True, False]
    assert {**first, "method": 2, "distinct": False} == second
    assert first["adjusted"] == first["p"]  # a single comparison needs no correction


def test_methods_without_results_under_every_condition_are_compared_where_they_have_some(full_page):
    data = data_of(full_page)
    crt = next(position for position, method in enumerate(data["methods"]) if method["name"] == "crt")
    everywhere, alone = ([row["method"] for row in comparisons_of(data, view=view)] for view in (0, 1))
    assert crt not in everywhere
    assert crt in alone


def test_a_natural_ratio_is_drawn_at_its_realised_ratio(full_page):
    data = data_of(full_page)
    _, tables, _ = chart_of(data, data["blocks"][0]["metrics"][0]["against_ratio"][-1])
    assert {row["natural"] for row in tables["rows"]} == {True}
    assert [row["ratio"] for row in tables["rows"]] == pytest.approx([3000 / 23] * 3, rel=1e-4)


def test_the_best_and_the_second_best_mean_are_marked(full_page):
    rows = sorted(means_of(data_of(full_page)).values(), key=lambda row: -row["mean"])
    assert [row["mark"] for row in rows[:3]] == ["best", "second", ""]


def test_a_missing_seed_is_counted_and_a_missing_method_has_its_state(matrix):
    Path(matrix.cells[0].metrics).unlink()
    for cell in matrix.cells:
        if cell.method == "crt":
            Path(cell.metrics).unlink()
            Path(cell.logs[-1]).unlink()
    ce, crt = table_of(data := data_of(matrix.page()), data["blocks"][0]["conditions"][0]["coverage"])
    assert (ce["planned"], ce["seeds"], ce["cell"], ce["missing"]) == (2, "1", 2, "")
    assert (crt["planned"], crt["seeds"], crt["cell"], crt["missing"]) == (2, "", 1, "not started")


def test_gains_and_losses_against_the_control_follow_the_better_direction(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("100",), seeds=range(3), natural=False)
    for cell in matrix.cells:
        better = (0.1 + 0.001 * cell.seed) * (cell.method == "crt")
        values = {"balanced_accuracy": 0.5 + better, "ece": 0.2 - better, "many_accuracy": 0.5 - better}
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), **values})
    data = data_of(matrix.page(blocks=[{"name": "", "title": "Ablation", "control": "ce"}]))
    names = [metric["name"] for metric in data["metrics"]]
    rows = table_of(data, data["blocks"][0]["views"][0]["deltas"]["rows"])
    crt = {names[row["metric"]]: (row["delta"], row["change"]) for row in rows if row["method"] == 1}
    assert crt["balanced_accuracy"] == (pytest.approx(0.101), "gain")
    assert crt["ece"] == (pytest.approx(-0.101), "gain")
    assert crt["many_accuracy"] == (pytest.approx(-0.101), "loss")
