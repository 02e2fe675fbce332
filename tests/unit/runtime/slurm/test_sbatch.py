"""No job of a killed run runs a second time, and a controller that is away or busy costs no cell an attempt."""

import json
import os
import subprocess

import pytest

from ltsei.runtime import run_folder
from ltsei.runtime.slurm import exits, patience, queue, sbatch, submission
from ltsei.runtime.slurm.submission import Submission

COMMAND = (
    "python -m snakemake --snakefile 'a b/Snakefile' --target-jobs 'stage1:dataset=d,ir=2,seed=0,method=ce' --cores 1"
)
SUBMIT = ["--parsable", "--job-name", "ltsei_new", "--comment", "rule_stage1_wildcards_d_2_0_ce", f"--wrap={COMMAND}"]
NAME = "stage1/dataset=d/ir=2/method=ce/seed=0"
AWAY = "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)\n"
FULL = "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting\n"
REFUSED = "sbatch: error: invalid partition specified: nowhere\n"


@pytest.fixture
def planned(cluster, monkeypatch):
    """A run that has planned one training; time passes at once."""
    slept = []
    monkeypatch.setattr(patience.Patience, "pause", lambda self: slept.append(self.seconds))
    monkeypatch.delenv(submission.SENT, raising=False)
    submission.plan(Submission("results", {NAME: "abc"}))
    return slept


def offer(number="7", fingerprint="abc"):
    """Let a job of a dead run be there to be taken over."""
    folder = run_folder.folder() / "orphans"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / Submission("results", {NAME: fingerprint}).digest).write_text(number)


def test_a_submitted_job_carries_what_it_computes_and_notes_how_it_ended(cluster, planned):
    cluster.answer("sbatch", "8\n")
    assert sbatch.main(SUBMIT) == 0
    (call,) = cluster.calls("sbatch")
    digest = Submission("results", {NAME: "abc"}).digest
    assert f"--comment=rule_stage1_wildcards_d_2_0_ce ltsei:now:{digest}" in call
    assert "--comment rule_stage1" not in call
    assert COMMAND in call
    assert json.loads(os.environ[submission.SENT]) == {NAME: "abc"}
    assert submission.noted("now", digest) == Submission("results", {NAME: "abc"})
    assert submission.senders() == {"now"}


@pytest.mark.parametrize(("command", "status"), [("true", 0), ("exit 3", 3), ("kill -9 $$", -9)])
def test_the_script_of_a_job_ends_with_the_status_of_its_command_and_notes_it(cluster, monkeypatch, command, status):
    environment = {"SLURM_JOB_ID": "12", "PATH": "/bin:/usr/bin"}
    script = exits.recorded(command if status < 0 else f"sh -c '{command}'")
    assert subprocess.run(["sh", "-c", script], env=environment, check=False).returncode == status
    assert exits.succeeded("12") == {0: True, 3: False, -9: None}[status]


def test_without_a_plan_for_the_job_the_call_is_passed_on_unchanged(cluster, planned):
    arguments = [argument.replace("stage1:", "stage2:") for argument in SUBMIT]
    assert sbatch.main(arguments) == 0
    assert cluster.calls("sbatch") == [" ".join(["sbatch", *arguments])]


def test_a_job_of_a_dead_run_is_renamed_once_instead_of_submitting_one(cluster, planned, capsys):
    offer()
    assert sbatch.main(SUBMIT) == 0
    assert capsys.readouterr().out == "7\n"
    assert cluster.calls("scontrol") == ["scontrol update JobId=7 Name=ltsei_new"]
    assert cluster.calls("sbatch") == []
    sbatch.main(SUBMIT)
    assert len(cluster.calls("sbatch")) == 1


def test_a_job_that_was_sent_for_another_fingerprint_is_not_taken_over(cluster, planned):
    offer(fingerprint="other")
    sbatch.main(SUBMIT)
    assert len(cluster.calls("sbatch")) == 1
    assert cluster.calls("scontrol") == []


@pytest.mark.parametrize(("state", "empty"), [("COMPLETED", True), ("FAILED", False)])
def test_a_job_that_ended_meanwhile_is_replaced_by_an_empty_one_only_if_it_completed(cluster, planned, state, empty):
    offer()
    cluster.answer("scontrol", status=1)
    cluster.answer("squeue", f"{state}\n")
    sbatch.main(SUBMIT)
    assert (COMMAND not in cluster.calls("sbatch")[0]) == empty


@pytest.mark.parametrize("message", [AWAY, FULL])
def test_a_refusal_that_will_pass_is_repeated_until_slurm_accepts_the_job(cluster, planned, capsys, message):
    for _ in range(3):
        cluster.answer("sbatch", status=1, error=message)
    cluster.answer("sbatch", "8\n")
    assert sbatch.main(SUBMIT) == 0
    assert capsys.readouterr().out == "8\n"
    assert planned == [2.0, 4.0, 8.0]


def test_a_refusal_for_good_is_passed_on_at_once(cluster, planned, capsys):
    cluster.answer("sbatch", status=1, error=REFUSED)
    assert sbatch.main(SUBMIT) == 1
    assert capsys.readouterr().err == REFUSED
    assert planned == []


def test_patience_ends_with_a_sentence(cluster, planned, capsys, monkeypatch):
    monkeypatch.setenv(patience.VARIABLE, "0.01")
    cluster.answer("sbatch", status=1, error=AWAY)
    assert sbatch.main(SUBMIT) == 1
    assert "Slurm has not accepted the job for 0.01 minutes" in capsys.readouterr().err


def test_a_job_starts_only_for_the_fingerprint_that_it_was_sent_for(monkeypatch):
    wildcards = {"method": "ce", "dataset": "d", "ir": "2", "seed": "0"}
    monkeypatch.setenv(submission.SENT, json.dumps({NAME: "abc"}))
    submission.check("stage1", wildcards, "abc")
    submission.check("stage2", wildcards, "unknown")
    with pytest.raises(ValueError, match="were edited after this job was submitted"):
        submission.check("stage1", wildcards, "other")
    monkeypatch.delenv(submission.SENT)
    submission.check("stage1", wildcards, "other")


def test_a_group_is_one_submission_of_all_its_jobs():
    command = "snakemake --target-jobs 'stage2:dataset=d,method=crt' 'report:' --allowed-rules stage2"
    assert submission.job_names(command) == ["stage2/dataset=d/method=crt", "report"]


def test_the_digest_depends_on_jobs_and_fingerprints_but_not_on_their_order():
    one = Submission("results", {"a": "1", "b": "2"})
    assert one.digest == Submission("results", {"b": "2", "a": "1"}).digest
    assert one.digest != Submission("results", {"a": "2", "b": "1"}).digest
    assert one.digest != Submission("results", {"a": "1"}).digest
    assert one.digest != Submission("elsewhere", {"a": "1", "b": "2"}).digest


LINE = "{number}|{state}|ltsei_old|{reason}|{folder}|rule_x{mark}\n"


def lists(cluster, *jobs, results="results"):
    """Let the queue hold jobs of the run `dead`: (number, state, fingerprint)."""
    text = ""
    for number, state, fingerprint in jobs:
        sent = Submission(results, {NAME: fingerprint})
        os.environ[run_folder.RUN] = "dead"
        submission.note(sent)
        mark = submission.comment_with_mark("", sent)
        os.environ[run_folder.RUN] = "now"
        text += LINE.format(number=number, state=state, reason="None", folder=cluster.root, mark=mark)
    cluster.answer("squeue", text)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING"])
@pytest.mark.parametrize(
    ("fingerprint", "needed", "sentence"),
    [
        ("abc", {NAME: True}, "7 taken over, none cancelled."),
        ("old", {NAME: True}, "none taken over, 7 cancelled."),
        ("old", {}, "none taken over, 7 cancelled."),
        ("abc", {NAME: False}, "none taken over, 7 cancelled."),
        ("abc", {}, "none taken over, none cancelled, 7 left alone."),
    ],
)
def test_a_job_of_a_dead_run_is_taken_over_only_for_the_same_fingerprint(
    cluster, planned, state, fingerprint, needed, sentence
):
    lists(cluster, ("7", state, fingerprint))
    assert queue.settle(queue.queued("ltsei"), needed, alive=lambda run: False).endswith(sentence)
    assert cluster.calls("scancel") == (["scancel 7"] if "7 cancelled" in sentence else [])
    assert queue.claim(Submission("results", {NAME: "abc"}).digest) == ("7" if "7 taken over" in sentence else None)


def test_jobs_of_a_living_run_are_not_touched(cluster, planned):
    lists(cluster, ("7", "PENDING", "old"), ("8", "RUNNING", "abc"))
    assert queue.settle(queue.queued("ltsei"), {NAME: True}, alive=lambda run: run == "dead").endswith(
        "none taken over, none cancelled."
    )
    assert cluster.calls("scancel") == []


@pytest.mark.parametrize("fingerprint", ["abc", "old"])
def test_a_job_of_a_dead_run_into_another_folder_is_not_touched(cluster, planned, fingerprint):
    lists(cluster, ("7", "PENDING", fingerprint), results="elsewhere")
    sentence = queue.settle(queue.queued("ltsei"), {NAME: True}, alive=lambda run: False)
    assert sentence.endswith("none taken over, none cancelled.")
    assert cluster.calls("scancel") == []


def test_a_job_of_which_nothing_is_known_is_cancelled(cluster, planned):
    cluster.answer("squeue", LINE.format(number=7, state="RUNNING", reason="None", folder=cluster.root, mark=""))
    assert queue.settle(queue.queued("ltsei"), {}, alive=lambda run: False).endswith("none taken over, 7 cancelled.")


def test_jobs_of_other_folders_and_other_workflows_are_not_listed(cluster, planned):
    line = "{}|RUNNING|{}|None|{}|x\n"
    cluster.answer("squeue", line.format(1, "ltsei_a", "/other") + line.format(2, "else", cluster.root))
    assert queue.queued("ltsei") == []


@pytest.mark.fault("Slurm's queue cannot be read when a run starts", "named")
def test_a_queue_that_cannot_be_read_is_not_an_empty_one(cluster, planned):
    cluster.answer("squeue", status=1, error="slurm_load_jobs error: Unable to contact slurm controller\n")
    with pytest.raises(ValueError, match="squeue: slurm_load_jobs error"):
        queue.settle(queue.queued("ltsei"), {}, alive=lambda run: False)
