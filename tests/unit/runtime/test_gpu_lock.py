"""Jobs share the devices of a machine: one slot each, freed however the job ends. These tests need no GPU."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

CLAIM = """
import json, sys, time
from ltsei.runtime import gpu_lock
device = gpu_lock.claim(lambda: int(sys.argv[1]), int(sys.argv[2]))
print(json.dumps({"device": device, "begin": time.time()}), flush=True)
time.sleep(float(sys.argv[3]))
print(json.dumps({"end": time.time()}), flush=True)
"""


@pytest.fixture
def claim(tmp_path, monkeypatch):
    """A function that starts a process which claims a device and holds it for some seconds."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    started = []

    def start(devices=0, per_device=1, seconds=0.1, **environment):
        command = [sys.executable, "-c", CLAIM, str(devices), str(per_device), str(seconds)]
        process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            process.communicate()


def finish(process):
    lines = process.communicate()[0].splitlines()
    return {key: value for line in lines for key, value in json.loads(line).items()}


def most_at_once(spans):
    return max(sum(other["begin"] <= span["begin"] < other["end"] for other in spans) for span in spans)


@pytest.mark.parametrize("per_device", [1, 2])
def test_many_jobs_use_all_devices_and_never_more_than_the_slots_of_a_device(claim, per_device):
    jobs = [finish(process) for process in [claim(3, per_device) for _ in range(16)]]
    by_device = {device: [job for job in jobs if job["device"] == device] for device in ("0", "1", "2")}
    assert sum(map(len, by_device.values())) == 16
    assert all(1 <= most_at_once(sharing) <= per_device for sharing in by_device.values())


def test_the_devices_are_those_that_cuda_visible_devices_names(claim):
    names = {finish(claim(8, CUDA_VISIBLE_DEVICES="5,GPU-1f/a"))["device"] for _ in range(2)}
    assert names == {"5"}
    first = claim(8, seconds=30, CUDA_VISIBLE_DEVICES="5,GPU-1f/a")
    assert json.loads(first.stdout.readline())["device"] == "5"
    assert finish(claim(8, CUDA_VISIBLE_DEVICES="5,GPU-1f/a"))["device"] == "GPU-1f/a"


@pytest.mark.parametrize("visible", ["", "-1"])
def test_no_device_is_claimed_where_none_is_visible(claim, visible):
    assert finish(claim(4, CUDA_VISIBLE_DEVICES=visible))["device"] is None


def test_a_killed_job_frees_its_device(claim):
    first = claim(1, seconds=60)
    first.stdout.readline()
    second = claim(1)
    time.sleep(0.5)
    assert second.poll() is None
    first.send_signal(signal.SIGKILL)
    assert finish(second)["device"] == "0"


def test_jobs_of_different_slurm_allocations_do_not_wait_for_each_other(claim):
    first = claim(seconds=60, CUDA_VISIBLE_DEVICES="0", SLURM_JOB_ID="1")
    first.stdout.readline()
    assert finish(claim(CUDA_VISIBLE_DEVICES="0", SLURM_JOB_ID="2"))["device"] == "0"
