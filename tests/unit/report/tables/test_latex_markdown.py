"""Tables for a paper: which numbers are marked, and how they are set."""

import string

import pytest
from unit.report._scores import scored

from ltsei.report.tables import latex_markdown


def table_of(results, name):
    return next(table for table in latex_markdown.tables(results) if table.name == name)


def test_a_table_for_a_paper_has_a_column_per_condition_and_marks_in_each(results):
    table = table_of(results, "balanced_accuracy")
    assert table.caption == "Balanced accuracy (mAcc) (%), mean ± standard deviation, n = 3"
    assert list(table.columns) == ["d, ratio 10", "d, ratio 100"]
    assert {method: [(entry.text, entry.mark) for entry in row] for method, row in table.rows.items()} == {
        "ce": [("54.0 ± 4.0", ""), ("32.0 ± 2.0", "second")],
        "crt": [("63.0 ± 3.0", "second"), ("42.0 ± 3.5", "best")],
        "focal": [("70.0 ± 1.0", "best"), ("22.0 ± 3.5", "")],
        "class_uniform": [("52.0 ± 1.0", ""), ("32.0 ± 1.0", "second")],
    }


def test_the_caption_says_how_many_seeds_are_behind_a_number(tmp_path):
    one = scored(tmp_path / "one", {("ce", "10"): [0.5], ("crt", "10"): [0.6]})
    mixed = scored(tmp_path / "mixed", {("ce", "10"): [0.5, 0.6, None], ("crt", "10"): [0.6, 0.7, 0.8]})
    assert table_of(one, "balanced_accuracy").caption.endswith("a single seed, no spread, n = 1")
    wide = scored(tmp_path / "wide", {("ce", "10"): [0.5, *[None] * 7], ("crt", "10"): [0.6] * 8})
    two = scored(tmp_path / "two", {("ce", "10"): [0.5, 0.6]})
    assert table_of(mixed, "balanced_accuracy").caption.endswith("mean ± standard deviation, n = 2–3")
    assert table_of(wide, "balanced_accuracy").caption.endswith("mean ± standard deviation, n = 1–8")
    assert table_of(two, "balanced_accuracy").caption.endswith("mean ± standard deviation, n = 2")
    assert [table.name for table in latex_markdown.tables(one)] == ["balanced_accuracy"]


def test_a_cell_without_results_is_empty_and_an_undefined_value_is_a_dash(tmp_path):
    scores = {("ce", "10"): [0.5], ("crt", "10"): ["missing"], ("focal", "10"): [None]}
    table = table_of(scored(tmp_path / "cells", scores), "balanced_accuracy")
    assert {method: [entry.text for entry in row] for method, row in table.rows.items()} == {
        **{"ce": ["50.0"], "crt": [""], "focal": ["–"]}
    }


def test_latex_has_the_caption_the_header_and_a_marked_row_per_method(results):
    lines = latex_markdown.latex(table_of(results, "balanced_accuracy")).splitlines()
    assert lines == [
        r"\begin{table}",
        r"\centering",
        r"\caption{Balanced accuracy (mAcc) (\%), mean $\pm$ standard deviation, n = 3}",
        r"\label{tab:balanced_accuracy}",
        r"\begin{tabular}{lrr}",
        r"\toprule",
        r"Method & d, ratio 10 & d, ratio 100 \\",
        r"\midrule",
        r"ce & 54.0 $\pm$ 4.0 & \underline{32.0 $\pm$ 2.0} \\",
        r"crt & \underline{63.0 $\pm$ 3.0} & \textbf{42.0 $\pm$ 3.5} \\",
        r"focal & \textbf{70.0 $\pm$ 1.0} & 22.0 $\pm$ 3.5 \\",
        r"class\_uniform & 52.0 $\pm$ 1.0 & \underline{32.0 $\pm$ 1.0} \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def test_the_file_for_latex_has_all_tables_and_names_the_package_they_need(results, tmp_path):
    latex_markdown.write_latex(str(tmp_path / "results.tex"), results)
    tables = [latex_markdown.latex(table_of(results, name)) for name in ("balanced_accuracy", "overall_accuracy")]
    text = (tmp_path / "results.tex").read_text(encoding="utf-8")
    assert text == f"% \\usepackage{{booktabs}}\n{tables[0]}\n\n{tables[1]}\n"


def test_markdown_has_places_and_the_same_tables(results, tmp_path):
    latex_markdown.write_markdown(str(tmp_path / "REPORT.md"), results, "A *heading*", "first note\nsecond note")
    blocks = (tmp_path / "REPORT.md").read_text(encoding="utf-8").split("\n\n")
    assert blocks[:4] == [r"# A \*heading\*", "24 of 24 cells are done.", "first note", "second note"]
    assert blocks[4] == "### Balanced accuracy (mAcc), mean over 2 conditions"
    assert blocks[5].splitlines() == [
        "| Method | Place | Average rank | % |",
        "| --- | ---: | ---: | ---: |",
        "| crt | 1 | 1.50 | 52.5 |",
        "| focal | 2 | 2.50 | 46.0 |",
        "| ce | 3 | 2.75 | 43.0 |",
        r"| class\_uniform | 4 | 3.25 | 42.0 |",
    ]
    assert blocks[6].strip() == (
        r"Best: place 1. Chosen on the test data among 4 methods. Not distinguishable from it "
        r"\(Student's t of the seeds, corrected for 3 comparisons\): focal."
    )
    table = latex_markdown.markdown(table_of(results, "balanced_accuracy")).splitlines()
    assert table == [
        r"### Balanced accuracy \(mAcc\) \(%\), mean ± standard deviation, n = 3",
        "",
        "| Method | d, ratio 10 | d, ratio 100 |",
        "| --- | ---: | ---: |",
        "| ce | 54.0 ± 4.0 | <u>32.0 ± 2.0</u> |",
        "| crt | <u>63.0 ± 3.0</u> | **42.0 ± 3.5** |",
        "| focal | **70.0 ± 1.0** | 22.0 ± 3.5 |",
        r"| class\_uniform | 52.0 ± 1.0 | <u>32.0 ± 1.0</u> |",
    ]
    assert "\n".join(table) in "\n\n".join(blocks)


def test_markdown_without_values_has_no_places(tmp_path):
    results = scored(tmp_path / "cells", {("ce", "10"): [None], ("crt", "10"): ["missing"]})
    latex_markdown.write_markdown(str(tmp_path / "REPORT.md"), results, "Heading", "")
    assert (tmp_path / "REPORT.md").read_text(encoding="utf-8") == "# Heading\n\n1 of 2 cells are done.\n"


def test_a_report_has_a_table_for_each_headline_metric_in_this_order(tmp_path):
    names = ["harmonic_mean", "few_accuracy", "medium_accuracy", "many_accuracy", "g_mean", "overall_accuracy"]
    results = scored(tmp_path / "cells", {("ce", "10"): {name: [0.5] for name in [*names, "balanced_accuracy"]}})
    assert [table.name for table in latex_markdown.tables(results)] == [
        *("balanced_accuracy", "overall_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean")
    ]


@pytest.mark.parametrize("letter", list("&%$#_{}"))
def test_every_special_letter_of_latex_is_escaped(letter):
    assert latex_markdown.latex_text(f"a{letter}b") == f"a\\{letter}b"


@pytest.mark.parametrize(
    ("letter", "text"), [("\\", r"\textbackslash{}"), ("~", r"\textasciitilde{}"), ("^", r"\textasciicircum{}")]
)
def test_letters_that_latex_has_a_command_for_become_this_command(letter, text):
    assert latex_markdown.latex_text(letter) == text


@pytest.mark.parametrize(("letter", "text"), [("τ", r"$\tau$"), ("→", r"$\rightarrow$"), ("±", r"$\pm$")])
def test_symbols_are_set_as_mathematics(letter, text):
    assert latex_markdown.latex_text(letter) == text


def test_other_text_stays_as_it_is():
    text = f"{string.ascii_letters}{string.digits} .,:;!?'()[]/<>|*+-=@–χ²"
    assert latex_markdown.latex_text(text) == text


def test_a_line_break_in_a_name_does_not_break_a_markdown_table():
    assert latex_markdown.markdown_text("a\nb <c> > d") == r"a b &lt;c&gt; &gt; d"


@pytest.mark.parametrize("line_break", ["\n\n", "\r", "\r\n", "\u2028"])
def test_a_title_stays_in_its_cell(line_break):
    title = f"a{line_break}\\input{{/etc/passwd}} | b"
    assert latex_markdown.latex_text(title) == r"a \textbackslash{}input\{/etc/passwd\} | b"
    assert latex_markdown.markdown_text(title) == r"a \\input\{/etc/passwd\} \| b"
