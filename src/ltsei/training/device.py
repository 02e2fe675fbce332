"""Where torch computes, and the settings under which equal seeds give equal bytes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ltsei.core.errors import InputError
from ltsei.runtime import gpu_lock


def choose_device(execution: Any) -> torch.device:
    """Return the device to compute on, after waiting for a free GPU where jobs share them.

    cuBLAS sums in a fixed order only with a fixed workspace, which has to be chosen before its first use.

    Args:
        execution: `device` (``auto`` is the GPU where there is one, ``cpu``, ``cuda``) and `jobs_per_device`.

    Raises:
        InputError: ``cuda`` where there is no GPU.
    """
    name = execution.device
    claimed = name != "cpu" and gpu_lock.claim(torch.cuda.device_count, execution.jobs_per_device) is not None
    available = claimed and torch.cuda.is_available()
    if name == "cuda" and not available:
        raise InputError("device: got cuda, but torch finds no GPU here; use auto or cpu")
    if available:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    return torch.device("cuda" if available else "cpu")


@contextmanager
def reproducible(threads: int, on: torch.device, seed: int) -> Iterator[None]:
    """Run the block with `threads` threads, deterministic kernels and torch's global generators set to `seed`.

    All settings are restored afterwards. On one machine, results are bit-identical for an equal number of threads.
    """
    before = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    memory: Any = torch.utils.deterministic
    fill = memory.fill_uninitialized_memory
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode("error")  # use_deterministic_algorithms would import a compiler
    memory.fill_uninitialized_memory = False  # would write every new tensor once more
    try:
        with (
            torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False),
            torch.random.fork_rng(devices=[on] if on.type == "cuda" else []),
        ):
            seed_generators(on, seed)
            yield
    finally:
        torch.set_num_threads(before[0])
        torch.set_deterministic_debug_mode(before[1])
        memory.fill_uninitialized_memory = fill


def seed_generators(on: torch.device, seed: int) -> None:
    """Seed torch's global generators of the host and of the device, no others."""
    torch.default_generator.manual_seed(seed)
    if on.type == "cuda":
        torch.cuda.manual_seed(seed)


def random_state(on: torch.device) -> dict[str, Any]:
    """Return the state of torch's global generators of the host and of the device."""
    return {"cpu": torch.get_rng_state()} | ({"cuda": torch.cuda.get_rng_state(on)} if on.type == "cuda" else {})


def set_random_state(on: torch.device, state: dict[str, Any]) -> None:
    """Set torch's global generators to what `random_state` returned."""
    torch.set_rng_state(state["cpu"])
    if on.type == "cuda":
        torch.cuda.set_rng_state(state["cuda"], on)
