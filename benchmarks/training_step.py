"""How fast `fit` trains, against a bare loop and against the usual loop, in one process.

    python benchmarks/training_step.py [--length 1200] [--width 0.25] [--batch-size 64] [--repeats 5] [--device cpu]

bare: forward, backward and optimizer step on one resident batch, nothing else.
usual: float32 Conv1d, a Dataset that normalises and crops each signal in Python, DataLoader, WeightedRandomSampler,
``.item()`` in every step. All use the strided convnet_adsb without attention and dropout, SGD; on a CPU one thread.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler

from ltsei.config.stages import Stage1
from ltsei.core.context import prior_context
from ltsei.training.device import choose_device, reproducible
from ltsei.training.fit import fit
from ltsei.training.model import build_classifier
from ltsei.training.objective import build_objective

Run = Callable[[], None]
CLASSES, SIGNALS = 16, 2048  # a multiple of the classes, so that an epoch of `fit` draws every signal once


class UsualNetwork(nn.Module):
    """The network as it is usually written: Conv1d on [B, channels, L]."""

    def __init__(self, layers: nn.Sequential, features: int, classes: int) -> None:
        super().__init__()
        self.layers, self.head = layers, nn.Linear(features, classes)

    def forward(self, signals: torch.Tensor) -> torch.Tensor:
        return self.head(self.layers(signals).amax(2))


class UsualDataset(Dataset):
    """Signals that are cropped and normalised one by one when they are asked for."""

    def __init__(self, signals: np.ndarray, labels: np.ndarray) -> None:
        self.signals, self.labels = signals, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        signal = self.signals[index].T[:, : self.signals.shape[1]]
        signal = (signal - signal.mean(1, keepdims=True)) / (signal.std(1, keepdims=True) + 1e-8)
        return torch.from_numpy(signal.astype(np.float32)), int(self.labels[index])


def conv1d_of(module: nn.Module) -> nn.Module:
    """Return the one-dimensional counterpart of a layer on [B, C, 1, L]."""
    if isinstance(module, nn.Conv2d):
        sizes = module.kernel_size[1], module.stride[1], module.padding[1]
        return nn.Conv1d(module.in_channels, module.out_channels, *sizes, bias=module.bias is not None)
    if isinstance(module, nn.BatchNorm2d):
        return nn.BatchNorm1d(module.num_features)
    if isinstance(module, nn.MaxPool2d):
        return nn.MaxPool1d(module.kernel_size[1], module.stride[1], ceil_mode=module.ceil_mode)
    return nn.ReLU()


def usual_network(backbone: dict, length: int, classes: int) -> UsualNetwork:
    """Return the usual form of a strided convnet_adsb without attention and dropout."""
    context = prior_context(np.ones(classes, dtype=int), signal_shape=(length, 2), sample_rate_hz=None)
    ours = build_classifier(backbone, "linear", context, seed=0).backbone
    kinds = nn.Conv2d | nn.BatchNorm2d | nn.MaxPool2d | nn.ReLU
    layers = nn.Sequential(*[conv1d_of(module) for module in ours.modules() if isinstance(module, kinds)])
    return UsualNetwork(layers, ours.out_features, classes)


def recipe(options: argparse.Namespace, precision: str) -> Stage1:
    backbone = {"name": "convnet_adsb", "width": options.width, "stem": "strided", "attention": False, "dropout": 0.0}
    return Stage1(
        backbone=backbone,
        head="linear",
        loss="cross_entropy",
        sampler="class_balanced",
        epochs=1,
        batch_size=options.batch_size,
        lr=0.01,
        weight_decay=5e-4,
        precision=precision,
    )


def classifier(settings: Stage1, signals: torch.Tensor, labels: torch.Tensor) -> tuple[nn.Module, object]:
    counts, shape = np.bincount(labels.cpu()), signals.shape[1:]
    context = prior_context(counts, signal_shape=tuple(shape), sample_rate_hz=None)
    model = build_classifier(settings.backbone, settings.head, context, seed=0, precision=settings.precision)
    return model.to(signals.device), context


def run_fit(settings: Stage1, signals: torch.Tensor, labels: torch.Tensor) -> Run:
    model, context = classifier(settings, signals, labels)
    objective = build_objective(settings, context, seed=0, device=signals.device)
    return lambda: fit(model, signals, labels, objective, recipe=settings, seed=0, purpose="benchmark")


def run_bare(settings: Stage1, signals: torch.Tensor, labels: torch.Tensor) -> Run:
    model, _ = classifier(settings, signals, labels)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=5e-4, fused=True)
    batch, targets = signals[: settings.batch_size].clone(), labels[: settings.batch_size]

    def loop() -> None:
        model.train()
        with reproducible(1, signals.device, 0):
            for _ in range(len(labels) // settings.batch_size):
                optimizer.zero_grad()
                functional.cross_entropy(model(batch)[1].logits, targets).backward()
                optimizer.step()

    return loop


def run_usual(settings: Stage1, signals: torch.Tensor, labels: torch.Tensor) -> Run:
    network = usual_network(settings.backbone, signals.shape[1], CLASSES).to(signals.device)
    data = UsualDataset(signals.cpu().numpy().astype(np.float64), labels.cpu().numpy())
    sampler = WeightedRandomSampler(torch.ones(len(labels)), len(labels))
    return usual_loop(network, DataLoader(data, settings.batch_size, sampler=sampler, drop_last=True), signals.device)


def usual_loop(network: nn.Module, loader: DataLoader, device: torch.device) -> Run:
    """Return the loop over an epoch as it is usually written."""
    optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)

    def loop() -> None:
        network.train()
        total = 0.0
        for batch, targets in loader:
            loss = functional.cross_entropy(network(batch.to(device)), targets.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()

    return loop


def seconds(loop: Run, device: torch.device) -> float:
    """Return the CPU seconds of the loop, which other work on the machine disturbs less; on a GPU its wall time."""
    if device.type == "cpu":
        start = time.process_time()
        loop()
        return time.process_time() - start
    torch.cuda.synchronize()
    start = time.perf_counter()
    loop()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def compared(
    recipes: Mapping[str, Stage1],
    usual_run: Run,
    signals: torch.Tensor,
    labels: torch.Tensor,
    repeats: int,
) -> str:
    """Return the table of the usual loop, and of the bare one and `fit` for each precision."""
    loops = {"usual, float32": usual_run}
    for precision, settings in recipes.items():
        loops[f"bare, {precision}"] = run_bare(settings, signals, labels)
        loops[f"fit, {precision}"] = run_fit(settings, signals, labels)
    times: dict[str, list[float]] = {name: [] for name in loops}
    for repeat in range(repeats + 1):
        for name, loop in loops.items():
            elapsed = seconds(loop, signals.device)
            if repeat:  # the first round warms up
                times[name].append(elapsed)
    usual = statistics.median(times["usual, float32"])
    rows = ["| loop | ms/signal | against the usual | against the bare |", "|---|---|---|---|"]
    for name, values in times.items():
        median = statistics.median(values)
        bare = statistics.median(times.get(f"bare, {name.split(', ')[1]}", values))
        rows.append(f"| {name} | {1e3 * median / len(signals):.3f} | {usual / median:.2f}× | {bare / median:.2f} |")
    return "\n".join(rows) + "\n"


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that all benchmarks of a step have."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--repeats", type=int, default=5)
    made.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    return made


def prepared_device(options: argparse.Namespace) -> torch.device:
    """Return the device to measure on; a CPU computes with one thread."""
    torch.set_num_threads(1)
    return choose_device(argparse.Namespace(device=options.device, jobs_per_device=1))


def add_sizes(own: argparse.ArgumentParser) -> None:
    """Add the options for the sizes of signals, network and batch."""
    own.add_argument("--length", type=int, default=1200)
    own.add_argument("--width", type=float, default=0.25)
    own.add_argument("--batch-size", type=int, default=64)


def made_up(length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return signals [SIGNALS, length, 2] of noise and their labels."""
    rng = np.random.default_rng(0)
    signals = torch.from_numpy(rng.standard_normal((SIGNALS, length, 2)).astype(np.float32))
    return signals, torch.from_numpy(rng.permutation(np.arange(SIGNALS) % CLASSES))


def main() -> None:
    own = parser(__doc__)
    add_sizes(own)
    options = own.parse_args()
    device = prepared_device(options)
    signals, labels = (tensor.to(device) for tensor in made_up(options.length))
    recipes = {precision: recipe(options, precision) for precision in ("float32", "bf16")}
    usual = run_usual(recipes["float32"], signals, labels)
    sys.stdout.write(compared(recipes, usual, signals, labels, options.repeats))


if __name__ == "__main__":
    main()
