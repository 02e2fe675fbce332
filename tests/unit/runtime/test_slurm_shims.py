"""No event in Slurm leaves Snakemake waiting, and no job of a killed run runs a second time."""

import sys
from pathlib import Path

import pytest

from ltsei.runtime import slurm_shims, snakemake_run
from ltsei.runtime.lease import Lease

COMMAND = """#!{python}
import os, sys
from pathlib import Path
name = os.path.basename(sys.argv[0])
with open("calls", "a") as calls:
    calls.write(" ".join([name, *sys.argv[1:]]) + "\\n")
answer = Path(name + ".answer")
if answer.exists():
    sys.stdout.write(answer.read_text())
sys.exit(int(Path(name + ".status").read_text()) if Path(name + ".status").exists() else 0)
"""
QUERY = ["--format=%i|%T", "--states=all", "--noheader", "--name", "ltsei_run"]


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A folder with fake Slurm commands that record their calls and print the answer that a test prepares.

    They are the only commands in PATH, since a machine that runs the tests may have Slurm and its accounting.
    """
    for name in ("squeue", "sbatch", "scontrol", "scancel"):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(COMMAND.format(python=sys.executable))
        path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def answer(cluster, name, text, status=0):
    (cluster / f"{name}.answer").write_text(text)
    (cluster / f"{name}.status").write_text(str(status))


def calls(cluster, name):
    path = cluster / "calls"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if line.startswith(f"{name} ")]


def states(cluster, capsys, text):
    answer(cluster, "squeue", text)
    assert slurm_shims.squeue(QUERY) == 0
    return dict(line.split("|") for line in capsys.readouterr().out.splitlines())


def test_a_job_that_was_preempted_for_good_counts_as_cancelled(cluster, capsys):
    reported = states(cluster, capsys, "1|PREEMPTED|None\n2|RUNNING|None\n")
    assert reported == {"1": "CANCELLED", "2": "RUNNING"}


def test_a_job_that_slurm_holds_after_a_failed_launch_is_cancelled(cluster, capsys):
    reported = states(cluster, capsys, "1|PENDING|launch failed requeued held\n2|PENDING|Resources\n")
    assert reported == {"1": "CANCELLED", "2": "PENDING"}
    assert calls(cluster, "scancel") == ["scancel 1"]


def test_a_job_that_is_missing_from_two_answers_has_failed(cluster, capsys):
    states(cluster, capsys, "1|RUNNING|None\n")
    assert states(cluster, capsys, "") == {}
    assert states(cluster, capsys, "") == {"1": "FAILED"}


def test_a_job_that_is_missing_from_one_answer_only_has_not_failed(cluster, capsys):
    states(cluster, capsys, "1|RUNNING|None\n")
    states(cluster, capsys, "")
    assert states(cluster, capsys, "1|COMPLETED|None\n") == {"1": "COMPLETED"}


def test_a_query_that_fails_passes_its_exit_status_on(cluster):
    answer(cluster, "squeue", "", status=1)
    assert slurm_shims.squeue(QUERY) == 1


def test_other_queries_are_passed_to_slurm_unchanged(cluster):
    assert slurm_shims.squeue(["--me", "a b"]) == 0
    assert calls(cluster, "squeue") == ["squeue --me a b"]


SUBMIT = ["--parsable", "--job-name", "ltsei_new", "--comment", "rule_stage1_wildcards_d_2_0_ce", "--wrap=work"]


def orphan(number="7", state="RUNNING", name="rule_stage1_wildcards_d_2_0_ce"):
    return slurm_shims.Orphan(number, state, name)


def test_without_an_orphan_a_job_is_submitted(cluster):
    assert slurm_shims.sbatch(SUBMIT) == 0
    assert calls(cluster, "sbatch") == [" ".join(["sbatch", *SUBMIT])]


def test_a_running_orphan_is_renamed_once_instead_of_submitting_a_job(cluster, capsys):
    slurm_shims.take_over([orphan()])
    assert slurm_shims.sbatch(SUBMIT) == 0
    assert capsys.readouterr().out == "7\n"
    assert calls(cluster, "scontrol") == ["scontrol update JobId=7 Name=ltsei_new"]
    assert calls(cluster, "sbatch") == []
    slurm_shims.sbatch(SUBMIT)
    assert len(calls(cluster, "sbatch")) == 1


@pytest.mark.parametrize(("state", "wrapped"), [("COMPLETED", "--wrap=true"), ("FAILED", "--wrap=work")])
def test_an_orphan_that_has_ended_is_replaced_by_an_empty_job_only_if_it_completed(cluster, state, wrapped):
    slurm_shims.take_over([orphan()])
    answer(cluster, "scontrol", "", status=1)
    answer(cluster, "squeue", f"{state}\n")
    slurm_shims.sbatch(SUBMIT)
    assert calls(cluster, "sbatch")[0].endswith(wrapped)


def test_orphans_are_jobs_of_this_folder_under_this_prefix(cluster):
    folder = Path.cwd()
    answer(cluster, "squeue", f"1|RUNNING|ltsei_a|{folder}|x\n2|RUNNING|ltsei_a|/other|x\n3|RUNNING|else|{folder}|x\n")
    assert slurm_shims.orphans("ltsei") == [slurm_shims.Orphan("1", "RUNNING", "x")]


@pytest.fixture
def lease(cluster):
    """The lease of Slurm job 7, which runs under the fingerprint `now`."""
    held = Lease(cluster / "a.lease", stop=lambda: False, asked=lambda: None, fingerprint="now")
    held.holder["slurm_job"] = "7"
    with held:
        yield held.path


@pytest.mark.parametrize(
    ("state", "fingerprint", "taken_over"),
    [("RUNNING", "now", True), ("RUNNING", "other", False), ("PENDING", "other", True)],
)
def test_an_orphan_that_runs_under_another_fingerprint_is_cancelled(cluster, lease, state, fingerprint, taken_over):
    job = orphan(state=state)
    answer(cluster, "squeue", f"7|{state}|ltsei_old|{Path.cwd()}|{job.name}\n")
    sentence = snakemake_run.settle("ltsei", {job.name: (fingerprint, lease)})
    assert sentence.endswith("7 taken over, none cancelled." if taken_over else "none taken over, 7 cancelled.")
    assert calls(cluster, "scancel") == ([] if taken_over else ["scancel 7"])


def test_an_orphan_that_this_run_does_not_need_is_cancelled(cluster):
    answer(cluster, "squeue", f"7|RUNNING|ltsei_old|{Path.cwd()}|rule_stage1_wildcards_d_2_0_ce\n")
    assert snakemake_run.settle("ltsei", {}).endswith("none taken over, 7 cancelled.")


def test_a_job_that_cannot_start_is_named_once_with_a_remedy(cluster):
    answer(cluster, "squeue", f"7|ltsei_a|BadConstraints|{Path.cwd()}\n8|ltsei_a|Resources|{Path.cwd()}\n")
    sentences, reported = [], set()
    snakemake_run.report_stuck("ltsei", sentences.append, reported)
    snakemake_run.report_stuck("ltsei", sentences.append, reported)
    assert len(sentences) == 1
    assert "Slurm job 7 is waiting for 'BadConstraints'" in sentences[0]
    assert "scancel 7" in sentences[0]
