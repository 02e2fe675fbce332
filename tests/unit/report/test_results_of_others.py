"""Results of others beside those of a matrix: where they stand, what they leave alone, and what is refused."""

import csv
import dataclasses
import json

import pytest
from conftest import SCRIPTS
from unit.report._scores import RUNS, scored

from ltsei.config.results_of_others import OtherResults
from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Matrix
from ltsei.report import recipe, results_of_others
from ltsei.report.leaderboard.entries import measured
from ltsei.report.matrix_tables import WRITERS
from ltsei.report.page.data import page_data
from ltsei.report.tables import markdown, paper_tables
from ltsei.report.tables.latex import latex

TABLE = """method,dataset,imbalance_ratio,metric,value,std,source
<b>Best_of & all,d,10,balanced_accuracy,0.99,,A 2024
<b>Best_of & all,d,10,ece,0.01,,A 2024
Partial,d,100,balanced_accuracy,0.5,0.02,B 2025
Elsewhere,other,100,balanced_accuracy,0.5,,B 2025
"""


@pytest.fixture
def results(tmp_path):
    """Scores of four methods at two ratios with three seeds."""
    return scored(tmp_path / "own", RUNS)


@pytest.fixture
def beside(results, tmp_path):
    """The same beside a published table and the folder of another matrix, on other signals at ratio 100."""
    path = tmp_path / "p.csv"
    path.write_text(TABLE)
    scored(tmp_path / "lab", {("theirs", "10"): [0.2, 0.4], ("theirs", "100"): [0.1, 0.1], ("x", "7"): [0.3]})
    for record in (tmp_path / "lab").glob("d/ir100/*/theirs/recipe.json"):
        content = json.loads(record.read_text())
        content["fingerprints"]["make_split"] = "another one"
        record.write_text(json.dumps(content))
    sources = [OtherResults(table=str(path)), OtherResults(folder=str(tmp_path / "lab"))]
    return dataclasses.replace(results, others=results_of_others.read(sources, results.cells))


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table_of(results):
    return next(table for table in paper_tables.tables(results) if table.name == "balanced_accuracy")


def test_they_follow_the_methods_without_a_mark_a_mean_a_rank_or_a_difference(beside, tmp_path):
    rows, lab = table_of(beside).rows, tmp_path / "lab"
    texts = {label: [entry.text for entry in entries] for label, entries in list(rows.items())[4:]}
    assert texts == {
        "<b>Best_of & all (published: A 2024)": ["99.0", "", "", "", ""],
        "Partial (published: B 2025)": ["", "50.0 ± 2.0", "", "", ""],
        f"theirs (from {lab})": ["30.0 ± 14.1", "", "", "", ""],
        f"theirs (from {lab}, other split another )": ["", "10.0 ± 0.0", "", "", ""],
    }
    assert {entry.mark for label in texts for entry in rows[label]} == {""}


def test_ranks_marks_and_tests_of_the_methods_stay_as_they_are(results, beside):
    assert list(table_of(beside).rows.items())[:4] == list(table_of(results).rows.items())
    first, second = (page_data(each, "report.html", "", "")["blocks"][0]["views"] for each in (results, beside))
    assert len(first) == len(second) == 3
    assert [[view["methods"], view["state"]] for view in first] == [[view["methods"], view["state"]] for view in second]


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in ("summary", "latex")])
def test_no_table_of_ranks_or_statistics_holds_them(name, results, beside, tmp_path):
    for each, path in ((results, tmp_path / "without"), (beside, tmp_path / "with")):
        WRITERS[name](str(path), each)
    assert (tmp_path / "with").read_bytes() == (tmp_path / "without").read_bytes()


def test_latex_and_markdown_set_them_apart_and_say_what_they_are(beside):
    table = table_of(beside)
    methods, others = latex(table).partition(r"\midrule")[2].split(r"\midrule")
    assert "class\\_uniform &" in methods
    assert "published" not in methods
    assert r"\textless{}b\textgreater{}Best\_of \& all (published: A 2024)" in others
    assert r"\bfseries" not in others
    assert results_of_others.EXPLAINED in table.caption
    lines = markdown.markdown(table).splitlines()
    assert "| *Partial \\(published: B 2025\\)* |  | 50.0 ± 2.0 |  |  |  |" in lines
    assert sum(line.startswith("| *") for line in lines) == 4


def test_the_summary_names_their_origin_below_the_methods(beside, results, tmp_path):
    for each, path in ((beside, tmp_path / "with.csv"), (results, tmp_path / "without.csv")):
        WRITERS["summary"](str(path), each)
    rows = read(tmp_path / "with.csv")
    alone = read(tmp_path / "without.csv")
    assert [{key: row[key] for key in alone[0]} for row in rows[: len(alone)]] == alone
    assert {row["origin"] for row in rows[: len(alone)]} == {""}
    best, *_, last = rows[len(alone) :]
    assert (best["method"], best["origin"]) == ("<b>Best_of & all", "published: A 2024")
    assert (best["balanced_accuracy_mean"], best["balanced_accuracy_n"], best["ece_mean"]) == ("0.99", "", "0.01")
    assert (last["method"], last["balanced_accuracy_n"], last["seeds"]) == ("theirs", "2", "")


def test_the_page_shows_them_by_metric_and_condition(beside):
    block = page_data(beside, "report.html", "", "")["blocks"][0]
    by_name = {"balanced_accuracy": 4, "overall_accuracy": 0, "ece": 1}
    assert {count: len(each["others"]) for count, each in zip(by_name, block["metrics"], strict=True)} == by_name
    assert block["metrics"][0]["others"][1]["numbers"] == [None, (0.5, 0.02)]


def test_runs_of_a_folder_that_share_a_split_count_once(tmp_path):
    scored(tmp_path, {("ce", "10"): [0.2, 0.7]})
    (tmp_path / "d" / "ir10" / "seed0-1").symlink_to(tmp_path / "d" / "ir10" / "seed0")
    (entry,) = measured(tmp_path)
    assert (round(entry.summary.mean, 6), entry.summary.n) == (0.45, 2)


def loaded(experiments, *sources, files=False) -> Matrix:
    return load_matrix(experiments | {"results_of_others": list(sources)}, SCRIPTS, files=files)


def test_a_change_of_the_list_makes_reports_anew_and_nothing_else(experiments, tmp_path):
    without, beside = load_matrix(experiments, SCRIPTS), loaded(experiments, {"table": str(tmp_path / "p.csv")})
    assert recipe.recipe(without, None).fingerprint != recipe.recipe(beside, None).fingerprint
    cell = without.cells()[0]
    assert without.expected(cell) == beside.expected(cell)


def test_what_is_missing_is_named_before_anything_runs(experiments, tmp_path):
    with pytest.raises(InputError, match=r"results_of_others\[0\]\.table: no file '.*p\.csv'"):
        loaded(experiments, {"table": str(tmp_path / "p.csv")}, files=True)
    with pytest.raises(InputError, match=r"results_of_others\[0\]\.folder: no folder '.*lab'"):
        loaded(experiments, {"folder": str(tmp_path / "lab")}, files=True)


def test_a_folder_above_the_results_of_the_matrix_holds_them(experiments, tmp_path):
    experiments["results"] = str(tmp_path / "results" / "mine")
    (problem,) = results_of_others.problems(loaded(experiments, {"folder": str(tmp_path / "results")}))
    assert problem.endswith("holds the results of this matrix; name another folder")


@pytest.mark.parametrize("entry", [{}, {"table": "a.csv", "folder": "b"}])
def test_an_entry_is_either_a_table_or_a_folder(experiments, entry):
    with pytest.raises(InputError, match=r"results_of_others\[0\]: expected either `table: FILE\.csv` or `folder:"):
        loaded(experiments, entry)


def test_an_unusable_source_is_one_sentence(experiments, tmp_path):
    ir = load_matrix(experiments, SCRIPTS).cells()[0].ir
    scored(tmp_path / "damaged", {("ce", ir, "small"): [0.5]})
    next((tmp_path / "damaged").rglob("metrics.json")).write_text("{")
    scored(tmp_path / "foreign", {("ce", ir, "large"): [0.5]})
    (tmp_path / "p.csv").write_text(TABLE)
    (tmp_path / "empty").mkdir()
    own = experiments["results"]
    folders = [own, *(str(tmp_path / name) for name in ("damaged", "foreign", "empty"))]
    matrix = loaded(experiments, *({"folder": each} for each in folders), {"table": str(tmp_path / "p.csv")})
    mine, damaged, foreign, empty, table = results_of_others.problems(matrix)
    assert mine == f"results_of_others[0].folder: {own} holds the results of this matrix; name another folder"
    assert "metrics.json: " in damaged
    assert "no cell has a data set and a ratio of the enabled blocks" in foreign
    assert "no finished cell" in empty
    assert table.startswith(
        f"results_of_others[4].table: {tmp_path / 'p.csv'}: none of its data sets (d, other) is one"
    )
