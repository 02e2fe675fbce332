"""The guides' comparison of fifteen methods: each from scratch, one after the other, against the matrix.

    python benchmarks/matrix.py [--epochs 90] [--precision bf16] [--cores 2]

*From scratch* is what one command per method does: a process of its own that trains stage 1 in the usual loop
(`training_step.py`), trains stage 2 by running the frozen network on the signals in every epoch, and computes logits of
the test part. It trains with plain cross-entropy whatever the method, since the loss costs nothing beside the network,
and reads the signals that the matrix has prepared. *The matrix* is snakemake from nothing to the report: planning,
preparation, trainings, evaluation. CPU seconds are those of all processes; every training has one thread.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from project import Project

METHODS = {
    "ce": 1,
    "focal": 1,
    "cb": 1,
    "ldam_guide": 1,
    "ldam_drw_guide": 1,
    "balanced_softmax": 1,
    "logit_adjustment": 1,
    "inv_freq": 1,
    "class_uniform": 1,
    "sqrt": 1,
    "crt": 2,
    "lws_guide": 2,
    "los": 2,
    "tau_norm_1": 1,
    "moe_ltsei": 2,
}
"""The methods of the guides' comparison -> number of trainings."""
BACKBONE = {"name": "convnet_adsb", "width": 0.25, "stem": "strided", "attention": False, "dropout": 0.0}
BATCH_SIZE, STAGE2_DIVISOR = 64, 3
"""Stage 2 has a third of the epochs of stage 1, as in the guides."""


def overlay(epochs: int, precision: str) -> dict[str, Any]:
    common = {"batch_size": BATCH_SIZE, "warmup_epochs": 0}
    stage1 = {"backbone": BACKBONE, "epochs": epochs, "lr": 0.05, "precision": precision, **common}
    source = {"name": "synthetic_adsb", "emitters": 20, "train_per_class": 120, "test_per_class": 20}
    return {
        "datasets": {"adsb_20": {"source": source, "split": {"validation": {"per_class": 10}, "n_max": 100}}},
        "defaults": {"stage1": stage1, "stage2": {"epochs": epochs // STAGE2_DIVISOR, **common}},
        "run": ["guides"],
        "experiments": {
            "guides": {"datasets": ["adsb_20"], "methods": list(METHODS), "imbalance_ratios": [10], "seeds": [0]}
        },
    }


def from_scratch(folder: Path, trainings: int, epochs: int) -> None:
    """Train one method as the guides do, on the signals and the split of the matrix."""
    import torch
    from torch import nn
    from torch.nn import functional
    from torch.utils.data import DataLoader, WeightedRandomSampler
    from training_step import UsualDataset, usual_network

    torch.set_num_threads(1)
    data = folder / "results" / "adsb_20"
    signals, labels = (np.load(data / "signals" / f"{name}.npy", mmap_mode="r") for name in ("train", "labels_train"))
    rows = np.load(data / "ir10" / "seed0" / "split.npz")["train"]
    train = UsualDataset(signals[rows], labels[rows])
    network = usual_network(BACKBONE, signals.shape[1], int(labels.max()) + 1)

    def fit(parameters: list[nn.Parameter], count: int, frozen: bool) -> None:
        optimizer = torch.optim.SGD(parameters, 0.05, momentum=0.9, weight_decay=5e-4)
        sampler = WeightedRandomSampler(torch.ones(len(train)), len(train))
        for _ in range(count):
            network.train(not frozen)
            for batch, targets in DataLoader(train, BATCH_SIZE, sampler=sampler):
                with torch.set_grad_enabled(not frozen):
                    features = network.layers(batch).amax(2)
                loss = functional.cross_entropy(network.head(features), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss.item()

    fit(list(network.parameters()), epochs, frozen=False)
    if trainings == 2:
        fit(list(network.head.parameters()), epochs // STAGE2_DIVISOR, frozen=True)
    network.eval()
    test = np.load(data / "signals" / "test.npy", mmap_mode="r")
    with torch.no_grad():
        for batch, _ in DataLoader(UsualDataset(test, np.zeros(len(test), dtype=int)), BATCH_SIZE):
            network(batch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=90)
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--cores", default="2")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        from_scratch(Path(options.one[0]), METHODS[options.one[1]], options.epochs)
        return
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), overlay(options.epochs, options.precision))
        matrix = project.run("--cores", options.cores)
        started, cpu = time.perf_counter(), 0.0
        for method in METHODS:
            command = [sys.executable, __file__, "--one", folder, method, "--epochs", str(options.epochs)]
            _, status, usage = os.wait4(subprocess.Popen(command).pid, 0)
            if status:
                raise RuntimeError(f"{method} failed from scratch")
            cpu += usage.ru_utime + usage.ru_stime
        seconds = time.perf_counter() - started
    sys.stdout.write("| | CPU seconds | seconds |\n|---|---|---|\n")
    sys.stdout.write(f"| each from scratch | {cpu:.0f} | {seconds:.0f} |\n")
    sys.stdout.write(f"| the matrix, {options.cores} cores | {matrix.cpu_seconds:.0f} | {matrix.seconds:.0f} |\n")
    sys.stdout.write(f"| ratio | {cpu / matrix.cpu_seconds:.2f} | {seconds / matrix.seconds:.2f} |\n")


if __name__ == "__main__":
    main()
