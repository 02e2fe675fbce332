"""The log of a killed job gets the reason from Slurm, or else from Snakemake."""

import logging

import pytest

from ltsei.runtime import job_state
from ltsei.runtime.post_mortem import PostMortem
from ltsei.runtime.slurm import exits

PLUGIN = "SLURM-job '25' failed, SLURM status is: 'FAILED'. Detailed failure reason unavailable."
ENDED = "RuleException:\nCalledProcessError in file \"/x/train.smk\", line 29:\nCommand 'python x' {}"


def record(text="", **fields):
    """Return a record as Snakemake's logger makes it."""
    return logging.makeLogRecord({"msg": text, "levelno": logging.ERROR, "levelname": "ERROR", **fields})


def failed(log, message=None, **fields):
    fields = {"jobid": 3, "rule_name": "stage1", "log": [str(log)], "rule_msg": message, "indent": False} | fields
    return record("Error in rule stage1, jobid: 3", event="job_error", **fields)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """The log of a killed job."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "logs" / "stage1.log"
    path.parent.mkdir()
    path.write_text("2026-11-21 02:43:00,000 INFO stage1 d/2/0/ce: start\n")
    return path


def reason(log, *records):
    """Return the last line of the log after a run that sent these records."""
    collected = PostMortem()
    for each in records:
        collected.handle(each)
    collected.write()
    return log.read_text().splitlines()[-1].partition(" ERROR ")[2]


def test_what_slurm_said_about_the_job_is_the_reason(log):
    exits.note_failure("25", state="TIMEOUT", limit="30:00")
    assert reason(log, failed(log, PLUGIN)) == "stage1: reached its time limit (30:00) (Slurm job 25)"


def test_a_job_that_never_began_gets_a_log(log):
    log.unlink()
    assert reason(log, failed(log, "SLURM sbatch failed. The error message was 'no'.\n    sbatch call:\n x")) == (
        "stage1: Slurm refused the job: no"
    )


def test_a_log_that_has_a_reason_is_left_unchanged(log):
    log.write_text("2026-11-21 02:43:00,000 ERROR stage1 d/2/0/ce: training diverged\n")
    assert reason(log, failed(log, PLUGIN)) == "stage1 d/2/0/ce: training diverged"


def test_a_job_that_succeeds_in_a_later_attempt_has_no_reason(log):
    log.write_text("2026-11-21 02:43:00,000 INFO stage1 d/2/0/ce: done\n")
    finished = record(event="job_finished", job_id=3)
    assert reason(log, failed(log, PLUGIN), finished) == ""
    assert job_state.state(log)[0] == "ended"


def test_a_job_that_control_c_ended_before_it_had_begun_counts_as_stopped(log):
    ended = record(ENDED.format("died with <Signals.SIGINT: 2>."))
    assert reason(log, ended, failed(log)) == "stage1: stopped before it had begun; run the same command to resume"
    assert job_state.state(log)[0] == "stopped"


def test_a_job_that_a_signal_killed_is_called_so(log):
    ended = record(ENDED.format("died with <Signals.SIGKILL: 9>."))
    assert reason(log, ended, failed(log)) == "stage1: ended without an error in its log (killed by SIGKILL)"


def test_a_job_of_a_group_is_explained_by_the_log_of_the_group(log):
    exits.note_failure("25", state="OUT_OF_MEMORY", memory="2000M")
    group = record(
        event="group_error",
        aux_logs=["logs/slurm/group_heads/25.log"],
        job_error_info=[{"jobid": 3, "log": [str(log)]}],
    )
    expected = "stage1: used more memory than it asked for (2000M) (Slurm job 25)"
    assert reason(log, group, failed(log, indent=True)) == expected


def test_a_job_that_was_given_up_with_another_of_its_group_gets_no_reason(log, tmp_path):
    other = tmp_path / "logs" / "other.log"
    other.write_text("2026-11-21 02:43:00,000 ERROR stage1 d/2/0/crt: training diverged\n")
    members = [{"jobid": 3, "log": [str(log)]}, {"jobid": 4, "log": [str(other)]}]
    group = record(event="group_error", aux_logs=["logs/slurm/group_heads/25.log"], job_error_info=members)
    assert reason(log, group, failed(log, indent=True)) == ""


def test_of_several_logs_only_the_first_is_written_to(log):
    ended = record(ENDED.format("died with <Signals.SIGKILL: 9>."))
    of_two = failed(log)
    of_two.log = [str(log), "slurm.log"]
    assert "killed by SIGKILL" in reason(log, ended, of_two)
    assert [path.name for path in log.parent.parent.iterdir()] == ["logs"]
    assert list(log.parent.iterdir()) == [log]
