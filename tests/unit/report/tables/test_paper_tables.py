"""Tables for a paper: their columns, which numbers are marked, and what the captions say."""

from unit.report._scores import scored

from ltsei.report.tables import paper_tables

ALL = ("balanced_accuracy", "overall_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy", "harmonic_mean")


def table_of(results, name):
    return next(table for table in paper_tables.tables(results) if table.name == name)


def texts(entries):
    return [(entry.text, entry.mark) for entry in entries]


def test_a_table_for_a_paper_has_a_column_per_condition_and_marks_in_each(results):
    columns = table_of(results, "balanced_accuracy").columns
    assert list(columns) == ["ratio 10", "ratio 100", "Mean", "Rank", "Difference"]
    assert texts(columns["ratio 10"]) == [
        ("54.0 ± 4.0", ""),
        ("63.0 ± 3.0", "second"),
        ("70.0 ± 1.0", "best"),
        ("52.0 ± 1.0", ""),
    ]
    assert texts(columns["ratio 100"]) == [
        ("32.0 ± 2.0", "second"),
        ("42.0 ± 3.5", "best"),
        ("22.0 ± 3.5", ""),
        ("32.0 ± 1.0", "second"),
    ]


def test_beside_them_are_mean_average_rank_and_difference_from_the_control(results):
    table = table_of(results, "balanced_accuracy")
    assert table.methods == ["ce", "crt", "focal", "class_uniform"]
    assert texts(table.columns["Mean"]) == [("43.0", ""), ("52.5", "best"), ("46.0", "second"), ("42.0", "")]
    assert texts(table.columns["Rank"]) == [("2.75", ""), ("1.50", ""), ("2.50", ""), ("3.25", "")]
    assert texts(table.columns["Difference"]) == [("–", ""), ("+9.5*", ""), ("+3.0", ""), ("−1.0", "")]
    assert table.caption == (
        "Balanced accuracy (mAcc) (%) on d, mean ± standard deviation, n = 3. Mean: over the conditions. Rank: average "
        "over the conditions, 1 is best. Difference: from ce, paired by condition and seed (*: significant at 5 %)."
    )


def test_a_significant_difference_has_a_star_that_the_caption_explains(tmp_path):
    noise = [0.001 * seed for seed in range(9)]
    runs = {("ce", "10"): [0.5] * 9, ("crt", "10"): [0.6 + each for each in noise]}
    table = table_of(scored(tmp_path, runs), "balanced_accuracy")
    assert [entry.text for entry in table.columns["Difference"]] == ["–", "+10.4*"]
    assert "(*: significant at 5 %)" in table.caption


def test_one_condition_needs_neither_mean_nor_rank(tmp_path):
    table = table_of(scored(tmp_path, {("ce", "10"): [0.5, 0.6], ("crt", "10"): [0.6, 0.7]}), "balanced_accuracy")
    assert list(table.columns) == ["ratio 10", "Difference"]


def test_many_conditions_are_split_over_several_tables_the_overall_columns_in_the_last(tmp_path):
    ratios = [str(ratio) for ratio in range(10, 17)]
    results = scored(tmp_path, {(method, ir): [0.5] for method in ("ce", "crt", "focal") for ir in ratios})
    first, second = paper_tables.tables(results)
    assert list(first.columns) == [f"ratio {ir}" for ir in ratios[:5]]
    assert list(second.columns)[:3] == ["ratio 15", "ratio 16", "Mean"]
    assert (first.name, second.name) == ("balanced_accuracy-1", "balanced_accuracy-2")
    assert second.caption.endswith("Part 2 of 2.")


def test_the_caption_says_how_many_seeds_are_behind_a_number(tmp_path):
    def caption(folder, runs):
        return table_of(scored(tmp_path / folder, runs), "balanced_accuracy").caption

    assert "a single seed, no spread, n = 1." in caption("one", {("ce", "10"): [0.5], ("crt", "10"): [0.6]})
    mixed = {("ce", "10"): [0.5, 0.6, None], ("crt", "10"): [0.6, 0.7, 0.8]}
    assert "mean ± standard deviation, n = 2–3." in caption("mixed", mixed)
    wide = {("ce", "10"): [0.5, *[None] * 7], ("crt", "10"): [0.6] * 8}
    assert "mean ± standard deviation, n = 1–8." in caption("wide", wide)
    assert "mean ± standard deviation, n = 2." in caption("two", {("ce", "10"): [0.5, 0.6]})


def test_the_caption_names_a_condition_that_does_not_count(tmp_path):
    runs = {(method, ir): [None if ir == "10" else 0.5] for method in ("ce", "crt") for ir in ("10", "50", "100")}
    caption = table_of(scored(tmp_path, runs), "balanced_accuracy").caption
    assert "Mean: over the conditions, without ratio 10, where it is undefined." in caption


def test_a_cell_without_results_is_empty_and_an_undefined_value_is_a_dash(tmp_path):
    scores = {("ce", "10"): [0.5], ("crt", "10"): ["missing"], ("focal", "10"): [None]}
    table = table_of(scored(tmp_path / "cells", scores), "balanced_accuracy")
    assert {method: entries[0].text for method, entries in table.rows.items()} == {
        "ce": "50.0",
        "crt": "",
        "focal": "–",
    }


def test_a_report_has_a_table_for_each_headline_metric_in_this_order(tmp_path):
    names = ["harmonic_mean", "few_accuracy", "medium_accuracy", "many_accuracy", "g_mean", "overall_accuracy"]
    scores = {name: [0.5 + place / 100] for place, name in enumerate([*names, "balanced_accuracy"])}
    results = scored(tmp_path / "cells", {("ce", "10"): scores})
    assert [table.name for table in paper_tables.tables(results)] == list(ALL)


def test_overall_accuracy_that_equals_balanced_accuracy_has_no_table_of_its_own(tmp_path):
    def tables(folder, overall):
        return paper_tables.tables(
            scored(tmp_path / folder, {("ce", "10"): {"balanced_accuracy": [0.5], "overall_accuracy": [overall]}})
        )

    (only,) = tables("equal", 0.5)
    assert (only.name, "Overall accuracy has the same values." in only.caption) == ("balanced_accuracy", True)
    assert [table.name for table in tables("different", 0.6)] == ["balanced_accuracy", "overall_accuracy"]
