"""Device, threads and random streams."""

from types import SimpleNamespace

import pytest
import torch

from ltsei.core.errors import InputError
from ltsei.training.device import choose_device, random_state, reproducible, set_random_state

CPU = torch.device("cpu")
no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")


def execution(device, jobs_per_device=1):
    return SimpleNamespace(device=device, jobs_per_device=jobs_per_device)


def test_cpu_is_cpu():
    assert choose_device(execution("cpu")) == CPU


@no_gpu
def test_auto_without_a_gpu_is_cpu():
    assert choose_device(execution("auto")) == CPU


@no_gpu
def test_cuda_without_a_gpu_is_an_input_error():
    with pytest.raises(InputError, match="got cuda, but torch finds no GPU"):
        choose_device(execution("cuda"))


def test_threads_and_determinism_hold_inside_and_are_restored_even_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError), reproducible(before + 1, CPU, seed=0):
        assert torch.get_num_threads() == before + 1
        assert torch.are_deterministic_algorithms_enabled()
        raise RuntimeError
    assert torch.get_num_threads() == before
    assert not torch.are_deterministic_algorithms_enabled()


def test_one_seed_gives_one_stream_and_leaves_the_global_stream_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    inside = []
    for _ in range(2):
        with reproducible(1, CPU, seed=7):
            inside.append(torch.rand(3))
    assert torch.equal(*inside)
    assert torch.equal(torch.rand(3), expected)


def test_a_stream_continues_from_its_saved_state():
    with reproducible(1, CPU, seed=7):
        torch.rand(3)
        state = random_state(CPU)
        expected = torch.rand(3)
    with reproducible(1, CPU, seed=8):
        set_random_state(CPU, state)
        assert torch.equal(torch.rand(3), expected)
