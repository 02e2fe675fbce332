"""Leaderboards of several results folders: what is in one table, in which order, and what has no place."""

from html import unescape

import pytest

from ltsei.core.errors import InputError
from ltsei.evaluation.statistics import Summary
from ltsei.report.leaderboard import page
from ltsei.report.leaderboard.entries import Entry
from ltsei.report.leaderboard.published import published

HEAD = "dataset,ir,method,balanced_accuracy,sd,seeds,source\n"


def measured(method, mean, folder="a", signals=("data", "split")):
    return Entry("d", "50", method, Summary(mean, 0.01, 3), folder, signals)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes the page of folder -> entries, and of the text of a CSV file; returns its tables."""

    def write(folders, text="", metric="balanced_accuracy"):
        for name in folders:
            (tmp_path / name).mkdir()
        monkeypatch.setattr(page, "measured", lambda folder, metric: folders[folder.name])
        (tmp_path / "p.csv").write_text(text or HEAD)
        paths = [*(tmp_path / name for name in folders), tmp_path / "p.csv"]
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
    text = written(
        {"a": [measured("bad", 0.9), measured("good", 0.1)]}, HEAD.replace("balanced_accuracy", "ece"), "ece"
    )
    assert in_order(text, '<th scope="row">good', '<th scope="row">bad')


@pytest.mark.parametrize("signals", [("other", "split"), ("data", "other")])
def test_other_data_or_another_split_is_another_table_that_says_so(written, signals):
    text = written({"a": [measured("one", 0.2)], "b": [measured("two", 0.9, "b", signals)]})
    assert text.count("<section>") == 2
    assert "d, ratio 50 (data data, split split)" in text
    assert f"d, ratio 50 (data {signals[0]}, split {signals[1]})" in text


def test_a_published_number_names_its_source_and_has_no_place(written):
    row = "d,50,theirs,0.7,0.02,5,An Author 2024\n"
    text = written({"a": [measured("high", 0.9), measured("low", 0.2)]}, HEAD + row)
    assert in_order(text, "high", "theirs", "70.0", "± 2.0", "<em>published:</em> An Author 2024", "low")
    assert text.partition("theirs")[0].rpartition("<tr>")[2] == '<td class="number"></td><th scope="row">'
    assert text.count('<td class="number">2</td>') == 1


def test_texts_of_others_run_nothing(written, tmp_path):
    written({}, HEAD + 'd,50,<script>alert(1)</script>,0.7,,,"<img src=x onerror=alert(1)>"\n')
    page_text = (tmp_path / "page.html").read_text()
    assert "<script" not in page_text
    assert "<img" not in page_text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dataset,ir,method,balanced_accuracy\n", "no column source; expected dataset, ir, method, source, balanced"),
        (HEAD + "d,50,m,,,,s\n", "line 2: balanced_accuracy is empty"),
        (HEAD + "d,50,m,0.5,,,\n", "line 2: source is empty; every published number needs its source"),
        (HEAD + "d,50,m,0.5,,,s\nd,50,m,71.3,,,s\n", "line 3, balanced_accuracy: got 71.3, expected a fraction"),
        (HEAD + "d,50,m,high,,,s\n", "line 2, balanced_accuracy: got 'high', expected a number"),
        (HEAD + "d,50,m,0.5,x,,s\n", "line 2, sd: got 'x', expected a number"),
    ],
)
def test_a_published_table_with_a_mistake_is_refused_with_its_line(tmp_path, text, complaint):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(InputError, match=complaint):
        list(published(tmp_path / "p.csv", "balanced_accuracy", "fraction"))


def test_a_file_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.csv: cannot be read"):
        list(published(tmp_path / "nothing.csv", "balanced_accuracy", "fraction"))
