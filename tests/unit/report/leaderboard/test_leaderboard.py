"""Leaderboards of several results folders: what is in one table, in which order, and what has no place."""

import dataclasses
from html import unescape

import pytest

from ltsei.core.errors import InputError
from ltsei.evaluation.statistics import Summary
from ltsei.report.leaderboard import page
from ltsei.report.leaderboard.entries import Entry
from ltsei.report.remarks import remarks

HEAD = "method,dataset,imbalance_ratio,metric,value,std,seeds,source\n"


def measured(method, mean, folder="a", signals=("data", "split"), metric="balanced_accuracy"):
    return Entry("d", "50", method, metric, Summary(mean, 0.01, 3), folder, signals)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes the page of folder -> entries, and of the text of a CSV file; returns its tables."""

    def write(folders, text="", metric="balanced_accuracy"):
        for name in folders:
            (tmp_path / name).mkdir()
        monkeypatch.setattr(page, "measured", lambda folder: folders[folder.name])
        (tmp_path / "p.csv").write_text(HEAD + text)
        paths = [*(tmp_path / name for name in folders), *([tmp_path / "p.csv"] if text else [])]
        page.write_page(paths, metric, tmp_path / "page.html")
        return unescape((tmp_path / "page.html").read_text().partition("<main>")[2])

    return write


def in_order(text, *words):
    places = [text.index(word) for word in words]
    return places == sorted(places)


def test_methods_of_all_folders_on_the_same_signals_share_a_table_best_first(written):
    text = written({"a": [measured("low", 0.2), measured("high", 0.9)], "b": [measured("middle", 0.5, "b")]})
    assert text.count("<section>") == 1
    assert in_order(text, "high", "90.0", "middle", "50.0", "low", "20.0")
    assert in_order(text, '<td class="number">1</td>', "high", '<td class="number">2</td>', "middle")


def test_where_less_is_better_the_least_is_first(written):
    text = written({"a": [measured("bad", 0.9, metric="ece"), measured("good", 0.1, metric="ece")]}, metric="ece")
    assert in_order(text, '<th scope="row">good', '<th scope="row">bad')


@pytest.mark.parametrize("signals", [("other", "split"), ("data", "other")])
def test_other_data_or_another_split_is_another_table_that_says_so(written, signals):
    text = written({"a": [measured("one", 0.2)], "b": [measured("two", 0.9, "b", signals)]})
    assert text.count("<section>") == 2
    assert "d, ratio 50 (data data, split split)" in text
    assert f"d, ratio 50 (data {signals[0]}, split {signals[1]})" in text


def test_a_published_number_names_its_source_and_has_no_place(written):
    row = "theirs,d,50,balanced_accuracy,0.7,0.02,5,An Author 2024\n"
    text = written({"a": [measured("high", 0.9), measured("low", 0.2)]}, row)
    assert in_order(text, "high", "theirs", "70.0", "± 2.0", "<em>published:</em> An Author 2024", "low")
    assert text.partition("theirs")[0].rpartition("<tr>")[2] == '<td class="number"></td><th scope="row">'
    assert text.count('<td class="number">2</td>') == 1


def test_an_oracle_is_marked_and_has_no_place(written):
    oracle = dataclasses.replace(measured("bound", 0.95), remarks=("oracle",))
    text = written({"a": [measured("high", 0.9), oracle]})
    assert in_order(text, "bound (oracle)", '<td class="number">1</td>', "high")
    assert text.partition("bound")[0].rpartition("<tr>")[2] == '<td class="number"></td><th scope="row">'


@pytest.mark.parametrize(
    ("recipes", "expected"),
    [
        ({"stage1": {"epochs": 3}, "stage2": {"signals": "long_tailed"}}, []),
        ({"stage1": {}, "stage2_finetune": {"signals": "balanced"}, "stage3_test": {}}, ["oracle"]),
        ({"stage1": {}, "stage3_transductive": {"steps": []}}, ["transductive"]),
    ],
)
def test_what_a_method_knows_beyond_the_long_tailed_set_is_read_from_its_record(recipes, expected):
    assert list(remarks(recipes)) == expected


def test_texts_of_others_run_nothing(written, tmp_path):
    written({}, '<script>alert(1)</script>,d,50,balanced_accuracy,0.7,,,"<img src=x onerror=alert(1)>"\n')
    page_text = (tmp_path / "page.html").read_text()
    assert "<script" not in page_text
    assert "<img" not in page_text


def test_a_number_of_runs_that_nobody_published_is_left_open(written):
    text = written({}, "theirs,d,50,balanced_accuracy,0.7,,,s\n")
    assert '<td class="number"></td><td><em>published' in text


def test_a_metric_that_a_file_does_not_have_is_refused_with_those_that_it_has(written):
    with pytest.raises(InputError, match=r"p\.csv: nothing has the metric 'ece'; there are macro_f1"):
        written({}, "m,d,50,macro_f1,0.7,,,s\n", metric="ece")
