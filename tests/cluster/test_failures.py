"""Faults of many kinds at once in one matrix on a real Slurm: each cell ends in a result or in a reason."""

import json
import re
import shutil
import subprocess
from functools import partial

import pytest
from cluster.conftest import change_profile, slurm, until
from conftest import REPOSITORY
from unit.report._matrix import data_of

RECOVERING = ["warned", "cancelled", "requeued", "preempted", "lost", "stranded", "abandoned", "hungry", "limited"]
FAILING = {
    "raises": "RuntimeError: the mixer is off",
    "diverges": "training diverged: the loss is nan in epoch",
    "greedy": "used more memory than it asked for",
    "nowhere": "Slurm refused the job: invalid partition specified: nowhere",
}
"""Cells that cannot succeed, and what the report says about each."""
FAULTS = {
    "warned": "Slurm warns a training that its time is nearly over (SIGUSR1)",
    "cancelled": "somebody cancels the Slurm job of a training",
    "requeued": "the Slurm job of a training is requeued",
    "preempted": "a training is preempted and requeued",
    "lost": "a training is preempted for good",
    "stranded": "the node of a training fails, and Slurm requeues the job",
    "abandoned": "the node of a training fails, and Slurm does not requeue the job",
    "hungry": "a training is killed for its memory once",
    "limited": "a training reaches its time limit without a warning",
    "raises": "a loss raises an exception whose text looks like a line of a log",
    "diverges": "a training diverges",
    "greedy": "a training is killed for its memory in every attempt",
    "nowhere": "Slurm refuses a job for good: no such partition",
}
"""What happens to each method, all in one run."""
CELL = "results/small/ir2/seed0"
pytestmark = [pytest.mark.fault(what, "named" if method in FAILING else "complete") for method, what in FAULTS.items()]


def comment(method):
    return f"rule_stage1_wildcards_small_2_0_{method}"


@pytest.fixture
def faulty_project(on_cluster, matrix):
    """A project in which each method meets a fault of its own."""
    shutil.copy(
        REPOSITORY / "tests/cluster/misbehaving.py", on_cluster.root / "src/ltsei/components/losses/misbehaving.py"
    )
    for method in [*RECOVERING, *FAILING]:
        matrix["methods"].setdefault(method, {"stage1": {"loss": {"name": "misbehaving", "how": method}}})
    matrix["experiments"]["main"]["methods"] = [*RECOVERING, *FAILING]
    on_cluster.configure(matrix)
    first = {"preempted": "spare", "lost": "lost", "stranded": "frail", "abandoned": "frail"}
    # Slurm does not start `abandoned` again when its node has failed.
    extra = {"limited": "", "abandoned": "--no-requeue --signal=USR1@120"}
    change_profile(
        on_cluster,
        "stage1",
        slurm_partition=f"{first | {'nowhere': 'nowhere'}}.get(wildcards.method, 'gpu') if attempt == 1 else "
        "'nowhere' if wildcards.method == 'nowhere' else 'gpu'",
        # The first attempt of `limited` ends at its time limit, before its training is over and without a signal.
        runtime="1 if wildcards.method == 'limited' and attempt == 1 else 10",
        slurm_extra=f"{extra}.get(wildcards.method, '--signal=USR1@120')",
        mem_mb="700 if wildcards.method == 'greedy' else 1000 * attempt",  # too little in every attempt
    )
    return on_cluster


def inject_faults(project):
    """Cause each fault once the training that it concerns has begun."""
    faults = {
        # Slurm sends this signal before the time limit; here the test chooses the moment.
        "warned": lambda: slurm("scancel", "--signal=USR1", project.job_of(comment("warned"))),
        "cancelled": lambda: slurm("scancel", project.job_of(comment("cancelled"))),
        "requeued": lambda: slurm("scontrol", "requeue", project.job_of(comment("requeued"))),
        "stranded abandoned": lambda: slurm("scontrol", "update", "node=n4", "state=down", "reason=test"),
        "preempted lost": lambda: slurm("srun", "--partition=urgent", "--exclusive", "-n1", "true"),
    }
    while faults:
        ready = until(lambda: [methods for methods in faults if all(map(partial(trains, project), methods.split()))])
        for methods in ready:
            faults.pop(methods)()
    subprocess.run(["scontrol", "update", "node=n4", "state=resume"], capture_output=True)  # it may be up again


def trains(project, method):
    return re.search(r"epoch \d", project.log_of(f"{CELL}/{method}/logs/stage1.log"))


def test_every_fault_ends_in_a_result_or_in_a_row_with_the_reason(faulty_project, tmp_path):
    with (tmp_path / "output").open("w+") as output:
        running = faulty_project.start(output=output)
        inject_faults(faulty_project)
        status = running.wait(timeout=600)
        output.seek(0)
        text = output.read()
    assert status != 0, "some cells cannot succeed"
    metrics = faulty_project.files(f"{CELL}/*/metrics.json")
    assert {json.loads(content)["method"] for content in metrics.values()} == set(RECOVERING), text
    left = [path for path in (faulty_project.root / "results").rglob("*") if path.suffix in {".part", ".lease"}]
    assert not [path for path in left if "greedy" not in path.parts], "only of a job that was killed for good"
    errors = [cell["error"] for cell in data_of(faulty_project.root / "results/report/report.html")["cells"]]
    for method, reason in FAILING.items():
        log = faulty_project.log_of(f"{CELL}/{method}/logs/stage1.log")
        assert reason in log, method
        assert any(reason in error for error in errors), method
        assert not re.search("^2026-01-01", log, re.MULTILINE), "text of a user looks like a line of the log"
    expected = faulty_project.files(f"{CELL}/hungry/stage1/model.pt").popitem()[1]
    for method in sorted(set(RECOVERING) - {"hungry"}):  # all train the same network
        assert faulty_project.files(f"{CELL}/{method}/stage1/model.pt").popitem()[1] == expected, method
    assert "not retried in this run" in faulty_project.log_of(f"{CELL}/diverges/logs/stage1.log")
    assert (faulty_project.root / "results/report/main/tables/tidy.csv").exists()
    for method in ("warned", "limited"):
        assert "training resumes in epoch" in faulty_project.log_of(f"{CELL}/{method}/logs/stage1.log")
    for method in ("warned", "hungry", "cancelled", "lost", "abandoned", "limited"):
        assert faulty_project.attempts(f"rule_stage1/small_2_0_{method}") > 1, method
