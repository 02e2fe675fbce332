"""What a run shows: lines to a file, a progress bar on a terminal, Snakemake's own text where an option asks for it."""

import csv
import fcntl
import json
import os
import pty
import re
import signal
import struct
import termios
from statistics import mean

import pytest
from conftest import EXPERIMENTS
from workflow.conftest import wait_until

from snakemake_logger_plugin_ltsei.summary import RANKING
from workflow import preloaded

CELLS = "results/small/ir2/seed0"
COUNTER = re.compile(r"\[ *(\d+)/(\d+)\] ")
LONGEST, LARGEST = 200, 20_000


@pytest.fixture(scope="module")
def number_of_jobs(finished):
    """The jobs of the finished run: each has written a benchmark."""
    return len(finished.files("results/**/benchmarks/*"))


@pytest.fixture
def broken(finished_copy):
    """A finished project in which ce and crt must be evaluated again, and the evaluation of crt fails."""
    finished_copy.configure({**EXPERIMENTS, "on_failure": "stop"})
    for method in ("ce", "crt"):
        (finished_copy.root / CELLS / method / "metrics.json").unlink()
    (finished_copy.root / CELLS / "crt/stage2/logits_test.npy").write_bytes(b"")
    return finished_copy


def in_a_terminal(project, *arguments, columns=110):
    """Run snakemake in a terminal; return everything that the terminal receives."""
    terminal, behind = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = project.environment() | {"TERM": "xterm-256color"}
    process = preloaded.start("snakemake", ["--cores", "2", *arguments], project.root, environment, behind, behind)
    os.close(behind)
    received = b""
    while True:
        try:
            received += os.read(terminal, 65536)
        except OSError:
            break
    process.join()
    os.close(terminal)
    return received.decode()


def screen_after(text):
    """Return the lines on a terminal that has received text, cursor movements up, erasures and colours."""
    lines, row, column = [""], 0, 0
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
        if token == "\r":
            column = 0
        elif token == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif token.startswith("\x1b["):
            row -= int(token[2:-1] or 1) if token[-1] == "A" else 0
            lines[row] = "" if token[-1] == "K" else lines[row]
        else:
            lines[row] = lines[row][:column].ljust(column) + token + lines[row][column + len(token) :]
            column += len(token)
    return [line.rstrip() for line in lines]


def balanced_accuracy(project, method, ratio):
    metrics = project.root / "results" / "small" / f"ir{ratio}" / "seed0" / method / "metrics.json"
    return 100 * json.loads(metrics.read_text())["balanced_accuracy"]


def test_a_run_fits_on_a_few_pages_without_colours_or_long_lines(finished_run):
    _, text = finished_run
    assert len(text) < LARGEST
    assert max(map(len, text.splitlines())) <= LONGEST
    assert "\x1b" not in text
    assert "\r" not in text


def test_each_finished_job_is_one_line_with_its_number(finished_run, number_of_jobs):
    _, text = finished_run
    counters = [match.groups() for line in text.splitlines() if (match := COUNTER.match(line))]
    assert counters == [(str(number), str(number_of_jobs)) for number in range(1, number_of_jobs + 1)]


@pytest.mark.parametrize("method", ["ce", "crt"])
def test_the_line_of_an_evaluation_has_the_balanced_accuracy_of_its_metrics_file(finished_run, method):
    project, text = finished_run
    (line,) = [line for line in text.splitlines() if re.search(rf"\] +evaluate +{method} +ir 4.5 ", line)]
    assert " seed 0 " in line
    assert f"balanced accuracy {balanced_accuracy(project, method, 4.5):4.1f} %" in line
    assert re.search(r" \d:\d\d$", line)


def test_the_summary_names_the_best_methods_and_the_report(finished_run, number_of_jobs):
    project, text = finished_run
    with (project.root / "results" / RANKING).open(newline="") as file:
        means = {row["method"]: 100 * float(row["balanced_accuracy"]) for row in csv.DictReader(file)}
    best = sorted(means, key=lambda method: -means[method])[:5]
    summary = text[text.index(f"{number_of_jobs} of {number_of_jobs} jobs done") :].splitlines()
    assert summary[1] == "Best methods by mean balanced accuracy:"
    assert [line.split()[1:3] for line in summary[2:7]] == [[name, f"{means[name]:.1f}"] for name in best]
    assert summary[7] == "Report: results/report/report.html"
    assert means["ce"] == pytest.approx(mean(balanced_accuracy(project, "ce", ratio) for ratio in (2, 4.5)))


def test_the_full_text_is_in_snakemakes_own_log(finished_run, number_of_jobs):
    project, text = finished_run
    (log,) = [path for path in (project.root / ".snakemake/log").iterdir() if path.name in text]
    full_text = log.read_text()
    assert full_text.count("Finished jobid: ") == number_of_jobs + 1
    assert "reason: Missing output files" in full_text


def test_a_target_that_does_not_exist_is_named_once(broken):
    text = broken.snakemake("results/nothing", check=False).stdout
    assert text.count("No rule to produce results/nothing") == 1
    assert "jobs done" not in text


def test_a_terminal_shows_every_job_once_and_a_progress_bar_that_leaves_no_trace(broken):
    received = in_a_terminal(broken, f"{CELLS}/crt/metrics.json", f"{CELLS}/ce/metrics.json", columns=60)
    assert "━" in received
    assert re.search(r"\d+/\d+  \d running  (\d failed  )?\d:\d\d", received)
    assert received.rindex("\x1b[?25h") > received.rindex("\x1b[?25l")
    lines = screen_after(received)
    assert not [line for line in lines if "━" in line or "running" in line]
    assert [match.groups() for line in lines if (match := COUNTER.match(line))] == [("1", "2")]
    assert max(len(line) for line in lines if COUNTER.match(line)) <= 60
    assert sum(line.startswith("[failed]") for line in lines) == 1
    assert sum("log: " in line for line in lines) == 2  # below the failure and in the summary
    reason = lines[[line[:8] for line in lines].index("[failed]") + 1].strip()
    assert sum(reason in line for line in lines) == 2
    assert not [line for line in lines if "CalledProcessError" in line or "\x1b" in line]


def test_control_c_while_a_job_still_imports_is_a_sentence_and_no_traceback(project, experiments):
    project.configure({**experiments, "on_failure": "stop"})
    importing = project.root / "importing"
    waits = f"import pathlib\nimport time\n\npathlib.Path({str(importing)!r}).touch()\ntime.sleep(600)\n"
    project.edit("workflow/scripts/prepare.py", "from ltsei", f"{waits}\nfrom ltsei")
    running = project.start("results/small/signals/meta.json")
    wait_until(importing.exists, running)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait() != 0
    text = (project.root / "output.txt").read_text()
    log = project.root / "results/small/logs/prepare.log"
    assert "[stopped] prepare" in text
    assert "run the same command to resume" in text
    assert "run the same command to resume" in log.read_text()
    for word in ("Traceback", "^^^", "KeyboardInterrupt", "RuleException", "[failed]", "ended from outside"):
        assert word not in text + log.read_text()


@pytest.mark.parametrize("arguments", [["--dry-run", "--forceall"], ["--unlock"]], ids=" ".join)
def test_commands_that_compute_nothing_print_what_snakemake_prints(broken, arguments):
    with_plugin = without_times(broken.snakemake(*arguments).stdout)
    assert with_plugin
    broken.edit("profiles/default/config.yaml", "  logger: ltsei\n", "  keep-going: true\n")
    assert without_times(broken.snakemake(*arguments).stdout) == with_plugin


def test_verbose_gives_the_full_text_of_snakemake(broken):
    text = broken.snakemake("--verbose", "--", f"{CELLS}/ce/metrics.json").stdout
    assert "Finished jobid: 0 (Rule: evaluate)" in text
    assert "Selected jobs: 1" in text
    assert "jobs done" not in text


def test_quiet_hides_what_snakemake_hides(broken):
    quiet = broken.snakemake("--quiet", "all", "--", f"{CELLS}/ce/metrics.json").stdout.splitlines()
    assert [line for line in quiet if not line.startswith("Using workflow specific profile")] == []
    assert (broken.root / CELLS / "ce/metrics.json").exists()


def without_times(text):
    """Return the sorted lines of a text, without times, durations and identifiers."""
    text = re.sub(r"\d{4}-\d\d-\d\d.\d\d:?\d\d:?\d\d(\.\d+)?|\[\w{3} \w{3} .*?\]|\d:\d\d:\d\d\.\d+", "TIME", text)
    text = re.sub(r"Workflow ID: .*|tmp\w+|[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\d+\.\d+", "ID", text)
    return sorted(text.splitlines())
