"""A lock that a dead run has left is explained in one sentence, with its remedy."""

import json
import os
import time

import pytest

from ltsei.runtime import session


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv(session.RUN, "")
    monkeypatch.setenv("LTSEI_PYTHON", "")
    return tmp_path


def leave_behind(**changes):
    session.LOCKS.mkdir(parents=True)
    (session.LOCKS / "0.output.lock").touch()
    record = json.loads(session.RECORD.read_text()) | {"run": "another"} | changes
    session.RECORD.write_text(json.dumps(record))


def test_a_run_that_ended_leaves_nothing(folder):
    session.start(folder)
    assert session.RECORD.exists()
    session.end()
    assert not session.RECORD.exists()
    assert session.dead_run() is None


def test_a_killed_run_is_named_with_the_commands_that_help(folder):
    session.start(folder)
    leave_behind(pid="4194305")
    sentence = session.dead_run()
    assert "was killed and has left its lock; `snakemake --unlock` removes it, " in sentence
    assert "`ltsei verify --adopt`" in sentence


def test_a_run_that_goes_on_here_is_not_called_dead(folder):
    session.start(folder)
    leave_behind(pid=str(os.getppid()))
    assert f"is still running; wait for it, or stop it with: kill -INT {os.getppid()}" in session.dead_run()


def test_of_a_run_on_another_machine_nobody_here_knows_whether_it_lives(folder):
    session.start(folder)
    leave_behind(host="elsewhere")
    assert "removes it, if it no longer runs on elsewhere" in session.dead_run()


def test_what_is_done_again_and_again_survives_a_failure_and_ends_with_the_run(folder):
    session.start(folder)
    done = []

    def do():
        done.append(1)
        raise OSError("disk full")

    session.every(0.01, do)
    deadline = time.monotonic() + 5
    while len(done) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    session.end()
    time.sleep(0.1)
    after = len(done)
    assert after >= 3
    time.sleep(0.1)
    assert len(done) == after
