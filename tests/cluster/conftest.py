"""A copy of the project on the test cluster, with the Slurm profile adapted to the size of tests."""

import copy
import json
import os
import subprocess
import time

import pytest
import yaml
from conftest import EXPERIMENTS, REPOSITORY
from workflow.conftest import Project, copy_project

PROFILE_CHANGES = {
    "latency-wait": 5,
    "slurm-init-seconds-before-status-checks": 1,
    "seconds-between-status-checks": 1,
    "max-status-checks-per-second": 1,
    "slurm-keep-successful-logs": True,
}
NODE = {"max_runtime": 1440, "max_mem_mb": 9000, "max_threads": 6}


class ClusterProject(Project):
    """A project whose jobs go to the test cluster."""

    def command(self, *arguments):
        """Return the command line of snakemake with the profile for Slurm."""
        return ["snakemake", "--profile", "slurm", *arguments]

    def start(self, *arguments, output):
        """Start snakemake in the background."""
        options = {"cwd": self.root, "env": self.environment(), "stdout": output, "stderr": output}
        return subprocess.Popen(self.command(*arguments), start_new_session=True, **options)

    def locally(self, *arguments):
        """Run snakemake on this machine, for what a test needs before its jobs go to the cluster."""
        return Project(self.root).snakemake(*arguments)

    def jobs(self):
        """Return the jobs of this project in Slurm's queue: (number, comment, state, node)."""
        queue = slurm("squeue", "-h", "-t", "PD,R,CG", "-o", "%A|%k|%T|%N|%Z")
        rows = [line.split("|") for line in queue.splitlines()]
        return [tuple(row[:4]) for row in rows if row[4] == str(self.root)]

    def job_of(self, comment):
        """Return the number of the job with this comment, None where it is not in the queue."""
        return next((number for number, of_job, _, _ in self.jobs() if of_job.split()[0] == comment), None)

    def log_of(self, path):
        """Return the text of a job's log, empty where there is none yet."""
        log = self.root / path
        return log.read_text() if log.exists() else ""

    def signal_training(self, method, number):
        """Send a signal to the process that trains a method in stage 1."""
        lease = json.loads((self.root / f"results/small/ir2/seed0/{method}/logs/stage1.lease").read_text())
        os.kill(int(lease["pid"]), number)

    def attempts(self, name):
        """Return how often a job was submitted."""
        return len(list((self.root / "logs" / "slurm").glob(f"{name}/*.log")))


def slurm(*command):
    """Return the output of a command of Slurm, repeated while another test has stopped the controller."""
    deadline = time.monotonic() + 60
    while True:
        done = subprocess.run(command, text=True, capture_output=True, timeout=60)
        if done.returncode == 0:
            return done.stdout
        assert time.monotonic() < deadline and "ontroller" in done.stderr, done.stderr
        time.sleep(0.5)


def until(condition, seconds=240, what=lambda: ""):
    """Wait for a condition and return its value; `what` returns the message if it does not come true."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)
    return value


@pytest.fixture(scope="session", autouse=True)
def cluster():
    """Skip the tests unless `make test-cluster` has started the cluster."""
    if not os.environ.get("LTSEI_CLUSTER"):
        pytest.skip("needs a Slurm cluster on this machine: make test-cluster (Debian, root)")


@pytest.fixture
def accounting():
    """Skip a test where the cluster runs without accounting."""
    if "slurmdbd" not in slurm("scontrol", "show", "config"):
        pytest.skip("needs accounting: python tests/cluster/cluster.py start accounting")


@pytest.fixture
def matrix():
    """The small experiment file with one ratio and trainings of some seconds."""
    experiments = copy.deepcopy(EXPERIMENTS)
    experiments["experiments"]["main"]["imbalance_ratios"] = [2]
    experiments["defaults"]["stage1"]["epochs"] = 250
    return experiments


@pytest.fixture
def on_cluster(tmp_path):
    """A copy of the project with a profile for this cluster."""
    return project_on_cluster(tmp_path)


def project_on_cluster(folder):
    """Return a copy of the project below a folder, with a profile for this cluster."""
    root = copy_project(folder / "project").root
    profile = yaml.safe_load((REPOSITORY / "profiles/slurm/config.yaml").read_text())
    profile |= PROFILE_CHANGES
    profile["default-resources"]["mem_mb"] = "1100 * attempt"
    for resources in profile["set-resources"].values():
        resources |= {"mem_mb": "1100 * attempt"}
    write(root / "profiles/slurm/config.yaml", profile)
    partitions = {name: NODE | {"max_gpu": gpus} for name, gpus in (("gpu", 4), ("cpu", 0))}
    write(root / "profiles/slurm/partitions.yaml", {"partitions": partitions})
    return ClusterProject(root)


def write(path, content):
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def change_profile(project, rule, **resources):
    """Change what a rule asks Slurm for; what every job asks for if the rule is None."""
    path = project.root / "profiles/slurm/config.yaml"
    profile = yaml.safe_load(path.read_text())
    changed = profile["default-resources"] if rule is None else profile["set-resources"][rule]
    changed |= resources
    write(path, profile)
