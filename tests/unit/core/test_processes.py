"""A process is known by more than its number, which the system gives to others once it has ended."""

import os
import subprocess
import sys

import pytest

from ltsei.core import processes


@pytest.fixture
def child():
    """A process that runs until the end of the test."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def identity_of(child):
    return processes.identity() | {"pid": str(child.pid), "started": processes.started(child.pid)}


@pytest.mark.parametrize(("error", "answer"), [(None, True), (ProcessLookupError, False), (PermissionError, True)])
def test_a_process_is_asked_whether_it_exists_without_a_signal_that_it_would_notice(monkeypatch, error, answer):
    sent = []

    def kill(pid, number):
        sent.append((pid, number))
        if error:
            raise error

    monkeypatch.setattr(os, "kill", kill)
    assert processes.exists(12) == answer
    assert sent == [(12, 0)]


def test_a_process_runs_until_it_has_ended(child):
    identity = identity_of(child)
    assert processes.runs(identity) is True
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.runs(identity) is False, "it has ended, though nobody has asked for its status"
    child.wait()
    assert processes.runs(identity) is False


def test_another_process_that_has_been_given_its_number_is_not_taken_for_it(child):
    assert processes.runs(identity_of(child) | {"started": "1"}) is False


@pytest.mark.parametrize("key", ["host", "boot", "namespace"])
def test_nothing_is_known_about_a_process_of_another_machine_boot_or_container(child, key):
    assert processes.runs(identity_of(child) | {key: "other"}) is None


def test_of_a_record_without_boot_and_start_the_number_decides(child):
    record = {key: value for key, value in identity_of(child).items() if key in ("host", "pid")}
    assert processes.runs(record) is True
    assert processes.runs(record | {"pid": "4194305"}) is False
