"""The report from its files: what is written, what is said of what is absent."""

import csv
import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ltsei import files
from ltsei.report.cells import read_benchmark, read_history
from ltsei.report.page import duration


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def data_of(path):
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL
    )
    return json.loads(found[1])


def remove(path):
    """Take a file away, as a cell which failed leaves it."""
    Path(path).unlink()


def figure_text(path):
    return " ".join(ElementTree.parse(path).getroot().itertext())


def test_tidy_has_one_row_per_number_of_a_cell(matrix):
    rows = rows_of(matrix.build("tidy")["tidy"])
    metrics = files.read_json(matrix.cells[0].metrics)
    own = [row for row in rows if (row["method"], row["seed"]) == ("ce", "0")]
    assert len(rows) == 4 * (len(metrics) - 4)
    assert {row["metric"]: row["value"] for row in own}["balanced_accuracy"] == str(metrics["balanced_accuracy"])


def test_undefined_is_an_empty_value_in_the_tables(matrix):
    for cell in matrix.cells:
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), "few_accuracy": None})
    out = matrix.build("tidy", "summary")
    assert {row["value"] for row in rows_of(out["tidy"]) if row["metric"] == "few_accuracy"} == {""}
    first = rows_of(out["summary"])[0]
    assert (first["few_accuracy_mean"], first["few_accuracy_sd"], first["few_accuracy_n"]) == ("", "", "0")


def test_summary_counts_the_seeds_that_exist_beside_those_planned(matrix):
    values = [files.read_json(cell.metrics)["balanced_accuracy"] for cell in matrix.cells if cell.method == "crt"]
    both = rows_of(matrix.build("summary")["summary"])[1]
    assert both["method"] == "crt"
    assert float(both["balanced_accuracy_mean"]) == pytest.approx(sum(values) / 2)
    remove(matrix.cells[1].metrics)
    one = rows_of(matrix.build("summary")["summary"])[1]
    assert (one["seeds"], one["balanced_accuracy_n"], one["balanced_accuracy_sd"]) == ("2", "1", "")


def test_a_missing_cell_is_named_with_its_log(matrix):
    remove(matrix.cells[1].metrics)
    page = matrix.build("html")["html"].read_text(encoding="utf-8")
    listing = page.split('<table id="missing">')[1].split("</table>")[0]
    assert re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", listing)).strip().endswith("adsb_synth, ratio 100 crt 0 log")
    assert 'href="../adsb_synth/ir100/seed0/crt/evaluate.log"' in listing


def test_a_report_without_any_result_is_still_written(matrix):
    for cell in matrix.cells:
        remove(cell.metrics)
    for path in [*matrix.splits.values(), *matrix.metas.values()]:
        remove(path)
    out = matrix.build()
    assert all(path.stat().st_size for path in out.values())
    assert "4 missing" in out["html"].read_text(encoding="utf-8")
    assert "No results yet" in figure_text(out["balanced_accuracy"])


def test_a_cell_with_metrics_only_is_shown(matrix):
    cell = matrix.cells[0]
    for path in (cell.per_class, cell.confusion, cell.recipe, cell.log, cell.histories[0][1], cell.benchmarks[0][1]):
        remove(path)
    shown = data_of(matrix.build("html")["html"])["cells"][0]
    assert shown["values"]
    assert (shown["classes"], shown["confusion"], shown["histories"], shown["recipe"]) == ([], [], [], "")
    assert [name for name, _ in shown["files"]] == ["metrics.json"]


def test_a_result_of_other_code_is_listed_with_the_level_that_differs(matrix):
    record = files.read_json(matrix.cells[1].recipe)
    files.write_json(matrix.cells[1].recipe, {**record, "fingerprints": {"split": "s1", "stage1": "older"}})
    out = matrix.build("html")["html"]
    assert [cell["stale"] for cell in data_of(out)["cells"]] == [[], ["stage1"], [], []]
    assert "1 out of date" in out.read_text(encoding="utf-8")


def test_a_result_without_a_recipe_differs_in_every_level(matrix):
    remove(matrix.cells[0].recipe)
    assert data_of(matrix.build("html")["html"])["cells"][0]["stale"] == ["split", "stage1"]


def test_shared_work_counts_once_for_its_owner(matrix):
    page = matrix.build("html")["html"].read_text(encoding="utf-8")
    table = page.split("<caption>Wall time by method and stage</caption>")[1].split("</table>")[0]
    texts = [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip() for row in table.split("<tr>")[2:]]
    assert texts[0] == "ce 2.6 min 2.6 min 2 812 MB"  # two seeds of 78 s
    assert texts[1] == "crt with ce 2.6 min 2.6 min 2 812 MB"


def test_links_to_files_are_relative_to_the_page(matrix):
    out = matrix.build("html")["html"]
    for cell in data_of(out)["cells"]:
        assert len(cell["files"]) >= 6
        assert all((out.parent / address).is_file() for _, address in cell["files"])


def test_a_history_that_several_cells_use_is_embedded_once(matrix):
    data = data_of(matrix.build("html")["html"])
    assert len(data["histories"]) == 4  # stage 1 of ce and stage 2 of crt, two seeds each
    assert data["cells"][1]["histories"][0] == data["cells"][0]["histories"][0]


def test_empty_columns_of_a_history_are_left_out(matrix):
    assert "gate_entropy" not in read_history(matrix.cells[0].histories[0][1])


def test_an_absent_benchmark_has_no_wall_time(tmp_path):
    assert read_benchmark(str(tmp_path / "absent.tsv")) is None


def test_a_benchmark_too_short_to_measure_memory_has_its_wall_time(tmp_path):
    path = tmp_path / "benchmark.tsv"
    path.write_text("s\th:m:s\tmax_rss\n0.5\t0:00:00\tNA\n", encoding="utf-8")
    assert read_benchmark(str(path)) == (0.5, None)


def test_equal_results_give_equal_bytes(matrix):
    first = {name: path.read_bytes() for name, path in matrix.build().items()}
    assert first == {name: path.read_bytes() for name, path in matrix.build().items()}


def test_methods_with_one_title_keep_names_of_their_own(matrix):
    cells = [dataclasses.replace(cell, title="Same") for cell in matrix.cells]
    labels = [method["label"] for method in data_of(matrix.build("html", cells=cells)["html"])["methods"]]
    assert labels == ["Same (ce)", "Same (crt)"]


def test_user_text_is_escaped_everywhere(full_report):
    page = full_report["html"].read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "alert(1)" in data_of(full_report["html"])["conditions"][0]["classes"][0]["name"]
    assert page.count("<script") == page.count("</script>")


def test_the_page_may_load_nothing(full_report):
    page = re.sub(r"<script.*?</script>", "", full_report["html"].read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:link|img|iframe|object)|@import|url\(", page)


def test_the_page_of_fifty_cells_is_small_enough_to_show_inside_a_snakemake_report(full_report):
    assert full_report["html"].stat().st_size < 1.25e6


def test_figures_have_a_size_and_name_what_they_show(full_report):
    for name, words in {
        "balanced_accuracy": ["Balanced accuracy", "MoE-LTSEI", "mitdb"],
        "groups": ["many", "few", "mitdb, natural ratio"],
        "class_distribution": ["Training signals", "adsb_synth, ratio 100"],
    }.items():
        root = ElementTree.parse(full_report[name]).getroot()
        assert float(root.get("width")) > 300
        assert float(root.get("height")) > 200
        assert all(word in figure_text(full_report[name]) for word in words)


def test_a_natural_ratio_stands_where_its_split_puts_it(full_report):
    natural = data_of(full_report["html"])["conditions"][-1]
    assert (natural["ir"], natural["dataset"]) == ("natural", "mitdb")
    assert natural["ratio"] == pytest.approx(3000 / 23)


def test_wall_times_are_written_for_readers():
    assert [duration(seconds) for seconds in (4.26, 90, 3599, 7380)] == ["4.3 s", "1.5 min", "1 h 00 min", "2 h 03 min"]


def test_report_does_not_import_torch():
    code = "import sys, ltsei.report, ltsei.statistics; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
