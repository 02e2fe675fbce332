"""Two jobs never write the same files at the same time, whoever started them and however they end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from ltsei.core.errors import Interrupted
from ltsei.runtime import lease as leases
from ltsei.runtime.lease import Lease, read_lease, whoami

HOLD = """
import sys, threading
from ltsei.runtime import lease
lease.HEARTBEAT_SECONDS = 0.05
asked = threading.Event()
with lease.Lease(sys.argv[1], stop=lambda: False, asked=asked.set, fingerprint="f"):
    print("held", flush=True)
    asked.wait() if sys.argv[2] == "polite" else sys.stdin.read()
    print("asked" if asked.is_set() else "not asked", flush=True)
"""
SECONDS = 60
"""For an event that comes within a second on an idle machine."""


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(leases, "GRACE_SECONDS", 0.0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "stage1.lease"


@pytest.fixture
def hold(path):
    """A function that starts a process which holds the lease; a rude one does so until its input is closed."""
    started = []

    def start(manners="polite"):
        command = [sys.executable, "-c", HOLD, str(path), manners]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def eventually(condition):
    """Wait until a condition holds."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def lease(path, stop=None, asked=lambda: None, **details):
    """Return a lease that is given up, with an error, if it cannot be had for too long."""
    deadline = time.monotonic() + SECONDS
    return Lease(path, stop=stop or (lambda: time.monotonic() > deadline), asked=asked, **details)


def test_a_lease_says_who_holds_it_and_is_gone_afterwards(path):
    with lease(path, fingerprint="f"):
        assert read_lease(path) == read_lease(path) | {"pid": str(os.getpid()), "fingerprint": "f"}
    assert list(path.parent.iterdir()) == []


def test_nothing_touches_a_lease_after_its_end(path):
    threads = threading.active_count()
    with lease(path):
        assert threading.active_count() == threads + 1
    assert threading.active_count() == threads


def test_a_lease_that_someone_removes_at_its_end_is_no_error(path, monkeypatch):
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", float(SECONDS))
    with lease(path):
        holder = read_lease(path)
        monkeypatch.setattr(leases, "read_lease", lambda at: (at.unlink(missing_ok=True), holder)[1])
    assert list(path.parent.iterdir()) == []


def test_the_folder_of_a_lease_is_made_where_it_is_missing(tmp_path):
    for _ in range(2):
        with lease(tmp_path / "logs" / "of" / "cell.lease"):
            assert (tmp_path / "logs" / "of" / "cell.lease").is_file()


def test_a_lease_is_gone_after_an_error_too(path):
    with pytest.raises(KeyError), lease(path):
        raise KeyError
    assert list(path.parent.iterdir()) == []


def test_a_living_holder_is_asked_to_hand_over_and_waited_for(path, hold):
    holder = hold()
    with lease(path):
        assert holder.wait(timeout=SECONDS) == 0
        assert read_lease(path)["pid"] == str(os.getpid())
    assert holder.stdout.read() == "asked\n"
    assert list(path.parent.iterdir()) == []


def test_a_holder_that_ignores_the_request_is_waited_for_until_it_ends(path, hold):
    holder, waits = hold("rude"), []

    def stop():
        waits.append(holder.poll())
        if len(waits) == 5:
            holder.stdin.close()
        return False

    with lease(path, stop=stop):
        assert holder.wait(timeout=SECONDS) == 0
    assert waits[:5] == [None] * 5


def test_the_lease_of_a_killed_process_is_taken_without_waiting(path, hold):
    holder = hold()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert path.exists()
    with lease(path, stop=lambda: True):  # a job that waits would stop
        assert read_lease(path)["pid"] == str(os.getpid())


@pytest.fixture
def pauses(monkeypatch):
    """How long the job pauses each time, in seconds; it does so for a moment."""
    seconds, sleep = [], time.sleep
    monkeypatch.setattr(leases, "GRACE_SECONDS", 123.0)
    monkeypatch.setattr(time, "sleep", lambda pause: (seconds.append(pause), sleep(0.01)))
    return seconds


def test_a_job_that_has_waited_lets_the_snakemake_of_the_other_finish_first(path, hold, pauses):
    hold()
    with lease(path):
        assert [pause for pause in pauses if pause > 1] == [123.0]
        assert pauses[-1] == 123.0


def test_a_waiting_job_looks_four_times_per_heartbeat_and_says_once_for_whom_it_waits(path, hold, pauses, caplog):
    holder = hold()
    with caplog.at_level("INFO"), lease(path):
        assert len(pauses) > 1
        assert set(pauses[:-1]) == {0.025}
    whom = f"process {holder.pid} on {whoami()['host']}"
    assert caplog.messages == [f"waiting: {whom} is working on this and has been asked to hand over"]


def test_a_job_that_takes_over_says_from_whom(path, caplog):
    write_lease(path, age=3600, host="elsewhere", pid="12", slurm_job="5")
    with caplog.at_level("INFO"), lease(path):
        pass
    assert caplog.messages == ["taking over from Slurm job 5, process 12 on elsewhere, which has died"]


def test_a_job_that_has_not_waited_starts_at_once(path, pauses):
    write_lease(path, age=3600, host="elsewhere")
    with lease(path):
        assert pauses == []
    with lease(path):
        assert pauses == []


def test_a_holder_touches_its_lease_as_long_as_it_holds_it(path):
    with lease(path):
        for _ in range(2):
            os.utime(path, (0, 0))
            eventually(lambda: path.stat().st_mtime > 0)


def test_a_waiting_job_that_is_asked_to_stop_stops(path, hold):
    hold("rude")
    with pytest.raises(Interrupted, match="stopped while waiting for process"), lease(path, stop=lambda: True):
        pass


def write_lease(path, age, **changes):
    path.write_text(json.dumps({"token": "t", **whoami(), **changes}))
    then = time.time() - age
    os.utime(path, (then, then))


def test_a_holder_on_another_machine_is_alive_as_long_as_it_touches_its_lease(path):
    write_lease(path, age=1, host="elsewhere", slurm_job="5")
    stops = iter([False, False, True])
    with pytest.raises(Interrupted), lease(path, stop=lambda: next(stops)):
        pass
    assert path.exists()


@pytest.mark.parametrize(("silence", "dead"), [(leases.EXPIRY_SECONDS, False), (leases.EXPIRY_SECONDS + 0.1, True)])
def test_a_holder_elsewhere_is_dead_once_it_is_silent_for_longer_than_file_systems_lag(silence, dead):
    assert leases.is_dead({"host": "elsewhere", "slurm_job": ""}, silence) == dead


def test_a_clock_that_is_ahead_makes_no_holder_on_another_machine_dead(path, monkeypatch):
    write_lease(path, age=1, host="elsewhere")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    with pytest.raises(Interrupted), lease(path, stop=lambda: True):
        pass
    assert path.exists()


def test_a_lease_that_another_job_has_just_taken_over_from_the_dead_is_left_to_it(path, monkeypatch):
    write_lease(path, age=3600, host="elsewhere")
    is_dead = leases.is_dead

    def overtaken(holder, silence):
        monkeypatch.setattr(leases, "is_dead", is_dead)
        write_lease(path, age=0, token="faster", host="elsewhere")
        return True

    monkeypatch.setattr(leases, "is_dead", overtaken)
    with pytest.raises(Interrupted), lease(path, stop=lambda: True):
        pass
    assert read_lease(path)["token"] == "faster"


@pytest.mark.parametrize(("age", "job"), [(3600, "5"), (1, "7")])
def test_a_silent_holder_elsewhere_and_the_earlier_attempt_of_a_requeued_job_are_dead(path, monkeypatch, age, job):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    write_lease(path, age=age, host="elsewhere", slurm_job=job)
    with lease(path):
        assert read_lease(path)["host"] != "elsewhere"
    assert list(path.parent.iterdir()) == []


def test_a_lease_file_that_is_being_written_is_left_to_its_writer(path, monkeypatch):
    path.write_text("")
    pauses = []

    def finish(seconds):
        pauses.append(seconds)
        write_lease(path, age=0, token="another", host="elsewhere")

    monkeypatch.setattr(time, "sleep", finish)
    with pytest.raises(Interrupted, match="waiting for process"), lease(path, stop=lambda: True):
        pass
    assert read_lease(path)["token"] == "another"
    assert pauses == [0.025]


def test_an_unfinished_lease_file_does_not_block_for_ever(path):
    path.write_text("")
    os.utime(path, (0, 0))
    with lease(path):
        assert read_lease(path) is not None


def test_many_processes_take_over_from_a_dead_holder_one_at_a_time(path, tmp_path):
    script = f"""
import time
from pathlib import Path
from ltsei.runtime import lease
lease.GRACE_SECONDS = 0
lease.HEARTBEAT_SECONDS = 0.1
with lease.Lease({str(path)!r}, stop=lambda: False, asked=lambda: None):
    alone = Path({str(tmp_path / "alone")!r})
    alone.touch(exist_ok=False)
    time.sleep(0.05)
    alone.unlink()
"""
    write_lease(path, age=3600, host="elsewhere")
    processes = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(8)]
    assert [process.wait() for process in processes] == [0] * 8


def test_a_job_that_loses_its_lease_is_notified_and_leaves_the_lease_to_the_other(path):
    notified = threading.Event()
    with lease(path, asked=notified.set):
        write_lease(path, age=0, token="another")
        assert notified.wait(SECONDS)
    assert read_lease(path)["token"] == "another"


def test_a_job_that_ends_before_it_notices_its_loss_leaves_the_lease_to_the_other(path, monkeypatch):
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", float(SECONDS))
    with lease(path):
        write_lease(path, age=0, token="another")
    assert read_lease(path)["token"] == "another"
