"""Jobs share the devices of a machine: one slot each, freed however the job ends. These tests need no GPU."""

import json
import os
import signal
import subprocess
import sys

import pytest

CLAIM = """
import json, sys
from ltsei.runtime import gpu_lock
print(json.dumps(gpu_lock.claim(lambda: int(sys.argv[1]), int(sys.argv[2]))), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def claim(tmp_path, monkeypatch):
    """A function that starts a process which claims a device and holds it until its input is closed."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    started = []

    def start(devices=0, per_device=1, **environment):
        command = [sys.executable, "-c", CLAIM, str(devices), str(per_device)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen(command, env=os.environ | environment, text=True, **pipes)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def device(process):
    """Wait until a process has claimed a device and return its name."""
    return json.loads(process.stdout.readline())


def finish(process):
    """Return the device of a process that ends as soon as it has claimed one."""
    process.stdin.close()
    name = device(process)
    assert process.wait() == 0
    return name


@pytest.mark.parametrize("per_device", [1, 2])
def test_jobs_use_all_slots_of_all_devices_and_the_next_one_waits_until_one_is_free(claim, per_device):
    holders = [claim(3, per_device) for _ in range(3 * per_device)]
    names = [device(holder) for holder in holders]
    assert sorted(names) == sorted(["0", "1", "2"] * per_device)
    waiting = claim(3, per_device)
    free = holders[names.index("2")]  # without waiting it would have been given another device
    free.stdin.close()
    free.wait()
    assert device(waiting) == "2"


def test_the_emptiest_device_is_taken_first(claim):
    assert [device(claim(3, 2)) for _ in range(6)] == ["0", "1", "2", "0", "1", "2"]


def test_the_devices_are_those_that_cuda_visible_devices_names(claim):
    names = {finish(claim(8, CUDA_VISIBLE_DEVICES="5,GPU-1f/a")) for _ in range(2)}
    assert names == {"5"}
    assert device(claim(8, CUDA_VISIBLE_DEVICES="5,GPU-1f/a")) == "5"
    assert finish(claim(8, CUDA_VISIBLE_DEVICES="5,GPU-1f/a")) == "GPU-1f/a"


@pytest.mark.parametrize("visible", ["", "-1"])
def test_no_device_is_claimed_where_none_is_visible(claim, visible):
    assert finish(claim(4, CUDA_VISIBLE_DEVICES=visible)) is None


def test_a_killed_job_frees_its_device(claim):
    first = claim(1)
    assert device(first) == "0"
    second = claim(1)
    first.send_signal(signal.SIGKILL)
    assert finish(second) == "0"


def test_jobs_of_different_slurm_allocations_do_not_wait_for_each_other(claim):
    assert device(claim(CUDA_VISIBLE_DEVICES="0", SLURM_JOB_ID="1")) == "0"
    assert finish(claim(CUDA_VISIBLE_DEVICES="0", SLURM_JOB_ID="2")) == "0"
