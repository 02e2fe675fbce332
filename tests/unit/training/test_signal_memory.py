"""Where a training keeps its signals, and that the results do not depend on it."""

import pytest
import torch
from unit.training.test_stage1 import train, written

from ltsei.runtime.attempt import Attempt
from ltsei.training import signal_memory
from ltsei.training.signal_memory import HostSignals, chosen, host_bytes, kept_in

CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def machine(monkeypatch):
    """A host with 100 bytes, whose GPU has 10 free."""
    monkeypatch.setattr(signal_memory, "host_bytes", lambda: 100)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (10, 1000))


@pytest.mark.parametrize(
    ("nbytes", "on_cpu", "on_gpu"), [(5, "device", "device"), (6, "device", "host"), (51, "disk", "disk")]
)
def test_signals_lie_where_they_take_at_most_half(nbytes, on_cpu, on_gpu, machine):
    assert chosen("auto", nbytes, CPU) == on_cpu
    assert chosen("auto", nbytes, GPU) == on_gpu


@pytest.mark.parametrize(
    ("outer", "inner", "megabytes", "expected"),
    [("5000", "max", "", 5000), ("max", "3000", "", 3000), ("9000000", "max", "2", 2**21), ("7000", "max", "0", 7000)],
)
def test_the_memory_of_a_container_or_job_counts(outer, inner, megabytes, expected, tmp_path, monkeypatch):
    monkeypatch.setenv("SLURM_MEM_PER_NODE", megabytes)
    (tmp_path / "job" / "step").mkdir(parents=True)
    (tmp_path / "job" / "memory.max").write_text(f"{outer}\n")
    (tmp_path / "job" / "step" / "memory.max").write_text(f"{inner}\n")
    (tmp_path / "own").write_text("0::/job/step\n")
    assert host_bytes(tmp_path / "own", tmp_path) == expected
    monkeypatch.delenv("SLURM_MEM_PER_NODE")
    assert host_bytes(tmp_path / "absent", tmp_path) > 2**28, "the machine's"


def test_a_stated_place_is_used_whatever_the_size(machine):
    assert [chosen(memory, 99, GPU) for memory in ("device", "host", "disk")] == ["device", "host", "disk"]
    assert chosen("host", 1, CPU) == "device", "the host is the device"


def test_batches_from_the_host_have_the_rows_that_were_asked_for():
    rows = torch.arange(12.0).reshape(6, 2)
    signals = HostSignals(rows, CPU)
    assert torch.equal(signals.index_select(0, torch.tensor([5, 0, 5])), rows[[5, 0, 5]])
    assert len(signals) == 6
    assert kept_in(signals) == "in memory of the host, copied to cpu for each batch"


@pytest.mark.parametrize("changes", [{}, {"partner_sampler": "class_balanced", "mixer": "mixup"}])
@pytest.mark.parametrize(("device", "memory"), [("cpu", "disk"), ("cuda", "disk"), ("cuda", "host")])
def test_a_training_ends_with_the_same_bytes_wherever_its_signals_are(device, memory, changes, tmp_path, caplog):
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs a GPU")
    on = {"device": torch.device(device), **changes}
    expected = written(tmp_path / "device", train(**on))
    with caplog.at_level("INFO"):
        assert written(tmp_path / memory, train(attempt=Attempt(signal_memory=memory), **on)) == expected
    assert {"disk": "on disk, read for each batch", "host": "in memory of the host"}[memory] in caplog.text
