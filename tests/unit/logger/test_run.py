"""The state of a run follows from Snakemake's records."""

import pytest
from unit.logger._records import BEGAN, failed, finished, started

from snakemake_logger_plugin_ltsei.run import Run

STATS = {"stage1": 2, "evaluate": 4, "all": 1, "total": 7}


@pytest.fixture
def run():
    return Run(STATS, BEGAN, cores=2)


def test_the_target_rule_does_not_count_as_a_job(run):
    assert run.total == 6
    run.start(started(0, "all"))
    assert run.snapshot(BEGAN).running == "0 running"
    assert run.finish(finished(0)) is None
    assert run.done == 0


def test_jobs_are_counted_as_they_start_finish_and_fail(run):
    for number in (1, 2, 3):
        run.start(started(number, "evaluate"))
    run.finish(finished(1))
    run.fail(failed(2))
    seen = run.snapshot(BEGAN + 1)
    assert (seen.done, seen.total, seen.running, seen.failed) == (1, 6, "1 running", 1)


def test_a_job_that_starts_again_is_a_further_attempt_and_no_longer_failed(run):
    assert run.start(started(1, "stage1")).attempt == 1
    run.fail(failed(1))
    assert run.start(started(1, "stage1", at=5)).attempt == 2
    assert run.failed == {}
    assert run.finish(finished(1, at=8)).began == BEGAN + 5


def test_a_job_given_up_with_its_group_is_neither_running_nor_failed(run):
    run.start(started(1, "evaluate"))
    run.fail(failed(1), counts=False)
    seen = run.snapshot(BEGAN + 1)
    assert (seen.running, seen.failed) == ("0 running", 0)


def test_records_of_unknown_jobs_are_ignored(run):
    assert run.finish(finished(99)) is None
    assert run.fail(failed(99)) is None


def test_no_estimate_without_a_finished_job(run):
    run.start(started(1, "stage1"))
    assert run.seconds_left(BEGAN + 100) is None


def test_the_estimate_counts_each_rule_by_its_own_jobs_at_the_pace_so_far():
    run = Run(STATS, BEGAN, cores=2)
    for number, rule, seconds in ((1, "stage1", 100), (2, "evaluate", 10)):  # side by side
        run.start(started(number, rule))
        run.finish(finished(number, at=seconds))
    # 110 s of work in 100 s; left: one stage 1 of 100 s, three evaluations of 10 s
    assert run.seconds_left(BEGAN + 100) == pytest.approx(130 / 1.1)


def test_the_estimate_takes_a_rule_without_finished_jobs_for_an_average_one():
    run = Run({"stage1": 1, "evaluate": 1}, BEGAN, cores=1)
    run.start(started(1, "stage1"))
    run.finish(finished(1, at=60))
    assert run.seconds_left(BEGAN + 60) == pytest.approx(60)


def test_the_estimate_falls_while_jobs_run_and_is_never_negative():
    run = Run({"stage1": 2}, BEGAN, cores=1)
    run.start(started(1, "stage1"))
    run.finish(finished(1, at=60))
    run.start(started(2, "stage1", at=60))
    assert run.seconds_left(BEGAN + 90) == pytest.approx(30)
    assert run.seconds_left(BEGAN + 500) == 0


def test_jobs_on_a_cluster_are_submitted_rather_than_running():
    run = Run(STATS, BEGAN, cores=None)
    run.start(started(1, "stage1"))
    assert run.snapshot(BEGAN).running == "1 submitted"


@pytest.mark.parametrize(
    ("rule", "output", "wildcards"),
    [
        ("prepare", "out/quick/adsb/signals/train.npy", {"dataset": "adsb"}),
        ("make_split", "out/quick/adsb/ir2/seed0/split.npz", {"dataset": "adsb", "ir": 2, "seed": 0}),
        (
            "stage1",
            "out/quick/adsb/ir2/seed0/adsb/stage1/model.pt",
            {"dataset": "adsb", "ir": 2, "seed": 0, "method": "adsb"},
        ),
        (
            "cell_figures",
            "out/quick/report/figures/adsb/ir2/seed0/ce/index.json",
            {"dataset": "adsb", "ir": 2, "seed": 0, "method": "ce"},
        ),
        ("block_report", "out/quick/report/main/report.html", {"block": "main"}),
        ("report", "out/quick/report/report.html", {}),
    ],
)
def test_the_folder_of_results_follows_from_the_paths_of_a_job(run, rule, output, wildcards):
    run.start(started(1, rule, outputs=[output], **wildcards))
    assert {str(path) for path in run.results} == {"out/quick"}
