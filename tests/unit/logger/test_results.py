"""Results are read from a job's files; a missing or damaged file gives none."""

import os

import pytest

from snakemake_logger_plugin_ltsei import results


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_the_balanced_accuracy_is_that_of_the_metrics_file(write):
    path = write("metrics.json", '{"balanced_accuracy": 0.605, "overall_accuracy": 0.7}')
    assert results.balanced_accuracy(["x/per_class.csv", str(path)]) == 0.605


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "{}", '{"balanced_accuracy": null}', '{"balanced_accuracy": NaN}', "\x00\xff"]
)
def test_a_damaged_metrics_file_shows_no_number(write, text):
    assert results.balanced_accuracy([str(write("metrics.json", text))]) is None


def test_a_job_without_metrics_shows_no_number(tmp_path):
    assert results.balanced_accuracy([]) is None
    assert results.balanced_accuracy(["x/model.pt"]) is None
    assert results.balanced_accuracy([str(tmp_path / "metrics.json")]) is None
    (tmp_path / "metrics.json").mkdir()
    assert results.balanced_accuracy([str(tmp_path / "metrics.json")]) is None


def test_how_long_a_job_took_is_read_from_its_benchmark(write):
    assert results.seconds_of(str(write("stage1.tsv", "s\th:m:s\tmax_rss\n2.5\t0:00:02\t-\n"))) == 2.5


@pytest.mark.parametrize("text", ["", "s\th:m:s\n", "s\n-\n", "h:m:s\n0:00:02\n", "s\nnan\n"])
def test_a_damaged_benchmark_gives_no_time(write, text):
    assert results.seconds_of(str(write("stage1.tsv", text))) is None
    assert results.seconds_of("") is None


def test_the_best_methods_are_the_five_with_the_highest_balanced_accuracy(write):
    rows = [("a", 0.2), ("b", 0.7), ("c", 0.4), ("d", 0.6), ("e", 0.5), ("f", 0.9), ("g", "")]
    table = "place,method,balanced_accuracy\n" + "".join(f"1,{name},{score}\n" for name, score in rows)
    best = results.best_methods(write("ranking_overall.csv", table))
    assert best == [("f", 0.9), ("b", 0.7), ("d", 0.6), ("e", 0.5), ("c", 0.4)]


@pytest.mark.parametrize("text", ["", "place,method\n1,a\n", "method,balanced_accuracy\na,x\n"])
def test_a_damaged_ranking_names_no_methods(write, tmp_path, text):
    assert results.best_methods(write("ranking_overall.csv", text)) == []
    assert results.best_methods(tmp_path / "absent.csv") == []


def test_a_file_older_than_the_run_is_not_one_of_its_results(write, tmp_path):
    path = write("report.html", "")
    os.utime(path, (1000, 1000))
    assert results.written_since(path, 999)
    assert not results.written_since(path, 1100)
    assert not results.written_since(tmp_path / "absent.html", 0)
