"""Five seeds of one recipe against one: one after the other, as one batched model, as parallel processes.

    python benchmarks/packing.py [--length 1200] [--width 0.25] [--batch-size 64] [--repeats 5] [--device cpu]

Batched is `torch.func.stack_module_state` and `vmap`: a step of all five networks, or of five linear heads on features
of 256 dimensions. All do forward, backward and a plain SGD step in float32, on a CPU with one thread per process.
"""

import argparse
import copy
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Barrier

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional

from ltsei.core.context import prior_context
from ltsei.training.model import build_classifier

SEEDS, CLASSES, FEATURES = 5, 20, 256
WARM_UP = 3
Build = Callable[[int], nn.Module]


class Network(nn.Module):
    """Backbone and head, signals to logits."""

    def __init__(self, width: float, length: int, seed: int) -> None:
        super().__init__()
        context = prior_context(np.ones(CLASSES, dtype=int), signal_shape=(length, 2), sample_rate_hz=None)
        backbone = {"name": "convnet_adsb", "width": width, "stem": "strided", "dropout": 0.0}
        self.classifier = build_classifier(backbone, "linear", context, seed=seed)

    def forward(self, signals: Tensor) -> Tensor:
        return self.classifier(signals)[1].logits


def network(width: float, length: int, seed: int) -> nn.Module:
    return Network(width, length, seed).train()


def head(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Linear(FEATURES, CLASSES)


def one_after_the_other(models: list[nn.Module], inputs: Tensor, labels: Tensor) -> Callable[[], None]:
    optimizers = [torch.optim.SGD(model.parameters(), 0.01, fused=True) for model in models]

    def step() -> None:
        for model, optimizer, batch, targets in zip(models, optimizers, inputs, labels, strict=True):
            optimizer.zero_grad()
            functional.cross_entropy(model(batch), targets).backward()
            optimizer.step()

    return step


def batched(models: list[nn.Module], inputs: Tensor, labels: Tensor) -> Callable[[], None]:
    parameters, buffers = stack_module_state(models)
    template = copy.deepcopy(models[0]).to("meta")

    def loss(weights: dict[str, Tensor], state: dict[str, Tensor], batch: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(functional_call(template, (weights, state), (batch,)), targets)

    gradients = vmap(grad(loss))

    def step() -> None:
        computed = gradients(parameters, buffers, inputs, labels)
        with torch.no_grad():
            for name, value in computed.items():
                parameters[name].sub_(value, alpha=0.01)

    return step


def seconds(step: Callable[[], None], steps: int, device: str) -> float:
    """Return the seconds that the steps take after some steps of warm-up."""
    for _ in range(WARM_UP):
        step()
    wait_for(device)
    start = time.perf_counter()
    for _ in range(steps):
        step()
    wait_for(device)
    return time.perf_counter() - start


def wait_for(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def in_parallel(build: Build, inputs: Tensor, labels: Tensor, steps: int, device: str) -> float:
    """Return the seconds that the steps take with one process per seed, once all processes are warm."""
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(SEEDS + 1, timeout=600)  # it breaks if one of them fails
    tasks = [(build, seed, inputs[seed], labels[seed], steps, device, barrier) for seed in range(SEEDS)]
    processes = [spawning.Process(target=run_one_seed, args=task) for task in tasks]
    for process in processes:
        process.start()
    barrier.wait()
    start = time.perf_counter()
    barrier.wait()
    elapsed = time.perf_counter() - start
    for process in processes:
        process.join()
    return elapsed


def run_one_seed(
    build: Build, seed: int, inputs: Tensor, labels: Tensor, steps: int, device: str, barrier: Barrier
) -> None:
    """Warm up, meet the other processes at the barrier, run the steps of one seed and meet them again."""
    try:
        torch.set_num_threads(1)
        step = one_after_the_other([build(seed).to(device)], inputs[None].to(device), labels[None].to(device))
        for count in (WARM_UP, steps):
            for _ in range(count):
                step()
            wait_for(device)
            barrier.wait()
    except BaseException:
        barrier.abort()
        raise


def measure(build: Build, inputs: Tensor, labels: Tensor, steps: int, device: str) -> dict[str, float]:
    """Return way -> milliseconds of a step, of one seed and of five."""
    models = [build(seed).to(device) for seed in range(SEEDS)]
    resident = inputs.to(device), labels.to(device)
    elapsed = {
        "one seed": seconds(one_after_the_other(models[:1], *(part[:1] for part in resident)), steps, device),
        "one after the other": seconds(one_after_the_other(models, *resident), steps, device),
        "batched": seconds(batched(copy.deepcopy(models), *resident), steps, device),
        "in parallel": in_parallel(build, inputs, labels, steps, device),
    }
    return {way: 1e3 * seconds / steps for way, seconds in elapsed.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", type=int, default=1200)
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    shape = SEEDS, options.batch_size
    labels = torch.arange(SEEDS * options.batch_size).view(shape) % CLASSES
    cases: dict[str, tuple[Build, Tensor, int]] = {
        "stage-1 networks": (
            partial(network, options.width, options.length),
            torch.randn(*shape, options.length, 2),
            20,
        ),
        "linear heads": (head, torch.randn(*shape, FEATURES), 2000),
    }
    sys.stdout.write("| | ms per step | times one seed |\n|---|---|---|\n")
    for name, (build, inputs, steps) in cases.items():
        rounds = [measure(build, inputs, labels, steps, options.device) for _ in range(options.repeats)]
        medians = {way: statistics.median(times[way] for times in rounds) for way in rounds[0]}
        for way, value in medians.items():
            label = f"{name}, {way}" if way == "one seed" else f"{name}, five {way}"
            sys.stdout.write(f"| {label} | {value:.2f} | {value / medians['one seed']:.2f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
