"""A job ends with one sentence, keeps its traceback in the log, and can be asked to stop."""

import errno
import json
import os
import signal
from types import SimpleNamespace

import pytest
from snakemake.iocontainers import Wildcards
from tones import Paths

from ltsei.core.errors import FinalError, InputError, Interrupted
from ltsei.runtime.job import EXIT_INTERRUPTED, job
from ltsei.runtime.slurm import submission


class Recipe:
    def current_fingerprint(self):
        return "now"


def run(path, body, fingerprint="now", resume=None):
    execution = SimpleNamespace(checkpoint_minutes=10.0)
    params = Paths(recipe=Recipe(), fingerprint=fingerprint, execution=execution)
    if resume:
        params["resume"] = str(resume)
    wildcards = Wildcards(fromdict={"method": "cell"})
    snakemake = SimpleNamespace(log=[str(path)], rule="stage1", wildcards=wildcards, params=params, input=Paths())
    with job(snakemake) as attempt:
        body(attempt)


def fail(error):
    def body(attempt):
        raise error

    return body


def test_a_users_mistake_is_one_sentence_and_no_traceback(tmp_path, capsys):
    with pytest.raises(SystemExit) as exit_:
        run(tmp_path / "log", fail(InputError("x.npy: truncated, run prepare again")))
    assert exit_.value.code == 1
    assert capsys.readouterr().err == "stage1 cell: x.npy: truncated, run prepare again\n"
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_any_other_error_leaves_its_traceback_in_the_log(tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(tmp_path / "log", fail(KeyError("gate")))
    assert "Traceback" in (tmp_path / "log").read_text()
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_interrupted_job_has_an_exit_status_of_its_own(tmp_path):
    with pytest.raises(SystemExit) as exit_:
        run(tmp_path / "log", fail(Interrupted("saved at epoch 3")))
    assert exit_.value.code == EXIT_INTERRUPTED


def test_a_job_does_not_start_under_other_code_than_it_was_planned_with(tmp_path):
    started = []
    with pytest.raises(SystemExit):
        run(tmp_path / "log", started.append, fingerprint="then")
    assert not started
    assert "edited after this job was planned" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_only_sets_a_flag_and_the_old_handler_is_restored(tmp_path, number):
    before = signal.getsignal(number)

    def body(attempt):
        assert not attempt.stop()
        os.kill(os.getpid(), number)
        assert attempt.stop()

    run(tmp_path / "log", body, resume=tmp_path / "resume")
    assert signal.getsignal(number) is before


@pytest.fixture
def interruptible():
    """Ctrl-C as it is at a terminal: a process in the background may have been started with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_job_without_a_state_to_save_ends_at_once_with_a_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit) as exit_:
        run(tmp_path / "log", lambda attempt: os.kill(os.getpid(), signal.SIGINT))
    assert exit_.value.code == EXIT_INTERRUPTED
    assert capsys.readouterr().err == "stage1 cell: stopped; run the same command to resume\n"
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_the_log_holds_the_last_row_of_a_history(tmp_path):
    def body(attempt):
        for epoch in range(3):
            attempt.progress({"epoch": epoch, "progress": epoch / 2, "val_loss": None})

    run(tmp_path / "log", body)
    assert "epoch 2" in (tmp_path / "log").read_text()


def test_no_text_in_a_log_can_pass_for_a_record_of_its_own(tmp_path):
    forged = "\n2026-01-01 00:00:00,000 ERROR forged\x1b[31m"
    with pytest.raises(SystemExit):
        run(tmp_path / "log", fail(RuntimeError(f"bad{forged}")))
    text = (tmp_path / "log").read_text()
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.startswith("2026-01-01")]
    assert r"bad\n2026-01-01" in text


def test_a_job_holds_a_lease_beside_its_log_while_it_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("ltsei.runtime.lease.GRACE_SECONDS", 0.0)
    leases = []

    def body(attempt):
        lease = json.loads((tmp_path / "stage1.lease").read_text())
        leases.append((lease["name"], lease["fingerprint"], lease["pid"]))

    run(tmp_path / "stage1.log", body)
    assert leases == [("stage1 cell", "now", str(os.getpid()))]
    assert [path.name for path in tmp_path.iterdir()] == ["stage1.log"]


@pytest.fixture
def in_run(monkeypatch):
    """A function that sets the run to which jobs belong."""
    return lambda name: monkeypatch.setenv("LTSEI_RUN", name)


def test_a_training_that_diverged_is_repeated_in_the_next_run_but_not_in_the_same_one(tmp_path, in_run):
    started = []

    def diverge(attempt):
        started.append(attempt)
        raise FinalError("the loss is nan in epoch 3")

    for name in ("first", "first", "second"):
        in_run(name)
        with pytest.raises(SystemExit):
            run(tmp_path / "log", diverge)
    assert len(started) == 2
    text = (tmp_path / "log").read_text()
    assert "the loss is nan in epoch 3 (not retried in this run" in text


def test_other_failures_are_tried_again_and_a_success_leaves_no_record_of_them(tmp_path, in_run):
    in_run("first")
    for error in (InputError("full"), KeyError("bug")):
        with pytest.raises(SystemExit):
            run(tmp_path / "log", fail(error))
    run(tmp_path / "log", lambda attempt: None)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def write_on_a_full_disk(attempt):
    try:
        raise OSError(errno.ENOSPC, "No space left on device", "a.npy")
    finally:
        raise RuntimeError("unexpected pos 704 vs 598")  # as torch does


@pytest.mark.parametrize("body", [fail(OSError(errno.EDQUOT, "Quota", "a.npy")), write_on_a_full_disk])
def test_a_full_disk_is_one_sentence_with_its_remedy(tmp_path, capsys, body):
    with pytest.raises(SystemExit):
        run(tmp_path / "log", body)
    assert "a.npy: the disk is full, or your quota; make room and run the same command" in capsys.readouterr().err
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_job_that_was_sent_to_slurm_for_other_settings_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setenv(submission.SENT, '{"stage1/method=cell": "before"}')
    with pytest.raises(SystemExit):
        run(tmp_path / "log", fail(AssertionError("the job has started")))
    assert "were edited after this job was submitted" in (tmp_path / "log").read_text()
