"""The record of a run: a lock that a dead run has left is explained with its remedy, repeated work ends with it."""

import json
import os
import threading

import pytest

from ltsei.core import processes
from ltsei.runtime import run_folder, snakemake_run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv(snakemake_run.RUN, "")
    monkeypatch.setenv("LTSEI_PYTHON", "")
    return tmp_path


def record():
    return run_folder.folder() / "run.json"


def records():
    return list(run_folder.RUNS.glob("*/run.json"))


def leave_run(run="another", **changes):
    """Leave the lock and the record of another run."""
    snakemake_run.LOCKS.mkdir(parents=True, exist_ok=True)
    (snakemake_run.LOCKS / "0.output.lock").touch()
    content = json.loads(record().read_text()) | {"run": run} | changes
    if "pid" in changes:
        content["started"] = processes.started(int(changes["pid"]))
    (run_folder.folder(run) / "orphans").mkdir(parents=True)
    path = run_folder.folder(run) / "run.json"
    path.write_text(json.dumps(content))
    return path


def test_a_run_that_ended_leaves_no_record(folder):
    snakemake_run.start(folder)
    assert record().exists()
    snakemake_run.end()
    assert not list(run_folder.RUNS.iterdir())
    assert snakemake_run.other_runs() == []


def test_the_end_of_a_run_leaves_the_record_and_the_notes_of_another(folder):
    snakemake_run.start(folder)
    other = leave_run(pid=str(os.getppid()))
    (other.parent / "ltsei_x.seen").touch()
    snakemake_run.end()
    assert records() == [other]
    assert (other.parent / "ltsei_x.seen").exists()
    assert (other.parent / "orphans").is_dir()


def test_two_runs_that_start_in_one_folder_have_a_record_each(folder):
    snakemake_run.start(folder)
    first = record()
    snakemake_run.start(folder)
    assert first.exists()
    assert len(records()) == 2
    snakemake_run.end()
    assert records() == [first]


def test_the_folders_of_dead_runs_are_removed_and_those_of_others_are_not(folder):
    snakemake_run.start(folder)
    dead, silent = leave_run("dead", pid="4194305"), leave_run("silent", host="elsewhere")
    alive, elsewhere = leave_run("alive", pid=str(os.getppid())), leave_run("elsewhere", host="elsewhere")
    os.utime(silent, (0, 0))
    snakemake_run.start(folder)
    snakemake_run.forget_dead()
    assert not dead.parent.exists()
    assert not silent.parent.exists()
    assert alive.exists()
    assert elsewhere.exists()


def test_the_folder_of_a_dead_run_whose_jobs_are_in_the_queue_is_kept(folder):
    snakemake_run.start(folder)
    dead = leave_run("dead", pid="4194305")
    snakemake_run.forget_dead(keep={"dead"})
    assert dead.exists()


@pytest.mark.parametrize("text", ["", "{", "null", "{}", '{"run": "a"}'])
@pytest.mark.fault("the record of a run is empty or damaged", "complete")
def test_a_damaged_record_stops_nothing(folder, text):
    snakemake_run.start(folder)
    leave_run("damaged").write_text(text)
    assert snakemake_run.other_runs() == []
    assert not snakemake_run.is_alive("damaged")
    assert snakemake_run.is_alone()
    snakemake_run.forget_dead()
    assert records() == [record()]


def test_a_run_is_not_alone_while_another_is_alive(folder):
    snakemake_run.start(folder)
    assert snakemake_run.is_alone()
    leave_run("dead", pid="4194305")
    assert snakemake_run.is_alone()
    leave_run("alive", pid=str(os.getppid()))
    assert not snakemake_run.is_alone()


@pytest.mark.fault("the number of a dead process is given to another", "complete")
def test_two_living_runs_that_write_one_file_are_not_allowed_though_snakemakes_lock_is_gone(folder):
    snakemake_run.start(folder, {"results/a/model.pt", "results/report.html"})
    other = leave_run("alive", pid=str(os.getppid()))
    (other.parent / "outputs.json").write_text('["results/a/model.pt", "results/a/metrics.json"]')
    for lock in snakemake_run.LOCKS.iterdir():
        lock.unlink()
    sentence = snakemake_run.conflict({"results/a/metrics.json"})
    assert (
        f"is still running and has locked its files; wait for it, or stop it with: kill -INT {os.getppid()}" in sentence
    )
    assert snakemake_run.conflict({"results/partial.html"}) is None
    assert snakemake_run.conflict({"elsewhere/a/metrics.json"}) is None
    assert snakemake_run.conflict({"results/report.html"}) is None, "that is this run itself"


def test_a_dead_run_and_one_that_has_been_silent_elsewhere_are_in_nobodys_way(folder):
    snakemake_run.start(folder)
    dead, silent = leave_run("dead", pid="4194305"), leave_run("silent", host="elsewhere")
    for path in (dead, silent):
        (path.parent / "outputs.json").write_text('["results/a/model.pt"]')
    assert "if it no longer runs on elsewhere, remove " in snakemake_run.conflict({"results/a/model.pt"})
    os.utime(silent, (0, 0))
    assert snakemake_run.conflict({"results/a/model.pt"}) is None


def test_a_process_that_has_been_given_the_number_of_a_dead_run_is_not_taken_for_it(folder):
    snakemake_run.start(folder)
    path = leave_run("dead", pid=str(os.getppid()))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"started": "1"}))
    (sentence,) = snakemake_run.other_runs()
    assert "was killed" in sentence
    assert "kill -INT" not in sentence


def test_the_lock_of_a_killed_run_is_explained_with_the_commands_that_help(folder):
    snakemake_run.start(folder)
    leave_run(pid="4194305")
    (sentence,) = snakemake_run.other_runs()
    assert "was killed and has left its lock; `snakemake --unlock` removes it, " in sentence
    assert "`ltsei verify --adopt`" in sentence


def test_a_run_that_is_alive_on_this_machine_is_not_called_dead(folder):
    snakemake_run.start(folder)
    leave_run("killed", pid="4194305")
    leave_run("alive", pid=str(os.getppid()))
    (sentence,) = snakemake_run.other_runs()
    assert "is still running and has locked its files; wait for it, or stop it with: " in sentence
    assert sentence.endswith(f"kill -INT {os.getppid()}")


def test_a_run_on_another_machine_may_still_be_alive(folder):
    snakemake_run.start(folder)
    leave_run(host="elsewhere")
    assert "removes it, if it no longer runs on elsewhere" in snakemake_run.other_runs()[0]


def test_repeated_work_survives_a_failure_and_ends_with_the_run(folder):
    snakemake_run.start(folder)
    called_thrice, calls = threading.Event(), []

    def work():
        calls.append(1)
        if len(calls) == 3:
            called_thrice.set()
        raise OSError("disk full")

    thread = snakemake_run.every(0.01, work)
    assert called_thrice.wait(timeout=60)
    snakemake_run.end()
    thread.join(timeout=60)
    assert not thread.is_alive()
