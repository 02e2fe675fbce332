"""The report from the files of its cells: what is written, and what it says about missing files."""

import csv
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from unit.report._matrix import data_of, fake_matrix

from ltsei.core import files
from ltsei.report.matrix_figures import FIGURES
from ltsei.report.style import FIGURE_FONT
from ltsei.runtime.lease import Lease


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def remove(path):
    """Delete a file, as if the cell had failed."""
    Path(path).unlink()


def figure_text(path):
    return " ".join(ElementTree.parse(path).getroot().itertext())


def test_tidy_has_one_row_per_number_of_a_cell(matrix):
    rows = rows_of(matrix.tables("tidy")["tidy"])
    metrics = files.read_json(matrix.cells[0].metrics)
    of_cell = [row for row in rows if (row["method"], row["seed"]) == ("ce", "0")]
    assert len(rows) == 4 * (len(metrics) - 4)
    assert {row["metric"]: row["value"] for row in of_cell}["balanced_accuracy"] == str(metrics["balanced_accuracy"])


def test_undefined_is_an_empty_value_in_the_tables(matrix):
    for cell in matrix.cells:
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), "few_accuracy": None})
    out = matrix.tables("tidy", "summary")
    assert {row["value"] for row in rows_of(out["tidy"]) if row["metric"] == "few_accuracy"} == {""}
    first = rows_of(out["summary"])[0]
    assert (first["few_accuracy_mean"], first["few_accuracy_sd"], first["few_accuracy_n"]) == ("", "", "0")


def test_summary_counts_the_seeds_that_exist_beside_those_planned(matrix):
    values = [files.read_json(cell.metrics)["balanced_accuracy"] for cell in matrix.cells if cell.method == "crt"]
    both = rows_of(matrix.tables("summary")["summary"])[1]
    assert both["method"] == "crt"
    assert float(both["balanced_accuracy_mean"]) == pytest.approx(sum(values) / 2)
    remove(matrix.cells[1].metrics)
    one = rows_of(matrix.tables("summary")["summary"])[1]
    assert (one["seeds"], one["balanced_accuracy_n"], one["balanced_accuracy_sd"]) == ("2", "1", "")


def test_a_cell_that_is_not_done_has_the_state_in_its_logs(matrix):
    log = Path(matrix.cells[1].logs[-1])
    remove(matrix.cells[1].metrics)

    def status(text):
        log.write_text(f"2026-01-01 12:00:00,000 {text}\n", encoding="utf-8")
        return data_of(matrix.page())["cells"][1]["status"]

    with Lease(log.with_suffix(".lease"), stop=lambda: True, asked=lambda: None):
        assert status("INFO evaluate: start") == "running"
    assert status("INFO evaluate: start") == "stopped"
    assert status("ERROR stage1: stopped in epoch 3 after step 2; run the same command to resume") == "stopped"
    assert status("INFO stage1: done") == "not started"
    assert data_of(matrix.page())["cells"][1]["log"] == ""
    remove(log)
    assert "1 not started" in matrix.page().read_text(encoding="utf-8")


def test_a_report_without_any_results_is_written(matrix):
    for cell in matrix.cells:
        remove(cell.metrics)
        remove(cell.logs[-1])
    for path in [*matrix.splits.values(), *matrix.metas.values(), *matrix.examples.values()]:
        remove(path)
    assert "4 not started" in matrix.page().read_text(encoding="utf-8")
    assert all(path.stat().st_size for path in matrix.tables().values())
    figures = matrix.figures()
    assert "balanced accuracy: not defined by these results" in figure_text(figures["balanced_accuracy"])


def test_equal_results_give_equal_bytes(matrix):
    def written():
        return {name: path.read_bytes() for name, path in {"page": matrix.page(), **matrix.tables()}.items()}

    assert written() == written()


def test_figures_name_what_they_show(full_figures):
    for name, texts in {
        "balanced_accuracy": ["Balanced accuracy", "MoE-LTSEI", "mitdb"],
        "groups": ["many", "few", "mitdb, natural ratio"],
        "class_distribution": ["Training signals", "adsb_synth, ratio 100"],
        "heat_map": ["MoE-LTSEI", "adsb_synth, ratio 10"],
        "trade_off": ["Many-shot accuracy, %, mean over 1 of 3 conditions", "Few-shot accuracy, %, mean over 1 of 3"],
        "critical_difference": ["critical difference", "cb"],
        "differences": ["difference from ce", "cb"],
        "pareto": ["Seconds per cell"],
    }.items():
        missing = [text for text in texts if text not in figure_text(full_figures[name])]
        assert not missing, (name, missing)


def test_few_shot_accuracy_is_drawn_against_many_shot_accuracy(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("100",), natural=False)
    text = figure_text(matrix.figures()["trade_off"])
    assert all(word in text for word in ("Many-shot accuracy", "Few-shot accuracy", "crt"))


def test_figures_use_the_font_that_their_text_was_measured_with(full_figures):
    fonts = {font for path in full_figures.values() for font in re.findall('font-family="([^"]*)"', path.read_text())}
    assert fonts == {FIGURE_FONT}


def test_figures_are_one_or_two_columns_wide_in_every_format(full_figures):
    for name, path in full_figures.items():
        width = 176 if FIGURES[name][0] else 85
        svg, pdf, png = (path.with_suffix(suffix).read_bytes() for suffix in (".svg", ".pdf", ".png"))
        assert float(re.match(rb'<svg [^>]*?width="([\d.]+)mm"', svg)[1]) == pytest.approx(width), name
        assert float(re.search(rb"/MediaBox ?\[0 0 ([\d.]+)", pdf)[1]) == pytest.approx(width / 25.4 * 72, abs=0.1)
        assert int.from_bytes(png[16:20], "big") == pytest.approx(width / 25.4 * 100, rel=0.02)


def test_the_report_does_not_load_torch():
    code = "import sys, ltsei.report.write, ltsei.evaluation.statistics; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_failed_cell_is_named_with_its_error(matrix):
    remove(matrix.cells[1].metrics)
    remove(matrix.cells[1].logs[-1])
    log = Path(matrix.cells[1].logs[0])
    log.write_text("2026-01-01 12:00:00,000 ERROR stage1: training diverged <in epoch 3>\n", encoding="utf-8")
    failed = data_of(matrix.page())["cells"][1]
    assert (failed["status"], failed["error"]) == ("failed", "stage1: training diverged <in epoch 3>")
