"""Two jobs never write the same files at the same time, whoever started them and however they end."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise

import pytest

from ltsei.core.errors import Interrupted
from ltsei.runtime import lease as leases
from ltsei.runtime.lease import Lease, read_lease, whoami

HOLD = """
import sys, time
from ltsei.runtime.lease import Lease
asked = []
with Lease(sys.argv[1], stop=lambda: False, asked=lambda: asked.append(1), fingerprint="f") as lease:
    print("held", flush=True)
    deadline = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < deadline and not (asked and sys.argv[3] == "polite"):
        time.sleep(0.02)
    print("asked" if asked else "not asked", flush=True)
"""


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(leases, "GRACE_SECONDS", 0.0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "stage1.lease"


@pytest.fixture
def hold(path):
    """A function that starts a process which holds the lease; a rude one ignores requests."""
    started = []

    def start(seconds=60, manners="polite"):
        command = [sys.executable, "-c", HOLD, str(path), str(seconds), manners]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def lease(path, stop=lambda: False, asked=lambda: None, **details):
    return Lease(path, stop=stop, asked=asked, **details)


def test_a_lease_says_who_holds_it_and_is_gone_afterwards(path):
    with lease(path, fingerprint="f"):
        assert read_lease(path) == read_lease(path) | {"pid": str(os.getpid()), "fingerprint": "f"}
    assert list(path.parent.iterdir()) == []


def test_a_lease_is_gone_after_an_error_too(path):
    with pytest.raises(KeyError), lease(path):
        raise KeyError
    assert list(path.parent.iterdir()) == []


def test_a_living_holder_is_asked_to_hand_over_and_waited_for(path, hold):
    holder = hold()
    with lease(path):
        assert holder.wait(timeout=5) == 0
    assert holder.stdout.read() == "asked\n"


def test_a_holder_that_ignores_the_request_is_waited_for_until_it_ends(path, hold):
    holder = hold(seconds=4, manners="rude")
    with lease(path):
        assert holder.wait(timeout=5) == 0


def test_the_lease_of_a_killed_process_is_taken_at_once(path, hold):
    holder = hold()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert path.exists()
    began = time.monotonic()
    with lease(path):
        assert time.monotonic() - began < 5


def test_a_waiting_job_that_is_asked_to_stop_stops(path, hold):
    hold(manners="rude")
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


@pytest.mark.parametrize(("age", "job"), [(3600, "5"), (1, "7")])
def test_a_silent_holder_elsewhere_and_the_earlier_attempt_of_a_requeued_job_are_dead(path, monkeypatch, age, job):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    write_lease(path, age=age, host="elsewhere", slurm_job=job)
    with lease(path):
        assert read_lease(path)["host"] != "elsewhere"


def test_an_unfinished_lease_file_does_not_block_for_ever(path):
    path.write_text("")
    os.utime(path, (0, 0))
    with lease(path):
        assert read_lease(path) is not None


def test_many_processes_take_over_from_a_dead_holder_one_at_a_time(path, tmp_path):
    script = f"""
import os, sys, time
from ltsei.runtime import lease
lease.GRACE_SECONDS = 0
with lease.Lease({str(path)!r}, stop=lambda: False, asked=lambda: None):
    began = time.time()
    time.sleep(0.1)
    print(began, time.time())
"""
    write_lease(path, age=3600, host="elsewhere")
    processes = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(8)]
    spans = sorted(tuple(map(float, process.communicate(timeout=60)[0].split())) for process in processes)
    assert len(spans) == 8
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


def test_a_job_that_loses_its_lease_is_notified(path):
    notified = []
    with lease(path, asked=lambda: notified.append(True)):
        write_lease(path, age=0, token="another")
        deadline = time.monotonic() + 5
        while not notified and time.monotonic() < deadline:
            time.sleep(0.02)
    assert notified
    assert read_lease(path)["token"] == "another"
