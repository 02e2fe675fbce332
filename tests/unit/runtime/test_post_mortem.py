"""The log of a killed job gets the reason from Slurm, or else from Snakemake."""

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
    """The log of a killed job, the log of its run, and the folder of Slurm's logs."""
    log = tmp_path / "logs" / "stage1.log"
    log.parent.mkdir()
    log.write_text("2026-11-21 02:43:00,000 INFO stage1 d/2/0/ce: start\n")
    run_log = tmp_path / "snakemake.log"
    run_log.write_text(SNAKEMAKE.format(log=log))
    return log, run_log, tmp_path / "slurm"


def reason(log):
    return log.read_text().splitlines()[-1].partition(" ERROR ")[2]


def test_slurms_own_message_is_the_reason(killed):
    log, run_log, slurm = killed
    (slurm / "rule_stage1").mkdir(parents=True)
    (slurm / "rule_stage1" / "25.log").write_text(
        "slurmstepd-n1: error: Exceeded job memory limit\nslurmstepd-n1: error: *** STEP 25.0 CANCELLED ***\n"
    )
    post_mortem.explain([run_log], slurm)
    assert reason(log) == "stage1: ended from outside: Exceeded job memory limit; *** STEP 25.0 CANCELLED ***"


def test_without_it_the_reason_is_that_of_snakemake(killed):
    log, run_log, slurm = killed
    post_mortem.explain([run_log], slurm)
    assert reason(log).startswith("stage1: ended from outside: SLURM-job '25' failed")


def test_a_job_that_never_began_gets_a_log(killed):
    log, run_log, slurm = killed
    log.unlink()
    post_mortem.explain([run_log], slurm)
    assert "ended from outside" in reason(log)


def test_a_log_that_has_a_reason_is_left_unchanged(killed):
    log, run_log, slurm = killed
    log.write_text("2026-11-21 02:43:00,000 ERROR stage1 d/2/0/ce: training diverged\n")
    post_mortem.explain([run_log], slurm)
    assert reason(log) == "stage1 d/2/0/ce: training diverged"
