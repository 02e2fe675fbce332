"""No event in Slurm leaves Snakemake waiting: every job is reported in a state that the plugin acts upon."""

import json

import pytest

from ltsei.runtime.slurm import exits, squeue

QUERY = ["--format=%i|%T", "--states=all", "--noheader", "--name", "ltsei_run"]


@pytest.fixture
def states(cluster, capsys):
    """A function: Slurm's answer as lines of number|state|reason -> number -> state as reported to the plugin."""

    def report(*lines, accounting=None):
        cluster.forget("squeue")
        cluster.answer("squeue", "".join(f"{line}|n1|2000M|30:00\n" for line in lines))
        if accounting is not None:
            cluster.answer("squeue", "")
            (cluster.root / "bin" / "sacct").write_text(f"#!/bin/sh\necho {accounting}\n")
            (cluster.root / "bin" / "sacct").chmod(0o755)
        assert squeue.main(QUERY) == 0
        return dict(line.split("|") for line in capsys.readouterr().out.splitlines())

    return report


def test_a_job_that_was_preempted_for_good_counts_as_cancelled(states):
    assert states("1|PREEMPTED|None", "2|RUNNING|None") == {"1": "CANCELLED", "2": "RUNNING"}


@pytest.mark.fault("Slurm holds a job after a node could not launch it", "complete")
def test_a_job_that_slurm_holds_after_a_failed_launch_is_cancelled(states, cluster):
    reported = states("1|PENDING|launch failed requeued held", "2|PENDING|Resources")
    assert reported == {"1": "CANCELLED", "2": "PENDING"}
    assert cluster.calls("scancel") == ["scancel 1"]


def test_a_job_that_is_missing_from_two_answers_without_a_trace_has_failed(states):
    states("1|RUNNING|None")
    assert states() == {}
    assert states() == {"1": "FAILED"}
    assert exits.failure("1")["state"] == "FORGOTTEN"


@pytest.mark.parametrize(("status", "state"), [("0", "COMPLETED"), ("1", "FAILED")])
@pytest.mark.fault("Slurm forgets a job that has ended", "complete")
def test_a_job_that_slurm_has_forgotten_ended_as_its_script_noted(states, status, state):
    states("1|RUNNING|None")
    exits.FOLDER.mkdir(parents=True)
    (exits.FOLDER / "1.status").write_text(f"{status}\n")
    states()
    assert states() == {"1": state}


def test_a_forgotten_job_that_was_killed_is_in_the_state_of_the_accounting(states):
    states("1|RUNNING|None")
    states(accounting="TIMEOUT")
    assert states(accounting="TIMEOUT") == {"1": "TIMEOUT"}


def test_a_job_that_has_ended_keeps_its_state_when_slurm_forgets_it(states, cluster):
    states("1|TIMEOUT|TimeLimit")
    states()
    before = len(cluster.calls("squeue"))
    assert states() == {"1": "TIMEOUT"}
    assert len(cluster.calls("squeue")) == before + 1, "Slurm is not asked about it again"


def test_a_job_that_is_missing_from_one_answer_only_has_not_failed(states):
    states("1|RUNNING|None")
    states()
    assert states("1|COMPLETED|None") == {"1": "COMPLETED"}


def test_a_job_whose_node_failed_counts_as_running_until_it_is_clear_that_slurm_does_not_requeue_it(states):
    assert states("1|NODE_FAIL|None") == {"1": "RUNNING"}
    assert states("1|NODE_FAIL|None") == {"1": "FAILED"}
    assert exits.failure("1") == {
        "state": "NODE_FAIL",
        "reason": "None",
        "node": "n1",
        "memory": "2000M",
        "limit": "30:00",
    }


def test_a_job_that_slurm_requeues_after_its_node_failed_goes_on(states):
    states("1|NODE_FAIL|None")
    assert states("1|PENDING|BeginTime") == {"1": "PENDING"}
    assert states("1|NODE_FAIL|None") == {"1": "RUNNING"}


def test_a_query_that_fails_passes_its_exit_status_on_and_forgets_nothing(states, cluster):
    states("1|RUNNING|None")
    cluster.forget("squeue")
    cluster.answer("squeue", status=1, error="Unable to contact slurm controller")
    assert squeue.main(QUERY) == 1
    assert squeue.main(QUERY) == 1
    assert states("1|RUNNING|None") == {"1": "RUNNING"}


def test_damaged_notes_about_earlier_answers_are_replaced(states, cluster):
    states("1|RUNNING|None")
    (memory,) = cluster.root.glob(".snakemake/ltsei/runs/now/*.seen.json")
    memory.write_text("{")
    assert states("1|RUNNING|None") == {"1": "RUNNING"}
    assert json.loads(memory.read_text())["1"]["missing"] == 0


def test_other_queries_are_passed_to_slurm_unchanged(cluster):
    assert squeue.main(["--me", "a b"]) == 0
    assert cluster.calls("squeue") == ["squeue --me a b"]
