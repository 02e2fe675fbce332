"""Five seeds of one recipe as one batched model against one after the other, on one CPU thread, in one process.

    python benchmarks/packing.py [--length 1200] [--width 0.25] [--repeats 5]

Batched is `torch.func.stack_module_state` and `vmap`: a step of all five networks, or of five linear heads on features
of 256 dimensions. Both do forward, backward and a plain SGD step in float32 with batches of 64.
"""

import argparse
import copy
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional

from ltsei.model import build_classifier, prior_context

SEEDS, BATCH, CLASSES, FEATURES = 5, 64, 20, 256


class Network(nn.Module):
    """Backbone and head, signals to logits."""

    def __init__(self, width: float, length: int, seed: int) -> None:
        super().__init__()
        context = prior_context(np.ones(CLASSES, dtype=int), signal_shape=(length, 2), sample_rate_hz=None)
        backbone = {"name": "convnet_adsb", "width": width, "stem": "strided", "dropout": 0.0}
        self.whole = build_classifier(backbone, "linear", context, seed=seed)

    def forward(self, signals: Tensor) -> Tensor:
        return self.whole(signals)[1].logits


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
    bare = copy.deepcopy(models[0]).to("meta")

    def loss(weights: dict[str, Tensor], state: dict[str, Tensor], batch: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(functional_call(bare, (weights, state), (batch,)), targets)

    gradients = vmap(grad(loss))

    def step() -> None:
        found = gradients(parameters, buffers, inputs, labels)
        with torch.no_grad():
            for name, value in found.items():
                parameters[name].sub_(value, alpha=0.01)

    return step


def milliseconds(step: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(10):
        step()
    return 100 * (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", type=int, default=1200)
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    labels = torch.arange(SEEDS * BATCH).view(SEEDS, BATCH) % CLASSES
    cases = {
        "stage-1 networks": (
            lambda seed: Network(options.width, options.length, seed),
            torch.randn(SEEDS, BATCH, options.length, 2),
        ),
        "linear heads": (lambda seed: nn.Linear(FEATURES, CLASSES), torch.randn(SEEDS, BATCH, FEATURES)),
    }
    sys.stdout.write("| five | one after the other, ms | batched, ms | gain |\n|---|---|---|---|\n")
    for name, (build, inputs) in cases.items():
        models = [build(seed).train() for seed in range(SEEDS)]
        steps = one_after_the_other(models, inputs, labels), batched(copy.deepcopy(models), inputs, labels)
        times = [[milliseconds(step) for step in steps] for _ in range(options.repeats + 1)][1:]
        single, packed = (statistics.median(values) for values in zip(*times, strict=True))
        sys.stdout.write(f"| {name} | {single:.2f} | {packed:.2f} | {single / packed:.2f}× |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
