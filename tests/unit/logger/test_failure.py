"""A failure has one sentence: from the job's own log, else from Snakemake."""

import pytest
from unit.logger._records import BEGAN, failed, failed_group, process_ended, started

from ltsei.runtime.slurm import exits
from snakemake_logger_plugin_ltsei.failure import Failures
from snakemake_logger_plugin_ltsei.run import Run


@pytest.fixture
def log(tmp_path):
    """A function level, text -> the log of a job that ends with this record."""

    def log(level, text, name="stage1.log"):
        path = tmp_path / name
        path.write_text(f"2026-01-01 00:00:00,000 INFO start\n2026-01-01 00:00:01,000 {level} {text}\n    Traceback\n")
        return path

    return log


def job_with(log):
    record = started(1, "stage1", log=log, dataset="adsb", ir=2, seed=0, method="ce")
    return Run({"stage1": 1}, BEGAN, cores=1).start(record)


def failure(log, failures=None, **fields):
    fields = {"logs": [log]} | fields
    return (failures or Failures()).add(1, job_with(log), failed(1, **fields))


def test_the_sentence_is_the_last_record_of_the_jobs_log_without_the_jobs_name(log):
    path = log("ERROR", "stage1 adsb/2/0/ce: training diverged: the loss is nan")
    reported = failure(path)
    assert reported.sentence == "training diverged: the loss is nan"
    assert reported.written == "stage1 adsb/2/0/ce: training diverged: the loss is nan"
    assert reported.logs == (str(path),)
    assert not reported.stopped


def test_the_sentence_does_not_repeat_the_path_of_the_log(log):
    path = log("ERROR", "")
    path = log("ERROR", f"stage1 adsb/2/0/ce: RuntimeError: boom (traceback in {path})")
    assert failure(path).sentence == "RuntimeError: boom"


def test_a_job_that_was_asked_to_stop_has_not_failed(log):
    assert failure(log("ERROR", "stage1 ce: stopped in epoch 2; run the same command to resume")).stopped


@pytest.mark.parametrize(
    ("how", "end"),
    [
        ("returned non-zero exit status 137.", "exit status 137"),
        ("died with <Signals.SIGKILL: 9>.", "killed by SIGKILL"),
    ],
)
def test_a_job_whose_log_has_no_error_ended_as_its_process_did(log, how, end):
    failures = Failures()
    assert failures.explains(process_ended(how).getMessage())
    assert failure(log("INFO", "epoch 3"), failures).sentence == f"ended without an error in its log ({end})"


def test_a_job_that_control_c_struck_before_it_had_begun_was_stopped(tmp_path):
    failures = Failures()
    failures.explains(process_ended("died with <Signals.SIGINT: 2>.").getMessage())
    reported = failure(tmp_path / "absent.log", failures)
    assert reported.stopped
    assert reported.sentence == "stopped before it had begun; run the same command to resume"
    assert reported.written == f"stage1: {reported.sentence}"


def test_a_job_without_a_log_ended_as_its_process_did(tmp_path):
    assert failure(tmp_path / "absent.log").sentence == "ended without an error in its log"


def test_other_errors_explain_no_failure():
    assert not Failures().explains("WorkflowError:\nAt least one job did not complete successfully.")


def test_what_slurm_says_is_the_sentence_of_a_job_whose_log_has_none(log, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    says = "SLURM-job '12' failed, SLURM status is:\n 'TIMEOUT'."
    exits.note_failure("12", state="TIMEOUT", limit="30:00")
    sentence = "reached its time limit (30:00) (Slurm job 12)"
    assert failure(log("INFO", "epoch 3"), says=says).sentence == sentence
    assert failure(log("ERROR", "stage1 ce: no luck"), says=says).sentence == "no luck"


def test_in_a_failed_group_only_the_jobs_whose_logs_say_so_have_failed(log):
    failures = Failures()
    failed, other = log("ERROR", "stage1 ce: no luck"), log("INFO", "evaluate ce: done", "evaluate.log")
    failures.group(failed_group({1: failed, 2: other}, of_group=["slurm/7.log"]))
    assert not failures.given_up(1)
    assert failures.given_up(2)
    assert failure(failed, failures, in_group=True).logs == (str(failed), "slurm/7.log")
    assert failure(failed, failures).logs == (str(failed),)


def test_all_jobs_of_a_group_have_failed_where_no_log_says_why(log, tmp_path):
    failures = Failures()
    failures.group(failed_group({1: log("INFO", "epoch 1"), 2: tmp_path / "absent.log"}))
    assert not failures.given_up(1)
    assert not failures.given_up(2)
    assert failure(tmp_path / "stage1.log", failures, in_group=True).sentence == "its group of jobs failed"
