"""The report from its files: what is written, what is said of what is absent."""

import csv
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ltsei import files


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


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
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", listing)).strip()
    assert text.endswith("adsb_synth, ratio 100 crt 0 not finished log")
    assert 'href="../adsb_synth/ir100/seed0/crt/evaluate.log"' in listing


def test_a_report_without_any_result_is_still_written(matrix):
    for cell in matrix.cells:
        remove(cell.metrics)
    for path in [*matrix.splits.values(), *matrix.metas.values()]:
        remove(path)
    out = matrix.build()
    assert all(path.stat().st_size for path in out.values())
    page = out["html"].read_text(encoding="utf-8")
    assert "4 missing" in page
    assert not re.search('<select|id="(?:results|cell|classes)"', page)
    assert "No results yet" in figure_text(out["balanced_accuracy"])


def test_equal_results_give_equal_bytes(matrix):
    first = {name: path.read_bytes() for name, path in matrix.build().items()}
    assert first == {name: path.read_bytes() for name, path in matrix.build().items()}


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


def test_report_does_not_import_torch():
    code = "import sys, ltsei.report, ltsei.statistics; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_failed_cell_is_named_with_its_error(matrix):
    remove(matrix.cells[1].metrics)
    remove(matrix.cells[1].logs[-1])
    log = Path(matrix.cells[1].logs[0])
    log.write_text("2026-01-01 INFO start\n2026-01-01 ERROR stage1: training diverged <in epoch 3>\n", encoding="utf-8")
    page = matrix.build("html")["html"].read_text(encoding="utf-8")
    assert "failed: stage1: training diverged &lt;in epoch 3&gt;" in page
