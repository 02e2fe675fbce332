"""What goes wrong on a cluster goes well: all at once in one matrix, on a real Slurm."""

import json
import re
import shutil
import subprocess
from functools import partial

import pytest
from cluster.conftest import change_profile, slurm, until
from conftest import REPOSITORY
from unit.report._matrix import data_of

GOOD = ["warned", "cancelled", "requeued", "preempted", "lost", "stranded", "hungry", "limited"]
BAD = {
    "raises": "RuntimeError: the mixer is off",
    "diverges": "training diverged: the loss is nan in epoch",
}
CELL = "results/small/ir2/seed0"


def name(method):
    return f"rule_stage1_wildcards_small_2_0_{method}"


@pytest.fixture
def misfortunes(on_cluster, matrix):
    """A matrix each of whose methods meets a misfortune of its own."""
    shutil.copy(
        REPOSITORY / "tests/cluster/misbehaving.py", on_cluster.root / "src/ltsei/components/losses/misbehaving.py"
    )
    for method in [*GOOD, *BAD]:
        matrix["methods"].setdefault(method, {"stage1": {"loss": {"name": "misbehaving", "how": method}}})
    matrix["experiments"]["main"]["methods"] = [*GOOD, *BAD]
    on_cluster.configure(matrix)
    partition = {"preempted": "spare", "lost": "lost", "stranded": "frail"}
    change_profile(
        on_cluster,
        "stage1",
        slurm_partition=f"{partition}.get(wildcards.method, 'gpu') if attempt == 1 else 'gpu'",
        # Its first attempt is over before the training is, and no signal comes before the end.
        runtime="1 if wildcards.method == 'limited' and attempt == 1 else 10",
        slurm_extra="'' if wildcards.method == 'limited' else '--signal=USR1@120'",
    )
    return on_cluster


def strike(project):
    """Let each misfortune happen once its training is on its way."""
    blows = {
        # What Slurm itself does before the time limit, at a moment that the test chooses.
        "warned": lambda: slurm("scancel", "--signal=USR1", project.job_of(name("warned"))),
        "cancelled": lambda: slurm("scancel", project.job_of(name("cancelled"))),
        "requeued": lambda: slurm("scontrol", "requeue", project.job_of(name("requeued"))),
        "stranded": lambda: slurm("scontrol", "update", "node=n4", "state=down", "reason=test"),
        "preempted lost": lambda: slurm("srun", "--partition=urgent", "--exclusive", "-n1", "true"),
    }
    while blows:
        ready = until(lambda: [methods for methods in blows if all(map(partial(trains, project), methods.split()))])
        for methods in ready:
            blows.pop(methods)()
    subprocess.run(["scontrol", "update", "node=n4", "state=resume"], capture_output=True)  # it may be back by itself


def trains(project, method):
    return re.search(r"epoch \d", project.log_of(f"{CELL}/{method}/logs/stage1.log"))


def test_every_misfortune_ends_in_a_result_or_in_a_row_that_says_why(misfortunes, tmp_path):
    with (tmp_path / "output").open("w+") as output:
        running = misfortunes.start(output=output)
        strike(misfortunes)
        status = running.wait(timeout=600)
        output.seek(0)
        text = output.read()
    assert status != 0, "two cells cannot succeed"
    metrics = misfortunes.files(f"{CELL}/*/metrics.json")
    assert {json.loads(content)["method"] for content in metrics.values()} == set(GOOD), text
    left = [path.name for path in (misfortunes.root / "results").rglob("*")]
    assert not [name for name in left if name.endswith((".part", ".lease"))]
    errors = [cell["error"] for cell in data_of(misfortunes.root / "results/report/report.html")["cells"]]
    for method, reason in BAD.items():
        log = misfortunes.log_of(f"{CELL}/{method}/logs/stage1.log")
        assert reason in log
        assert any(reason in error for error in errors)
        assert not re.search("^2026-01-01", log, re.MULTILINE), "text of a user passes for a line of the log"
    undisturbed = misfortunes.files(f"{CELL}/hungry/stage1/model.pt").popitem()[1]
    for method in sorted(set(GOOD) - {"hungry"}):  # one training
        assert misfortunes.files(f"{CELL}/{method}/stage1/model.pt").popitem()[1] == undisturbed, method
    assert "not retried in this run" in misfortunes.log_of(f"{CELL}/diverges/logs/stage1.log")
    assert (misfortunes.root / "results/report/main/tables/tidy.csv").exists()
    for method in ("warned", "limited"):
        assert "training resumes in epoch" in misfortunes.log_of(f"{CELL}/{method}/logs/stage1.log")
    for method in ("warned", "hungry", "cancelled", "lost", "limited"):
        assert misfortunes.attempts(f"rule_stage1/small_2_0_{method}") > 1, method
