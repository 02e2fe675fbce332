"""The tables of a report as files: what stands in them, and that text of users stays text."""

import csv
import re
from pathlib import Path

import pytest
from unit.report._matrix import HOSTILE, data_of

from ltsei.core import files
from ltsei.evaluation.statistics import Summary
from ltsei.report import paper_tables
from ltsei.report.ranking_tables import places


@pytest.fixture(scope="module")
def tables(full):
    return full.tables()


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_table_of_a_batch_comparison_is_written(tables):
    assert {path.name for path in tables.values()} == {
        *("tidy.csv", "summary.csv", "statistics.csv", "all_results_full.csv", "ranking_overall.csv"),
        *("comparison_by_type.csv", "comparison_sampling.csv", "comparison_loss.csv"),
        *("matrix_oa.csv", "matrix_macc.csv", "matrix_hm.csv", "best_configurations.csv"),
        *("improvement_over_baseline.csv", "results.tex", "REPORT.md"),
    }
    assert all(len(rows_of(path)) for name, path in tables.items() if path.suffix == ".csv" and name != "matrix_hm")


def test_the_full_table_has_a_row_for_every_cell_with_its_state(full, tables):
    rows = rows_of(tables["all_results_full"])
    assert len(rows) == len(full.cells)
    assert sorted(row["state"] for row in rows if row["state"] != "done") == ["out of date", "stopped"]
    assert rows[0]["sampler"] == "instance balanced"


def test_statistics_of_the_file_are_those_of_the_page(full_page, tables):
    data = data_of(full_page)
    scope = next(each for each in data["scopes"] if each["block"] == "" and each["condition"] == 0)
    place = data["tested"].index(0)
    names = [method["name"] for method in data["methods"]]
    page = {names[int(m)]: found for m, found in scope["analyses"][place]["comparisons"].items()}
    rows = [
        row
        for row in rows_of(tables["statistics"])
        if (row["block"], row["dataset"], row["ir"], row["metric"]) == ("", "adsb_synth", "10", "balanced_accuracy")
    ]
    assert {row["method"] for row in rows} == {*page, "ce"}
    for row in rows:
        if row["method"] != "ce":
            assert float(row["mean"]) == pytest.approx(page[row["method"]]["mean"], rel=1e-4)
            assert float(row["adjusted"]) == pytest.approx(page[row["method"]]["adjusted"], rel=1e-4)


def test_the_ranking_is_by_balanced_accuracy_and_incomplete_methods_come_last(tables):
    rows = rows_of(tables["ranking_overall"])
    values = [row["balanced_accuracy"] for row in rows]
    defined = [float(value) for value in values if value]
    assert defined == sorted(defined, reverse=True)
    assert values == [*values[: len(defined)], *[""] * (len(values) - len(defined))]


def test_the_improvement_is_the_difference_of_paired_means(full, tables):
    rows = {
        (row["ir"], row["method"]): row
        for row in rows_of(tables["improvement_over_baseline"])
        if row["metric"] == "balanced_accuracy" and row["dataset"] == "adsb_synth"
    }
    found = {
        (cell.ir, cell.method, cell.seed): files.read_json(cell.metrics)["balanced_accuracy"]
        for cell in full.cells
        if cell.dataset == "adsb_synth" and cell.method in {"ce", "crt"}
    }
    for ir in ("10", "100"):
        mean = sum(found[ir, "crt", seed] - found[ir, "ce", seed] for seed in (0, 1)) / 2
        assert float(rows[ir, "crt"]["difference"]) == pytest.approx(mean)
        assert float(rows[ir, "crt"]["relative_percent"]) == pytest.approx(
            100 * mean / float(rows[ir, "crt"]["control_mean"])
        )


def test_a_matrix_holds_the_best_of_each_pair_of_loss_and_sampler(matrix):
    rows = {row["loss"]: row for row in rows_of(matrix.tables("matrix_macc")["matrix_macc"])}
    means = {
        row["method"]: row["balanced_accuracy"] for row in rows_of(matrix.tables("ranking_overall")["ranking_overall"])
    }
    assert rows["ce"]["instance balanced"] == means["ce"]
    assert rows["cross entropy"]["class balanced"] == means["crt"]
    assert rows["ce"]["class balanced"] == ""


def test_latex_marks_the_best_bold_and_the_second_underlined(full, tables):
    text = tables["latex"].read_text(encoding="utf-8")
    first = text.split(r"\end{table}")[0]
    columns = len(full.contents().findings.conditions)
    assert rf"\begin{{tabular}}{{l{'r' * columns}}}" in first
    assert all(rule in first for rule in (r"\toprule", r"\midrule", r"\bottomrule"))
    assert first.count(r"\textbf{") >= columns
    assert r"\underline{" in first
    body = first.split(r"\midrule")[1].split(r"\bottomrule")[0]
    assert all(line.count(" & ") == columns for line in body.strip().splitlines())


def test_text_of_users_is_text_in_every_markup(full):
    title = "50 % _a_ & {b} \\ ~ ^ # $"
    assert paper_tables.latex_text(title) == (
        r"50 \% \_a\_ \& \{b\} \textbackslash{} \textasciitilde{} \textasciicircum{} \# \$"
    )
    report = full.tables("markdown", title=f"Fake {HOSTILE} | *x*")["markdown"].read_text(encoding="utf-8")
    assert "<script>" not in report
    assert "&lt;script&gt;" in report
    assert r"\| \*x\*" in report


def test_markdown_tables_have_as_many_entries_in_every_row(tables):
    for block in re.split(r"\n\n+", tables["markdown"].read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) <= 1


def test_numbers_are_rounded_as_on_the_page():
    shown = paper_tables.metric("balanced_accuracy")
    assert paper_tables.number(Summary(0.7525, 0.00125, 2), shown) == "75.3 ± 0.1"
    assert paper_tables.number(Summary(0.5, None, 1), shown) == "50.0"
    assert paper_tables.number(Summary(None, None, 0), shown) == "–"


def test_equal_methods_share_a_place_and_undefined_ones_have_none():
    assert places([0.5, None, 0.7, 0.5]) == [2, None, 1, 2]


def test_a_control_of_zero_leaves_the_difference_and_no_percentage(matrix):
    for cell in matrix.cells:
        value = 0.0 if cell.method == "ce" else 0.25
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), "few_accuracy": value})
    rows = rows_of(matrix.tables("improvement_over_baseline")["improvement_over_baseline"])
    (row,) = [row for row in rows if row["metric"] == "few_accuracy"]
    assert (row["difference"], row["relative_percent"]) == ("0.25", "")


def test_a_missing_cell_is_empty_where_an_undefined_one_is_a_dash(matrix):
    files.write_json(matrix.cells[0].metrics, {**files.read_json(matrix.cells[0].metrics), "few_accuracy": None})
    files.write_json(matrix.cells[2].metrics, {**files.read_json(matrix.cells[2].metrics), "few_accuracy": None})
    tables = {table.name: table for table in paper_tables.tables(matrix.contents().findings)}
    assert [entry.text for entry in tables["few_accuracy"].rows["ce"]] == ["–"]
    for cell in matrix.cells:
        if cell.method == "ce":
            Path(cell.metrics).unlink()
    tables = {table.name: table for table in paper_tables.tables(matrix.contents().findings)}
    assert [entry.text for entry in tables["few_accuracy"].rows["ce"]] == [""]
