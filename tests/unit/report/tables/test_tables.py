"""The tables of a report: their numbers, and that text of users stays text."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest
from unit.report._matrix import HOSTILE, data_of, fake_matrix, table_of

from ltsei.core import files
from ltsei.report.tables import latex, paper_tables


@pytest.fixture(scope="module")
def tables(full):
    return full.tables()


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_table_is_written_and_has_rows(tables):
    assert {path.name for path in tables.values()} == {
        *("tidy.csv", "summary.csv", "statistics.csv", "all_results_full.csv", "ranking_overall.csv"),
        *("comparison_by_type.csv", "comparison_sampling.csv", "comparison_loss.csv"),
        *("matrix_oa.csv", "matrix_macc.csv", "matrix_hm.csv", "best_configurations.csv"),
        *("improvement_over_baseline.csv", "tuning.csv", "protocols.csv", "folds.csv", "domains.csv"),
        *("open_set.csv", "test_conditions.csv", "test_priors.csv", "results.tex", "REPORT.md"),
    }
    without = (  # nothing to show here
        *("matrix_hm", "tuning", "protocols", "folds", "domains"),
        *("open_set", "test_conditions", "test_priors"),
    )
    assert all(len(rows_of(path)) for name, path in tables.items() if path.suffix == ".csv" and name not in without)


def test_the_full_table_has_a_row_for_every_cell_with_its_state(full, tables):
    rows = rows_of(tables["all_results_full"])
    assert len(rows) == len(full.cells)
    assert sorted(row["state"] for row in rows if row["state"] != "done") == ["out of date", "stopped"]
    assert rows[0]["sampler"] == "instance balanced"


def test_the_table_of_statistics_has_the_numbers_of_the_page(full_page, tables):
    data = data_of(full_page)
    alone = next(view for view in data["blocks"][0]["views"] if view["condition"] == 0)
    on_page = {
        data["methods"][row["method"]]["name"]: row
        for row in table_of(data, alone["metrics"][0]["tests"]["comparisons"])
    }
    rows = [
        row
        for row in rows_of(tables["statistics"])
        if (row["block"], row["dataset"], row["ir"], row["metric"]) == ("", "adsb_synth", "10", "balanced_accuracy")
    ]
    assert {row["method"] for row in rows} == {*on_page, "ce"}
    for row in rows:
        for column in ("mean", "adjusted") if row["method"] != "ce" else ():
            expected = on_page[row["method"]][column]
            assert row[column] == "" if expected is None else float(row[column]) == pytest.approx(expected, rel=1e-4)


def test_the_ranking_is_by_balanced_accuracy_and_incomplete_methods_come_last(tables):
    rows = rows_of(tables["ranking_overall"])
    values = [row["balanced_accuracy"] for row in rows]
    defined = [float(value) for value in values if value]
    assert defined == sorted(defined, reverse=True)
    assert values == [*values[: len(defined)], *[""] * (len(values) - len(defined))]


def test_the_improvement_is_the_mean_of_paired_differences(full, tables):
    rows = {
        (row["ir"], row["method"]): row
        for row in rows_of(tables["improvement_over_baseline"])
        if row["metric"] == "balanced_accuracy" and row["dataset"] == "adsb_synth"
    }
    scores = {
        (cell.ir, cell.method, cell.seed): files.read_json(cell.metrics)["balanced_accuracy"]
        for cell in full.cells
        if cell.dataset == "adsb_synth" and cell.method in {"ce", "crt"}
    }
    for ir in ("10", "100"):
        mean = sum(scores[ir, "crt", seed] - scores[ir, "ce", seed] for seed in (0, 1)) / 2
        assert float(rows[ir, "crt"]["difference"]) == pytest.approx(mean)
        assert float(rows[ir, "crt"]["relative_percent"]) == pytest.approx(
            100 * mean / float(rows[ir, "crt"]["control_mean"])
        )


def test_the_matrix_of_losses_and_samplers_holds_the_best_method_of_each_pair(matrix):
    rows = {row["loss"]: row for row in rows_of(matrix.tables("matrix_macc")["matrix_macc"])}
    means = {
        row["method"]: row["balanced_accuracy"] for row in rows_of(matrix.tables("ranking_overall")["ranking_overall"])
    }
    assert rows["ce"]["instance balanced"] == means["ce"]
    assert rows["cross entropy"]["class balanced"] == means["crt"]
    assert rows["ce"]["class balanced"] == ""


def test_text_of_users_is_escaped_in_every_markup(full):
    title = "50 % _a_ & {b} \\ ~ ^ # $"
    assert latex.latex_text(title) == (
        r"50 \% \_a\_ \& \{b\} \textbackslash{} \textasciitilde{} \textasciicircum{} \# \$"
    )
    report = full.tables("markdown", title=f"Fake {HOSTILE} | *x*")["markdown"].read_text(encoding="utf-8")
    assert "<script>" not in report
    assert "&lt;script&gt;" in report
    assert r"\| \*x\*" in report


def test_all_rows_of_a_markdown_table_have_the_same_number_of_entries(tables):
    for block in re.split(r"\n\n+", tables["markdown"].read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) <= 1


def test_a_difference_to_a_control_of_zero_has_no_percentage(matrix):
    for cell in matrix.cells:
        value = 0.0 if cell.method == "ce" else 0.25
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), "few_accuracy": value})
    rows = rows_of(matrix.tables("improvement_over_baseline")["improvement_over_baseline"])
    (row,) = [row for row in rows if row["metric"] == "few_accuracy"]
    assert (row["difference"], row["relative_percent"]) == ("0.25", "")


def test_a_missing_cell_is_empty_and_an_undefined_value_a_dash(matrix):
    files.write_json(matrix.cells[0].metrics, {**files.read_json(matrix.cells[0].metrics), "few_accuracy": None})
    files.write_json(matrix.cells[2].metrics, {**files.read_json(matrix.cells[2].metrics), "few_accuracy": None})
    tables = {table.name: table for table in paper_tables.tables(matrix.contents().matrix_results)}
    assert [entry.text for entry in tables["few_accuracy"].rows["ce"]] == ["–"]
    for cell in matrix.cells:
        if cell.method == "ce":
            Path(cell.metrics).unlink()
    tables = {table.name: table for table in paper_tables.tables(matrix.contents().matrix_results)}
    assert [entry.text for entry in tables["few_accuracy"].rows["ce"]] == [""]


def test_no_cell_of_a_table_is_a_formula(tmp_path):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("100",), num_classes=6, natural=False)
    cells = [replace(cell, title=f"=HYPERLINK({cell.method})", kind="@kind") for cell in matrix.cells]
    paths = matrix.tables(cells=cells)
    for name, path in paths.items():
        if path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8") as file:
                texts = {text for row in csv.reader(file) for text in row}
            assert not [text for text in texts if re.match(r"[=@\t\r]|[+-](?![\d.])", text)], name
    assert "'=HYPERLINK(crt)" in paths["ranking_overall"].read_text(encoding="utf-8")
