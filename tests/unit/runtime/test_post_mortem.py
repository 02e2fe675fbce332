"""The log of a killed job gets the reason from Slurm, or else from Snakemake."""

import pytest

from ltsei.runtime import job_state, post_mortem

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


INTERRUPTED = """
RuleException:
CalledProcessError in file "/x/train.smk", line 29:
Command 'set -euo pipefail;  python /x/tmp.stage1.py' {ended}
[Sat Nov 21 18:20:14 2026]
Error in rule stage1:
    message: None
    jobid: 1
    input: a
    output: b
    log: {log} (check log file(s) for error details)
"""


def test_a_job_that_control_c_ended_before_it_had_begun_counts_as_stopped(killed):
    log, run_log, slurm = killed
    run_log.write_text(INTERRUPTED.format(log=log, ended="died with <Signals.SIGINT: 2>."))
    post_mortem.explain([run_log], slurm)
    assert reason(log) == "stage1: stopped before it had begun; run the same command to resume"
    assert job_state.state(log)[0] == "stopped"


def test_without_a_message_of_snakemake_the_cause_is_unknown(killed):
    log, run_log, slurm = killed
    run_log.write_text(INTERRUPTED.format(log=log, ended="died with <Signals.SIGKILL: 9>."))
    post_mortem.explain([run_log], slurm)
    assert reason(log) == "stage1: ended from outside: killed, cause unknown"
