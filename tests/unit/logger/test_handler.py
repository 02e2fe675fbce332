"""The handler that Snakemake calls: what appears, what is left to Snakemake, and that nothing is raised."""

import contextlib
import csv
import io
import json
import logging
import os
import subprocess
import sys
import time

import pytest
from snakemake.settings.enums import Quietness
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent
from unit.logger._records import BEGAN, error, failed, finished, message, planned, process_ended, record, started

from snakemake_logger_plugin_ltsei import LogHandler, results
from snakemake_logger_plugin_ltsei.view import View

CELL = {"dataset": "adsb", "ir": 50, "seed": 0, "method": "crt"}


@pytest.fixture
def show():
    """A function that shows records under some settings, to the end of the run, and returns what appears."""

    def show(*records, **settings):
        stream = io.StringIO()
        with contextlib.redirect_stderr(stream):
            handler = LogHandler(OutputSettings(**settings), None)
            for each in records:
                each.created += time.time() - BEGAN
                handler.handle(each)
            handler.close()
            handler.close()  # as Snakemake does
        return stream.getvalue()

    return show


@pytest.fixture
def metrics(tmp_path):
    path = tmp_path / "results/adsb/ir50/seed0/crt/metrics.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"balanced_accuracy": 0.605}))
    return path


def test_a_run_is_one_line_for_each_finished_job_and_a_summary(show, metrics):
    shown = show(
        *planned(evaluate=1, report=1),
        started(1, "evaluate", outputs=[metrics], **CELL),
        finished(1, at=3),
        started(2, "report"),
        finished(2, at=4),
    )
    lines = shown.splitlines()
    assert lines[0] == "2 jobs on 2 cores: 1 evaluate, 1 report"
    assert " ".join(lines[1].split()) == "[1/2] evaluate crt ir 50 seed 0 balanced accuracy 60.5 % 0:03"
    assert " ".join(lines[2].split()) == "[2/2] report all blocks 0:04"
    assert lines[4].startswith("2 of 2 jobs done, in ")
    assert shown.count("jobs done") == 1
    assert "\x1b" not in shown


def test_inputs_of_jobs_are_never_printed(show):
    shown = show(*planned(report=1), started(1, "report"), failed(1))
    assert "metrics.json" not in shown


def test_the_summary_names_the_best_methods_and_the_report_of_this_run(show, metrics, tmp_path):
    folder = tmp_path / "results/report"
    (folder / "tables").mkdir(parents=True)
    (folder / "report.html").write_text("")
    with (folder / "tables/ranking_overall.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("method", "balanced_accuracy"), ("ce", 0.5), ("crt", 0.605)])
    records = [*planned(evaluate=1), started(1, "evaluate", outputs=[metrics], **CELL), finished(1)]
    shown = show(*records)
    assert shown.endswith(
        "Best methods by mean balanced accuracy:\n  1. crt  60.5 %\n  2. ce   50.0 %\n"
        f"Report: {folder / 'report.html'}\n"
    )


def test_the_summary_leaves_out_tables_and_reports_of_earlier_runs(show, metrics, tmp_path):
    page = tmp_path / "results/report/report.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    os.utime(page, (1000, 1000))
    shown = show(*planned(evaluate=1), started(1, "evaluate", outputs=[metrics], **CELL), finished(1))
    assert "Report" not in shown
    assert "Best" not in shown


def test_the_summary_names_the_report_of_a_block_where_only_that_was_made(show):
    page = "results/report/main/report.html"
    shown = show(*planned(block_report=1), started(1, "block_report", outputs=[page], block="main"), finished(1))
    assert shown.endswith(f"Report: {page}\n")


def test_a_failure_has_its_reason_and_log_and_stands_in_the_summary(show, tmp_path):
    log = tmp_path / "stage1.log"
    log.write_text("2026-01-01 00:00:00,000 ERROR stage1 adsb/50/0/crt: training diverged\n")
    shown = show(
        *planned(stage1=2, evaluate=2),
        started(1, "stage1", log=log, **CELL),
        process_ended("returned non-zero exit status 1."),
        failed(1, at=60, logs=[log]),
    )
    lines = shown.splitlines()
    assert " ".join(lines[1].split()) == "[failed] stage 1 crt ir 50 seed 0 after 1:00"
    assert [line.strip() for line in lines[2:4]] == ["training diverged", f"log: {log}"]
    assert "0 of 4 jobs done, 1 failed, 3 not run" in shown
    assert "  failed: stage 1  adsb  crt  ir 50  seed 0: training diverged\n" in shown
    assert "CalledProcessError" not in shown


def test_a_job_that_is_tried_again_says_so_and_is_no_failure_once_it_is_done(show):
    shown = show(
        *planned(stage1=1),
        started(1, "stage1", **CELL),
        failed(1),
        message("Trying to restart job 1."),
        started(1, "stage1", **CELL),
        finished(1, at=4),
    )
    assert "[again]   stage 1  crt" in shown
    assert "0:04  attempt 2\n" in shown
    assert "1 of 1 jobs done, in" in shown
    assert "Trying to restart" not in shown


def test_many_failures_are_listed_in_part(show):
    jobs = [each for number in range(30) for each in (started(number, "stage1", **CELL), failed(number))]
    shown = show(*planned(stage1=30), *jobs)
    assert shown.count("  failed: ") == 10
    assert "  … and 20 more failed; their lines are above\n" in shown


def test_messages_of_hooks_warnings_and_errors_appear_in_full(show):
    long = "The experiment file has wrong values: " + 300 * "x"
    shown = show(
        *planned(stage1=1),
        message("What is done so far is in results/report/after_failure.html."),
        message("No SLURM account given, trying to guess.", logging.WARNING),
        message("Slurm job 7 waits", logging.ERROR),
        error(f"WorkflowError:\n{long}"),
    )
    for text in ("after_failure.html.\n", "trying to guess.\n", "Slurm job 7 waits\n", f"WorkflowError:\n{long}\n"):
        assert shown.count(text) == 1


def test_a_message_that_repeats_itself_appears_once_and_a_warning_every_time(show):
    shown = show(
        *planned(stage1=1),
        *(message("Job rate limit reached, waiting for free slots.") for _ in range(3)),
        *(message("a node was lost", logging.WARNING) for _ in range(3)),
    )
    assert shown.count("Job rate limit reached") == 1
    assert shown.count("a node was lost") == 3


def test_an_error_before_the_first_job_is_snakemakes_own_text(show):
    text = "MissingRuleException:\nNo rule to produce x."
    assert show(message("Building DAG of jobs..."), error(text)) == f"Building DAG of jobs...\n{text}\n"


def test_an_error_before_the_first_job_of_a_planned_run_has_no_summary(show):
    text = "WorkflowError:\nThe experiment file has wrong values."
    assert show(*planned(stage1=1), error(text)).splitlines()[1:] == text.splitlines()


def test_what_tells_nothing_new_is_left_out_but_never_a_warning(show):
    told = ["Select jobs to execute...", "Using shell: /usr/bin/bash", "Elapsed time: 0:00:03", "None"]
    told += ["Job 3 has been submitted with SLURM jobid 7 (log: x)."]
    shown = show(*planned(stage1=1), *map(message, told), message("Using shell: none found", logging.WARNING))
    assert shown.splitlines()[1:] == ["Using shell: none found"]


def test_nothing_to_be_done_has_no_summary(show):
    text = "Nothing to be done (all requested files are present and up to date)."
    assert show(record(LogEvent.WORKFLOW_STARTED, "Workflow has started!"), message(text)) == f"{text}\n"


@pytest.mark.parametrize("settings", [{"verbose": True}, {"printshellcmds": True}, {"debug_dag": True}])
def test_options_for_more_text_give_that_of_snakemake(show, settings):
    shown = show(record(LogEvent.RUN_INFO, "Job stats: a table", stats={}), finished(1), **settings)
    assert "Job stats: a table\n" in shown
    assert "Finished jobid: 1\n" in shown
    assert "jobs done" not in shown


def test_quiet_shows_what_snakemake_shows(show):
    quiet = {Quietness.PROGRESS, Quietness.RULES}
    records = [record(LogEvent.RUN_INFO, "Job stats: a table", stats={}), finished(1), message("a hook")]
    assert show(*records, quiet=quiet) == "a hook\n"


def test_quiet_all_shows_nothing(show):
    assert show(message("a hook"), finished(1), quiet={Quietness.ALL}) == ""


def test_a_dry_run_is_snakemakes_own_text_on_standard_output(show, capsys):
    assert show(record(LogEvent.RUN_INFO, "Job stats: a table", stats={}), dryrun=True, stdout=True) == ""
    assert capsys.readouterr().out == "Job stats: a table\n"


@pytest.mark.parametrize(("variables", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_text_of_snakemake_has_no_colours_where_the_user_wants_none(monkeypatch, variables, colour):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    with contextlib.redirect_stderr(Terminal()) as stream:
        LogHandler(OutputSettings(verbose=True), None).handle(message("a hook"))
    assert stream.getvalue() == ("\x1b[33ma hook\x1b[0m\n" if colour else "a hook\n")


def test_where_showing_a_record_fails_snakemakes_own_text_follows(show, monkeypatch):
    def broken(*_):
        raise KeyError("jobid")

    monkeypatch.setattr(View, "show", broken)
    shown = show(*planned(stage1=1), finished(1), finished(2))
    assert "logger ltsei: KeyError: 'jobid'; Snakemake's own text follows\n" in shown
    assert "Finished jobid: 1\n" in shown
    assert "Finished jobid: 2\n" in shown
    assert shown.count("logger ltsei") == 1


def test_a_summary_that_fails_raises_nothing(show, monkeypatch, metrics):
    monkeypatch.setattr(results, "written_since", lambda *_: 1 / 0)
    records = [*planned(evaluate=1), started(1, "evaluate", outputs=[metrics], **CELL), finished(1)]
    assert "60.5 %" in show(*records)


def test_a_process_that_does_not_show_a_run_loads_neither_rich_nor_the_package():
    code = (
        "import sys, snakemake_logger_plugin_ltsei;"
        "print([name for name in sys.modules if name.split('.')[0] in ('rich', 'ltsei')])"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert done.stdout == "[]\n"


def test_a_run_without_a_terminal_does_not_load_rich():
    code = "import sys, snakemake_logger_plugin_ltsei.display; print('rich' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert done.stdout == "False False\n"
