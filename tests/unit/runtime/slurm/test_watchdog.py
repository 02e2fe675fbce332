"""No wait for Slurm is without end, and each that is given up is one sentence."""

import pytest

from ltsei.runtime.slurm import exits, patience, scontrol, watchdog


@pytest.fixture
def watch(cluster, monkeypatch):
    """A function that lets seconds pass and looks; its attributes are the sentences and whether the run has ended."""
    clock, sentences, ended = [0.0], [], []
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: clock[0])
    monkeypatch.setenv(patience.VARIABLE, "10")
    dog = watchdog.Watchdog("ltsei", sentences.append, lambda: ended.append(True))

    def look(seconds):
        clock[0] += seconds
        dog.look()

    look.sentences, look.ended = sentences, ended
    return look


def waits(cluster, *reasons):
    cluster.forget("squeue")
    lines = [f"{7 + index}|PENDING|ltsei_a|{reason}|{cluster.root}|x\n" for index, reason in enumerate(reasons)]
    cluster.answer("squeue", "".join(lines))


def test_a_job_that_cannot_start_is_named_once_with_a_remedy(cluster, watch):
    waits(cluster, "BadConstraints", "Resources")
    watch(0)
    watch(60)
    assert len(watch.sentences) == 1
    assert "Slurm job 7 is waiting for 'BadConstraints'" in watch.sentences[0]
    assert "scancel 7" in watch.sentences[0]


@pytest.mark.fault("a job can never start", "named")
def test_a_job_that_still_cannot_start_when_patience_ends_is_cancelled_with_its_reason(cluster, watch):
    waits(cluster, "BadConstraints", "Resources", "JobHeldUser")
    for _ in range(12):
        watch(60)
    assert cluster.calls("scancel") == ["scancel 7"]
    assert exits.failure("7")["reason"] == "it waited 10 minutes for BadConstraints"
    assert not watch.ended


@pytest.mark.fault("Slurm's controller is away for good", "named")
def test_a_controller_that_does_not_answer_until_patience_ends_ends_the_run(cluster, watch):
    cluster.answer("squeue", status=1, error="Unable to contact slurm controller")
    watch(0)
    watch(599)
    assert not watch.ended
    watch(2)
    assert watch.ended
    assert watch.sentences[0].startswith("Slurm has not answered for 10 minutes (squeue: Unable to contact")


def test_an_answer_ends_the_silence(cluster, watch):
    cluster.answer("squeue", status=1)
    watch(0)
    waits(cluster, "Resources")
    watch(500)
    cluster.forget("squeue")
    cluster.answer("squeue", status=1)
    watch(500)
    watch(500)
    assert not watch.ended


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan"])
def test_patience_that_is_no_positive_number_is_refused(monkeypatch, text):
    monkeypatch.setenv(patience.VARIABLE, text)
    with pytest.raises(ValueError, match=f"got '{text}', expected a positive number of minutes"):
        patience.minutes()


def test_the_plugin_always_learns_that_slurm_remembers_jobs_for_long(cluster, capsys):
    assert scontrol.main(["show", "config"]) == 0
    assert capsys.readouterr().out == "MinJobAge               = 86400 sec\n"
    assert cluster.calls("scontrol") == []
    scontrol.main(["show", "job", "7"])
    assert cluster.calls("scontrol") == ["scontrol show job 7"]
