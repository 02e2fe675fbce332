"""Each way in which a Slurm job fails is named in one sentence."""

import pytest

from ltsei.runtime.slurm import exits, verdict

FACTS = {"reason": "None", "node": "n4", "memory": "2000M", "limit": "30:00"}
PLUGIN = "SLURM-job '25' failed, SLURM status is: 'FAILED'. Detailed failure reason unavailable (status command ...)."


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("OUT_OF_MEMORY", "used more memory than it asked for (2000M) (Slurm job 25)"),
        ("TIMEOUT", "reached its time limit (30:00) (Slurm job 25)"),
        ("NODE_FAIL", "its node failed (n4), and Slurm did not start it again (Slurm job 25)"),
        ("BOOT_FAIL", "its node did not boot (n4) (Slurm job 25)"),
        ("CANCELLED", "was cancelled (Slurm job 25)"),
        ("FAILED", "ended without an error in its log (Slurm job 25)"),
    ],
)
def test_the_state_of_a_job_becomes_a_sentence(cluster, state, sentence):
    exits.note_failure("25", state=state, **FACTS)
    assert verdict.sentence(PLUGIN, []) == sentence


def test_slurms_own_log_tells_that_memory_was_exceeded_where_its_state_does_not(cluster):
    exits.note_failure("25", state="FAILED", **FACTS)
    log = cluster.root / "25.log"
    log.write_text("slurmstepd-n1: error: StepId=25.0 exceeded memory limit (3000 > 2000), being killed\n")
    assert verdict.sentence(PLUGIN, [str(log)]).startswith("used more memory than it asked for (2000M)")


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ("TIME LIMIT", "reached its time limit (Slurm job 25)"),
        ("PREEMPTION", "was preempted, and Slurm did not start it again (Slurm job 25)"),
        ("NODE FAILURE", "its node failed, and Slurm did not start it again (Slurm job 25)"),
    ],
)
def test_slurms_own_log_tells_the_cause_where_slurm_has_forgotten_the_job(cluster, cause, sentence):
    exits.note_failure("25", state="FORGOTTEN")
    log = cluster.root / "25.log"
    log.write_text(f"slurmstepd-n1: error: *** JOB 25 ON n1 CANCELLED AT 2026-11-21T02:43:05 DUE TO {cause} ***\n")
    assert verdict.sentence(PLUGIN, [str(log)]) == sentence


def test_a_job_of_a_group_is_named_by_the_log_of_its_group(cluster):
    exits.note_failure("25", state="TIMEOUT", **FACTS)
    assert verdict.sentence("", ["logs/slurm/group_heads/25.log"]) == "reached its time limit (30:00) (Slurm job 25)"


def test_why_a_job_was_given_up_while_it_waited_is_part_of_the_sentence(cluster):
    exits.note_failure("25", state="CANCELLED", reason="it waited 10 minutes for BadConstraints")
    assert verdict.sentence(PLUGIN, []) == "was cancelled: it waited 10 minutes for BadConstraints (Slurm job 25)"


def test_a_refused_submission_is_told_in_slurms_words_without_the_command():
    error = "sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: Invalid"
    message = (
        f"SLURM sbatch failed. The error message was '{error}'.\n    sbatch call:\n        sbatch --parsable 'x'\n"
    )
    expected = "Slurm refused the job: invalid partition specified: nowhere; Batch job submission failed: Invalid"
    assert verdict.sentence(message, []) == expected


def test_a_message_about_something_else_is_one_line():
    assert verdict.sentence("Job submission\nfailed", []) == "Job submission failed"
    assert verdict.sentence("", []) == ""
