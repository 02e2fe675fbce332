"""The progress of a run follows from the files that its jobs write."""

import io
import json
import time
from pathlib import Path

import pytest
from conftest import SCRIPTS
from rich.console import Console

from ltsei.pipeline import progress, progress_screen
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rule_table import RULES
from ltsei.runtime.lease import Lease, whoami


@pytest.fixture
def matrix(experiments, tmp_path):
    experiments["results"] = str(tmp_path / "results")
    return load_matrix(experiments, SCRIPTS)


@pytest.fixture
def write(matrix, tmp_path):
    """A function that writes the outputs of a job, or its log."""

    def write(job, text, log=False):
        path = Path(job.log(tmp_path / "results")) if log else job.last_output(tmp_path / "results")
        for name in () if log else RULES[job.rule].outputs:
            output = Path(job.output(name, tmp_path / "results"))
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


CE, FOCAL = JobId("stage1", "small", "2", "0", "ce"), JobId("stage1", "small", "2", "0", "focal")


def observed(matrix, job):
    return next(seen for seen in progress.read_progress(matrix).jobs if seen.place == job)


def test_without_any_file_every_job_waits(matrix):
    status = progress.read_progress(matrix)
    assert {job.state for job in status.jobs} == {"waiting"}
    assert status.rules["stage1"]["waiting"] == 4
    assert status.rules["evaluate"]["waiting"] == 12
    stages = ["stage1", "features", "stage2", "stage3", "stage3_test"]
    assert list(status.rules) == ["prepare", "make_split", *stages, "evaluate"]


def test_a_job_is_done_when_its_last_output_exists(matrix, write):
    write(CE, "{}")
    assert observed(matrix, CE).state == "done"
    assert progress.read_progress(matrix).methods["ce"]["done"] == 1


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("")], ids=["missing", "empty"])
def test_a_job_that_has_ended_without_one_of_its_files_is_not_done(matrix, write, tmp_path, spoil):
    write(CE, "{}")
    model = Path(CE.output("model", tmp_path / "results"))
    spoil(model)
    seen = observed(matrix, CE)
    assert seen.state == "failed"
    assert seen.message.startswith(f"{model}: ") and seen.message.endswith("`ltsei repair` says what to do")


def test_a_job_whose_log_may_not_be_read_is_named(matrix, write, monkeypatch):
    def refused(log):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(progress.job_state, "state", refused)
    seen = observed(matrix, CE)
    assert (seen.state, seen.message.split(": ")[1]) == ("failed", "cannot be read (Permission denied)")


def test_a_job_runs_while_a_process_holds_its_lease(matrix, write):
    log = write(CE, "2026-01-01 00:00:00,000 INFO epoch 3  train_loss 1\n", log=True)
    with Lease(log.with_suffix(".lease"), stop=lambda: False, asked=lambda: None):
        assert (observed(matrix, CE).state, observed(matrix, CE).message) == ("running", "epoch 3  train_loss 1")
    assert observed(matrix, CE).state == "waiting"


def test_a_job_whose_process_is_dead_is_not_running(matrix, write):
    log = write(CE, "", log=True)
    log.with_suffix(".lease").write_text(json.dumps(whoami() | {"pid": "4194305"}))
    assert observed(matrix, CE).state == "waiting"


def test_a_failed_job_says_why_and_an_interrupted_one_waits(matrix, write):
    write(CE, "2026-01-01 00:00:00,000 ERROR stage1 ce: the loss is nan\n    Traceback\n", log=True)
    write(FOCAL, "2026-01-01 00:00:00,000 ERROR stopped in epoch 2; run the same command to resume\n", log=True)
    assert (observed(matrix, CE).state, observed(matrix, CE).message) == ("failed", "stage1 ce: the loss is nan")
    assert observed(matrix, FOCAL).state == "waiting"


def test_the_rate_predicts_the_minutes_left(matrix, write):
    write(CE, "{}")
    write(FOCAL, "{}")
    status = progress.read_progress(matrix)
    waiting = len(status.in_state("waiting"))
    assert status.per_minute == pytest.approx(2, rel=0.1)
    assert status.minutes_left == pytest.approx(waiting / 2, rel=0.1)
    assert "2.0 jobs a minute, about" in progress.rate(status)


def test_the_view_fits_a_small_terminal(matrix, write, monkeypatch):
    write(CE, "2026-01-01 00:00:00,000 ERROR " + 500 * "x" + "\n", log=True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "16")
    (view,) = progress.views(matrix, once=True)
    assert len(view) <= 14
    assert max(map(len, view)) <= 59
    assert any(line.startswith("failed: stage1 small/2/0/ce: xxx") for line in view)


def test_the_view_is_drawn_again_until_nothing_is_left(matrix, write, monkeypatch):
    pauses = []

    def finish(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            for job in progress.read_progress(matrix).jobs:
                write(job.place, "{}")

    monkeypatch.setattr(time, "sleep", finish)
    assert len(list(progress.views(matrix, once=False))) == 3
    assert pauses == [progress.SECONDS_BETWEEN_VIEWS] * 2


def test_a_view_to_a_file_has_no_control_codes(matrix):
    (view,) = progress.views(matrix, once=True)
    assert "\x1b" not in "".join(view)


@pytest.fixture
def drawn(matrix):
    """A function width, height -> lines that a terminal of that size shows for one view."""

    def drawn(width, height):
        console = Console(file=io.StringIO(), force_terminal=True, width=width, height=height, color_system=None)
        console.print(progress_screen.view(progress.read_progress(matrix), width, height - 1))
        return console.file.getvalue().splitlines()

    return drawn


def test_a_terminal_shows_rules_failures_and_methods_with_bars(drawn, write):
    write(CE, "2026-01-01 00:00:00,000 ERROR stage1 ce: the loss is nan\n", log=True)
    write(FOCAL, "{}")
    lines = drawn(100, 30)
    (stage1,) = [line for line in lines if line.startswith("stage1")]
    assert "━" in stage1
    assert stage1.replace("━", "").replace("╸", "").replace("╺", "").split() == ["stage1", "1", "1", "2"]
    assert "failed: stage1 small/2/0/ce: stage1 ce: the loss is nan" in lines
    assert [line.split()[0] for line in lines[-6:]] == ["ce", "focal", "crt", "tau_norm", "crt_tau", "la_posthoc"]


def test_a_small_terminal_shows_no_bars_and_cuts_lines(drawn, write):
    write(CE, "2026-01-01 00:00:00,000 ERROR " + 500 * "x" + "\n", log=True)
    lines = drawn(50, 16)
    assert max(map(len, lines)) <= 50
    assert "━" not in "".join(lines)
    assert sum(line.startswith("failed: ") for line in lines) == 1


def test_a_terminal_is_drawn_until_nothing_is_left(matrix, write):
    statuses = []

    def read():
        for job in progress.read_progress(matrix).jobs if statuses else ():
            write(job.place, "{}")
        statuses.append(progress.read_progress(matrix))
        return statuses[-1]

    console = Console(file=io.StringIO(), force_terminal=True, width=100, height=30)
    last = progress_screen.draw(read, 0.0, console)
    assert len(statuses) == 2
    assert last.in_state("running", "waiting") == []
    assert console.file.getvalue().rindex("\x1b[?25h") > console.file.getvalue().rindex("\x1b[?25l")


def test_the_page_shows_failures_as_text_and_reloads_itself_while_the_run_continues(matrix, write, tmp_path):
    write(CE, "2026-01-01 00:00:00,000 ERROR <script>alert(1)</script>\n", log=True)
    progress.write_page(matrix, live=True)
    page = (tmp_path / "results" / "status.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert 'http-equiv="refresh"' in page
    progress.write_page(matrix, live=False)
    assert 'http-equiv="refresh"' not in (tmp_path / "results" / "status.html").read_text()
