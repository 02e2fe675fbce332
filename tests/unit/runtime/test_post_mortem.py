"""The log of a job that was killed gets the reason from those who saw it."""

import pytest

from ltsei.runtime import post_mortem

SNAKEMAKE = """
[Sat Nov 21 02:43:05 2026]
Error in rule stage1:
    message: SLURM-job '25' failed, SLURM status is: 'FAILED'. Detailed failure reason unavailable.
    jobid: 26
    log: {log} (check log file(s) for error details)
    external_jobid: 25

Trying to restart job 26.
"""


@pytest.fixture
def killed(tmp_path):
    """A job which was killed without a word, and the log of the run that started it."""
    log = tmp_path / "logs" / "stage1.log"
    log.parent.mkdir()
    log.write_text("2026-11-21 02:43:00,000 INFO stage1 d/2/0/ce: start\n")
    run = tmp_path / "snakemake.log"
    run.write_text(SNAKEMAKE.format(log=log))
    return log, run, tmp_path / "slurm"


def reason(log):
    return log.read_text().splitlines()[-1].partition(" ERROR ")[2]


def test_slurms_own_words_are_the_reason(killed):
    log, run, slurm = killed
    (slurm / "rule_stage1").mkdir(parents=True)
    (slurm / "rule_stage1" / "25.log").write_text(
        "slurmstepd-n1: error: Exceeded job memory limit\nslurmstepd-n1: error: *** STEP 25.0 CANCELLED ***\n"
    )
    post_mortem.explain([run], slurm)
    assert reason(log) == "stage1: ended from outside: Exceeded job memory limit; *** STEP 25.0 CANCELLED ***"


def test_without_them_snakemake_says_it(killed):
    log, run, slurm = killed
    post_mortem.explain([run], slurm)
    assert reason(log).startswith("stage1: ended from outside: SLURM-job '25' failed")


def test_a_job_that_never_began_gets_a_log(killed):
    log, run, slurm = killed
    log.unlink()
    post_mortem.explain([run], slurm)
    assert "ended from outside" in reason(log)


def test_a_log_that_says_why_stays_as_it_is(killed):
    log, run, slurm = killed
    log.write_text("2026-11-21 02:43:00,000 ERROR stage1 d/2/0/ce: training diverged\n")
    post_mortem.explain([run], slurm)
    assert reason(log) == "stage1 d/2/0/ce: training diverged"
