"""The report in Markdown."""

import pytest
from unit.report._scores import scored

from ltsei.report.tables import paper_tables
from ltsei.report.tables.markdown import markdown, markdown_text, write_markdown


def test_markdown_has_places_and_the_tables_for_a_paper(results, tmp_path):
    write_markdown(str(tmp_path / "REPORT.md"), results, "A *heading*", "first note\nsecond note")
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
        r"Best: place 1. It was chosen on the test data, as the best of 4 methods. Not distinguishable from it "
        r"\(t-test over seeds, corrected for 3 comparisons\): focal."
    )
    table = markdown(paper_tables.tables(results)[0]).splitlines()
    assert table[0].startswith(r"### Balanced accuracy \(mAcc\) \(%\) on d, mean ± standard deviation, n = 3.")
    assert table[2:] == [
        "| Method | ratio 10 | ratio 100 | Mean | Rank | Difference |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| ce | 54.0 ± 4.0 | <u>32.0 ± 2.0</u> | 43.0 | 2.75 | – |",
        r"| crt | <u>63.0 ± 3.0</u> | **42.0 ± 3.5** | **52.5** | 1.50 | +9.5\* |",
        "| focal | **70.0 ± 1.0** | 22.0 ± 3.5 | <u>46.0</u> | 2.50 | +3.0 |",
        r"| class\_uniform | 52.0 ± 1.0 | <u>32.0 ± 1.0</u> | 42.0 | 3.25 | −1.0 |",
    ]
    assert "\n".join(table) in "\n\n".join(blocks)


def test_markdown_without_values_has_no_places(tmp_path):
    results = scored(tmp_path / "cells", {("ce", "10"): [None], ("crt", "10"): ["missing"]})
    write_markdown(str(tmp_path / "REPORT.md"), results, "Heading", "")
    assert (tmp_path / "REPORT.md").read_text(encoding="utf-8") == "# Heading\n\n1 of 2 cells are done.\n"


def test_a_line_break_in_a_name_does_not_break_a_markdown_table():
    assert markdown_text("a\nb <c> > d") == r"a b &lt;c&gt; &gt; d"


@pytest.mark.parametrize("line_break", ["\n\n", "\r", "\r\n", "\u2028"])
def test_a_title_stays_in_its_cell(line_break):
    assert markdown_text(f"a{line_break}\\input{{/etc/passwd}} | b") == r"a \\input\{/etc/passwd\} \| b"
