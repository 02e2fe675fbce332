"""The record of a run: a lock that a dead run has left is explained with its remedy, repeated work ends with it."""

import json
import os
import time

import pytest

from ltsei.runtime import snakemake_run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv(snakemake_run.RUN, "")
    monkeypatch.setenv("LTSEI_PYTHON", "")
    return tmp_path


def leave_lock(**changes):
    snakemake_run.LOCKS.mkdir(parents=True)
    (snakemake_run.LOCKS / "0.output.lock").touch()
    record = json.loads(snakemake_run.RECORD.read_text()) | {"run": "another"} | changes
    snakemake_run.RECORD.write_text(json.dumps(record))


def test_a_run_that_ended_leaves_no_record(folder):
    snakemake_run.start(folder)
    assert snakemake_run.RECORD.exists()
    snakemake_run.end()
    assert not snakemake_run.RECORD.exists()
    assert snakemake_run.dead_run() is None


def test_the_lock_of_a_killed_run_is_explained_with_the_commands_that_help(folder):
    snakemake_run.start(folder)
    leave_lock(pid="4194305")
    sentence = snakemake_run.dead_run()
    assert "was killed and has left its lock; `snakemake --unlock` removes it, " in sentence
    assert "`ltsei verify --adopt`" in sentence


def test_a_run_that_is_alive_on_this_machine_is_not_called_dead(folder):
    snakemake_run.start(folder)
    leave_lock(pid=str(os.getppid()))
    assert f"is still running; wait for it, or stop it with: kill -INT {os.getppid()}" in snakemake_run.dead_run()


def test_a_run_on_another_machine_may_still_be_alive(folder):
    snakemake_run.start(folder)
    leave_lock(host="elsewhere")
    assert "removes it, if it no longer runs on elsewhere" in snakemake_run.dead_run()


def test_repeated_work_survives_a_failure_and_ends_with_the_run(folder):
    snakemake_run.start(folder)
    calls = []

    def work():
        calls.append(1)
        raise OSError("disk full")

    snakemake_run.every(0.01, work)
    deadline = time.monotonic() + 5
    while len(calls) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    snakemake_run.end()
    time.sleep(0.1)
    count = len(calls)
    assert count >= 3
    time.sleep(0.1)
    assert len(calls) == count
