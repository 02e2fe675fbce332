"""A job ends with one sentence, keeps its traceback in the log, and can be asked to stop."""

import os
import signal

import pytest

from ltsei.errors import InputError, Interrupted
from ltsei.logs import EXIT_INTERRUPTED, job


class Recipe:
    def current_fingerprint(self):
        return "now"


def run(path, body, fingerprint="now", **options):
    with job(str(path), name="stage1 cell", recipe=Recipe(), fingerprint=fingerprint, **options) as running:
        body(running)


def fail(error):
    def body(running):
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


def test_an_interrupted_job_has_a_status_of_its_own(tmp_path):
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
def test_a_signal_only_sets_a_flag_and_the_old_handler_comes_back(tmp_path, number):
    before = signal.getsignal(number)

    def body(running):
        assert not running.stop()
        os.kill(os.getpid(), number)
        assert running.stop()

    run(tmp_path / "log", body, saves_state=True)
    assert signal.getsignal(number) is before


def test_a_job_without_a_state_to_save_ends_at_once(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "log", lambda running: os.kill(os.getpid(), signal.SIGINT))


def test_the_log_holds_the_last_row_of_a_history(tmp_path):
    def body(running):
        for epoch in range(3):
            running.progress({"epoch": epoch, "progress": epoch / 2, "val_loss": None})

    run(tmp_path / "log", body)
    assert "epoch 2" in (tmp_path / "log").read_text()
