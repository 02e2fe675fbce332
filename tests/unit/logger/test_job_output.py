"""What jobs write to their inherited descriptors is handed on line by line."""

import os
import subprocess
import sys
import threading
import time

import pytest

from snakemake_logger_plugin_ltsei import job_output
from snakemake_logger_plugin_ltsei.job_output import JobOutput


@pytest.fixture
def descriptor(tmp_path):
    """A descriptor in the place of standard error, and what has reached the file behind it."""
    number = os.open(tmp_path / "terminal", os.O_RDWR | os.O_CREAT)
    yield number
    os.close(number)


def run_job(descriptor, code):
    subprocess.run([sys.executable, "-c", code], stderr=descriptor, check=True, timeout=30)


def wait_for_lines(output, number):
    """Wait until this many lines have arrived and are held."""
    deadline = time.monotonic() + 60
    while len(output.held) < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_line_of_a_job_arrives_in_order(descriptor):
    lines = []
    output = JobOutput([descriptor], lines.append)
    run_job(descriptor, "import sys; [print(line, file=sys.stderr) for line in range(5000)]")
    os.write(descriptor, b"without end")
    output.close()
    assert lines == [*map(str, range(5000)), "without end"]


def test_a_job_sees_no_terminal(descriptor):
    lines = []
    output = JobOutput([descriptor], lines.append)
    run_job(descriptor, "import sys; print(sys.stderr.isatty(), file=sys.stderr)")
    output.close()
    assert lines == ["False"]


def test_the_descriptor_is_restored(descriptor, tmp_path):
    output = JobOutput([descriptor], lambda line: None)
    output.close()
    os.write(descriptor, b"after")
    assert (tmp_path / "terminal").read_bytes() == b"after"


def test_a_line_that_a_failure_reports_is_left_out_before_and_after_it_arrives(descriptor, monkeypatch):
    monkeypatch.setattr(job_output, "SECONDS_HELD", 60.0)
    lines = []
    output = JobOutput([descriptor], lines.append)
    os.write(descriptor, b"first: boom\nother\n")
    wait_for_lines(output, 2)
    output.leave_out("first: boom")
    output.leave_out("second: boom")
    os.write(descriptor, b"second: boom\nsecond: boom\n")
    output.close()
    assert lines == ["other", "second: boom"]


def test_lines_are_held_for_a_moment_and_handed_on_when_asked(descriptor, monkeypatch):
    monkeypatch.setattr(job_output, "SECONDS_HELD", 60.0)
    lines = []
    output = JobOutput([descriptor], lines.append)
    os.write(descriptor, b"Traceback\n")
    wait_for_lines(output, 1)
    assert lines == []
    output.flush()
    assert lines == ["Traceback"]
    output.close()


def test_closing_does_not_wait_for_a_job_that_lives_on(descriptor):
    before = threading.active_count()
    output = JobOutput([descriptor], lambda line: None)
    job = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stderr=descriptor)
    output.close()
    assert threading.active_count() == before
    assert job.poll() is None
    job.kill()
    job.wait()


TRACEBACK = """Traceback (most recent call last):
  File "a.py", line 2, in <module>
    import sys
               ^^^^
KeyboardInterrupt

"""


def test_after_control_c_tracebacks_of_jobs_are_left_out_even_those_that_came_before_it(descriptor, monkeypatch):
    monkeypatch.setattr(job_output, "SECONDS_HELD", 60.0)
    lines = []
    output = JobOutput([descriptor], lines.append)
    os.write(descriptor, TRACEBACK.encode())
    wait_for_lines(output, len(TRACEBACK.splitlines()))
    output.interrupted()
    os.write(descriptor, (TRACEBACK + "stage1 a/2/0: stopped in epoch 3\n").encode())
    output.close()
    assert lines == ["stage1 a/2/0: stopped in epoch 3"]


def test_without_control_c_a_traceback_is_shown(descriptor):
    lines = []
    output = JobOutput([descriptor], lines.append)
    os.write(descriptor, TRACEBACK.encode())
    output.close()
    assert lines == TRACEBACK.splitlines()


def test_bytes_that_are_not_text_are_replaced(descriptor):
    lines = []
    output = JobOutput([descriptor], lines.append)
    os.write(descriptor, b"\xff\xfe ok\r\n")
    output.close()
    assert lines == ["�� ok"]


def test_jobs_are_not_held_up_where_showing_a_line_fails(descriptor, monkeypatch):
    monkeypatch.setattr(job_output, "SECONDS_HELD", 0.0)
    output = JobOutput([descriptor], lambda line: 1 / 0)
    run_job(descriptor, "import sys; sys.stderr.write(1000 * (1000 * 'x' + chr(10)))")
    output.close()
