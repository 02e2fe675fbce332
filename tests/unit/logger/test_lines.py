"""Lines for people: columns below each other, names as people write them."""

import pytest
from unit.logger._records import BEGAN, started

from snakemake_logger_plugin_ltsei.lines import Columns, about, described, duration, rule_words
from snakemake_logger_plugin_ltsei.run import Run


def jobs(*records):
    run = Run({"prepare": 1, "make_split": 1, "stage1": 1, "evaluate": 1, "report": 1, "total": 5}, BEGAN, cores=1)
    return [run.start(each) for each in records]


CELL = {"dataset": "adsb", "ir": 50, "seed": 0, "method": "crt"}


def test_a_finished_evaluation_has_method_ratio_seed_result_and_time():
    (job,) = jobs(started(1, "evaluate", **CELL))
    columns = Columns(["evaluate", "stage1"], 122)
    columns.add(job)
    line = columns.finished(job, 57, 0.605, 3.2)
    assert " ".join(line.split()) == "[ 57/122] evaluate crt ir 50 seed 0 balanced accuracy 60.5 % 0:03"


def test_columns_lie_below_each_other():
    made = jobs(
        started(1, "prepare", dataset="adsb"),
        started(2, "make_split", dataset="adsb", ir=50, seed=0),
        started(3, "evaluate", **CELL),
        started(4, "evaluate", **CELL | {"method": "progressive_power", "ir": 200, "seed": 1}),
        started(5, "report"),
    )
    columns = Columns(["prepare", "evaluate"], 100)
    for job in made:
        columns.add(job)
    lines = [columns.finished(job, 9, None, 100 * job.began) for job in made]
    lines += [columns.finished(job, 10, 0.5, 0) for job in made[2:4]]
    assert {line.index("ir ") for line in lines if " ir " in line} == {lines[1].index("ir 50")}
    assert {line.index("seed ") for line in lines if " seed " in line} == {lines[1].index("seed 0")}
    assert {line.index("0:00") for line in lines[5:]} == {len(lines[5]) - 4}


def test_jobs_that_methods_share_name_their_data_set_or_block():
    shared = jobs(
        started(1, "prepare", dataset="adsb"),
        started(2, "block_report", block="ablation"),
        started(3, "report"),
    )
    assert [described(job) for job in shared] == ["prepare  adsb", "report  ablation", "report"]
    columns = Columns([], 3)
    assert ["adsb" in columns.finished(shared[0], 1, None, 0), "all blocks" in columns.finished(shared[2], 1, None, 0)]


def test_data_sets_are_named_once_there_are_several():
    first, second = jobs(started(1, "evaluate", **CELL), started(2, "evaluate", **CELL | {"dataset": "wifi"}))
    columns = Columns(["evaluate"], 2)
    columns.add(first)
    assert "adsb" not in columns.finished(first, 1, 0.5, 1)
    columns.add(second)
    assert "adsb" in columns.finished(first, 1, 0.5, 1)
    assert "wifi" in columns.finished(second, 2, 0.5, 1)


def test_an_attempt_after_the_first_says_its_number():
    job = jobs(started(1, "stage1", **CELL))[0]
    columns = Columns(["stage1"], 1)
    assert "attempt" not in columns.unfinished(job, "failed", 3)
    job.attempt = 2
    line = columns.unfinished(job, "failed", 3)
    assert " ".join(line.split()) == "[failed] stage 1 crt ir 50 seed 0 after 0:03 attempt 2"
    assert columns.unfinished(job, "again").endswith("attempt 2")
    assert columns.finished(job, 1, None, 3).endswith("attempt 2")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("stage1", "stage 1"),
        ("stage2_finetune", "stage 2"),
        ("make_split", "split"),
        ("cell_figures", "cell figures"),
        ("evaluate", "evaluate"),
    ],
)
def test_rules_have_readable_names(rule, words):
    assert rule_words(rule) == words


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (3.4, "0:03"), (754, "12:34"), (3723, "1:02:03")])
def test_durations_have_minutes_and_seconds(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "< 1 min"), (100, "about 2 min"), (3599, "about 1 h 00 min"), (5400, "about 1 h 30 min")],
)
def test_estimates_are_rounded(seconds, text):
    assert about(seconds) == text
