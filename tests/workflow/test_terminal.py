"""What a run shows: lines to a file, a progress bar on a terminal, Snakemake's own text where an option asks for it."""

import csv
import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
import time

import pytest
from conftest import EXPERIMENTS
from workflow.conftest import Project

from snakemake_logger_plugin_ltsei.summary import RANKING

CELLS = "results/small/ir2/seed0"
JOBS = 15
COUNTER = re.compile(r"\[ *(\d+)/(\d+)\] ")
LONGEST, LARGEST = 200, 20_000


class ProjectWithoutWarnings(Project):
    """A project in which Python shows no warnings, since these would count as output of a run."""

    def environment(self):
        """Return the environment variables of other projects, but with warnings turned off."""
        return super().environment() | {"PYTHONWARNINGS": "ignore"}


def configured(project, **stage1):
    """Configure two methods under one condition; return the project without warnings."""
    block = {**EXPERIMENTS["experiments"]["main"], "methods": ["ce", "crt"], "imbalance_ratios": [2]}
    defaults = {**EXPERIMENTS["defaults"], "stage1": {**EXPERIMENTS["defaults"]["stage1"], **stage1}}
    project.configure({**EXPERIMENTS, "defaults": defaults, "experiments": {"main": block}})
    return ProjectWithoutWarnings(project.root)


@pytest.fixture(scope="module")
def finished_run(make_project):
    """A project whose matrix has run, and the output of the run."""
    project = configured(make_project("finished_run"))
    return project, project.snakemake().stdout


@pytest.fixture
def broken(finished_run, tmp_path):
    """A copy of it in which crt must be evaluated again, and the evaluation fails."""
    project = ProjectWithoutWarnings(tmp_path / "project")
    shutil.copytree(finished_run[0].root, project.root, symlinks=True)
    (project.root / CELLS / "crt/metrics.json").unlink()
    (project.root / CELLS / "crt/stage2/logits.npz").write_bytes(b"")
    return project


def in_a_terminal(project, *arguments, columns=110):
    """Run snakemake in a terminal; return everything that the terminal receives."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project.root)
        command = project.command(*arguments)
        os.execve(command[0], command, project.environment() | {"TERM": "xterm-256color"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    received = b""
    while True:
        try:
            received += os.read(terminal, 65536)
        except OSError:
            break
    os.waitpid(pid, 0)
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


def balanced_accuracy(project, method):
    return 100 * json.loads((project.root / CELLS / method / "metrics.json").read_text())["balanced_accuracy"]


def test_a_run_fits_on_a_few_pages_without_colours_or_long_lines(finished_run):
    _, text = finished_run
    assert len(text) < LARGEST
    assert max(map(len, text.splitlines())) <= LONGEST
    assert "\x1b" not in text
    assert "\r" not in text


def test_each_finished_job_is_one_line_with_its_number(finished_run):
    _, text = finished_run
    counters = [match.groups() for line in text.splitlines() if (match := COUNTER.match(line))]
    assert counters == [(str(number), str(JOBS)) for number in range(1, JOBS + 1)]


@pytest.mark.parametrize("method", ["ce", "crt"])
def test_the_line_of_an_evaluation_has_the_balanced_accuracy_of_its_metrics_file(finished_run, method):
    project, text = finished_run
    (line,) = [line for line in text.splitlines() if re.search(rf"\] +evaluate +{method} ", line)]
    assert f"{method} " in line
    assert " ir 2 " in line
    assert " seed 0 " in line
    assert f"balanced accuracy {balanced_accuracy(project, method):4.1f} %" in line
    assert re.search(r" 0:\d\d$", line)


def test_the_summary_names_the_best_methods_and_the_report(finished_run):
    project, text = finished_run
    with (project.root / "results" / RANKING).open(newline="") as file:
        means = {row["method"]: 100 * float(row["balanced_accuracy"]) for row in csv.DictReader(file)}
    best = sorted(means, key=lambda method: -means[method])
    summary = text[text.index(f"{JOBS} of {JOBS} jobs done") :].splitlines()
    assert summary[1] == "Best methods by mean balanced accuracy:"
    assert [line.split()[1:3] for line in summary[2:4]] == [[name, f"{means[name]:.1f}"] for name in best]
    assert summary[4] == "Report: results/report/report.html"
    assert means["ce"] == pytest.approx(balanced_accuracy(project, "ce"))


def test_the_full_text_is_in_snakemakes_own_log(finished_run):
    project, text = finished_run
    (log,) = [path for path in (project.root / ".snakemake/log").iterdir() if path.name in text]
    full_text = log.read_text()
    assert full_text.count("Finished jobid: ") == JOBS + 1
    assert "reason: Missing output files" in full_text


def test_a_run_with_nothing_to_do_says_so_and_has_no_summary(finished_run):
    again = finished_run[0].snakemake().stdout
    assert "Nothing to be done" in again
    assert "jobs done" not in again


def test_each_failed_attempt_shows_its_reason_and_the_path_of_its_log_without_a_traceback(broken):
    text = broken.snakemake("--retries", "1", f"{CELLS}/crt/metrics.json", check=False).stdout
    log = f"{CELLS}/crt/logs/evaluate.log"
    reason = (broken.root / log).read_text().splitlines()[-1].partition("evaluate small/2/0/crt: ")[2]
    reason = reason.removesuffix(f" (traceback in {log})")
    lines = [line.strip() for line in text.splitlines()]
    failures = [index for index, line in enumerate(lines) if line.startswith("[failed]")]
    assert reason
    assert [lines[index + 1 : index + 3] for index in failures] == 2 * [[reason, f"log: {log}"]]
    assert lines[failures[1]].endswith("attempt 2")
    assert f"failed: evaluate  small  crt  ir 2  seed 0: {reason}" in lines
    assert "0 of 1 jobs done, 1 failed, in" in text
    assert text.count(reason) == 3
    assert "Traceback" not in text


def test_a_job_that_fails_before_its_log_begins_shows_its_error_output(broken):
    broken.edit("workflow/scripts/evaluate.py", '"""\n', '"""\n\nraise SystemExit("no luck")\n')
    text = broken.snakemake(f"{CELLS}/crt/metrics.json", check=False).stdout
    assert text.count("no luck\n") == 1
    assert "ended without an error in its log (exit status 1)" in text


def test_mistakes_appear_in_full_and_once(broken):
    text = broken.snakemake("results/nothing", check=False).stdout
    assert text.count("No rule to produce results/nothing") == 1
    broken.edit("config/experiments.yaml", "gamma: 2.0", "gama: 2.0")
    text = broken.snakemake(check=False).stdout
    assert text.count("The experiment file has mistakes") == 1
    assert "gama" in text
    assert "jobs done" not in text


def test_a_terminal_has_a_progress_bar_that_leaves_no_trace(broken):
    received = in_a_terminal(broken, "--keep-going")
    assert "━" in received
    assert re.search(r"\d+/\d+  \d running  \d:\d\d", received)
    assert received.rindex("\x1b[?25h") > received.rindex("\x1b[?25l")
    lines = screen_after(received)
    assert not [line for line in lines if "━" in line or "running" in line]
    assert sum(line.startswith("[failed]") for line in lines) == 1
    assert sum("log: " in line for line in lines) == 2  # below the failure and in the summary
    reason = lines[[line[:8] for line in lines].index("[failed]") + 1].strip()
    assert sum(reason in line for line in lines) == 2
    assert not [line for line in lines if "CalledProcessError" in line or "\x1b" in line]


def test_a_run_in_a_terminal_shows_every_job_once(finished_run, tmp_path):
    project = ProjectWithoutWarnings(tmp_path / "project")
    shutil.copytree(finished_run[0].root, project.root, symlinks=True)
    lines = screen_after(in_a_terminal(project, "--forcerun", "evaluate", columns=60))
    counters = [match.groups() for line in lines if (match := COUNTER.match(line))]
    total = int(counters[0][1])
    assert [int(done) for done, _ in counters] == list(range(1, total + 1))
    assert max(len(line) for line in lines if COUNTER.match(line)) <= 60
    assert "Report: results/report/report.html" in lines


def test_an_interrupted_training_is_reported_as_stopped_and_not_as_failed(make_project):
    project = configured(make_project("stopped"), epochs=5000)
    log, output = project.root / CELLS / "ce/logs/stage1.log", project.root / "output"
    options = {"cwd": project.root, "env": project.environment(), "start_new_session": True}
    with output.open("w") as file:
        running = subprocess.Popen(
            project.command(f"{CELLS}/ce/stage1/model.pt"), stdout=file, stderr=subprocess.STDOUT, **options
        )
    deadline = time.monotonic() + 120
    while not (log.exists() and "epoch 1 " in log.read_text()):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    running.wait()
    text = output.read_text()
    assert re.search(r"^\[stopped\] stage 1 +ce ", text, re.MULTILINE)
    assert re.search(r"^2 of 3 jobs done, 1 stopped, in \d:\d\d; the same command continues$", text, re.MULTILINE)
    for word in ("[failed]", "RuleException", "exit status", "WorkflowError"):
        assert word not in text


def test_control_c_while_a_job_still_imports_is_a_sentence_and_no_traceback(make_project):
    project = configured(make_project("importing"), epochs=2)
    output = project.root / "output"
    options = {"cwd": project.root, "env": project.environment(), "start_new_session": True}
    with output.open("w") as file:
        running = subprocess.Popen(project.command(), stdout=file, stderr=subprocess.STDOUT, **options)
    deadline = time.monotonic() + 120
    scripts = project.root / ".snakemake" / "scripts"
    while not list(scripts.glob("*.prepare.py")):  # Snakemake writes it just before it starts the process
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    assert running.wait() != 0
    text = output.read_text()
    log = project.root / "results/small/logs/prepare.log"
    assert "[stopped] prepare" in text
    assert "run the same command to resume" in text
    assert "run the same command to resume" in log.read_text()
    for word in ("Traceback", "^^^", "KeyboardInterrupt", "RuleException", "[failed]", "ended from outside"):
        assert word not in text + log.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--dry-run", "--forceall"],
        ["--dry-run", "--quiet", "rules", "host"],
        ["--list-rules"],
        ["--summary"],
        ["--lint"],
        ["--unlock"],
    ],
    ids=" ".join,
)
def test_commands_that_compute_nothing_print_what_snakemake_prints(broken, arguments):
    with_plugin = without_times(broken.snakemake(*arguments, check=False).stdout)
    broken.edit("profiles/default/config.yaml", "  logger: ltsei\n", "  keep-going: true\n")
    assert without_times(broken.snakemake(*arguments, check=False).stdout) == with_plugin


def test_verbose_gives_the_full_text_of_snakemake(broken):
    text = broken.snakemake("--verbose", "--forcerun", "evaluate", "--", f"{CELLS}/ce/metrics.json").stdout
    assert "Finished jobid: 0 (Rule: evaluate)" in text
    assert "Selected jobs: 1" in text
    assert "jobs done" not in text


def test_quiet_hides_what_snakemake_hides(broken):
    arguments = ["--forcerun", "evaluate", "--", f"{CELLS}/ce/metrics.json"]
    quiet = broken.snakemake("--quiet", "all", *arguments).stdout.splitlines()
    assert [line for line in quiet if not line.startswith("Using workflow specific profile")] == []
    assert "Finished jobid" not in broken.snakemake("--quiet", "progress", *arguments).stdout


def without_times(text):
    """Return the sorted lines of a text, without times, durations and identifiers."""
    text = re.sub(r"\d{4}-\d\d-\d\d.\d\d:?\d\d:?\d\d(\.\d+)?|\[\w{3} \w{3} .*?\]|\d:\d\d:\d\d\.\d+", "TIME", text)
    text = re.sub(r"Workflow ID: .*|tmp\w+|[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\d+\.\d+", "ID", text)
    return sorted(text.splitlines())
