"""A hundred epochs of cRT on cached features against the same epochs through the network, in one process.

    python benchmarks/stage2.py [--signals 512] [--width 1.0] [--repeats 3]

Through the network every epoch computes the features again; one epoch is timed and multiplied by a hundred. The network
is the matrix's default, convnet_adsb at 2 x 4800 samples, batches of 256. Both are the training loop of the package.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import nn

from ltsei.config.stages import Stage2
from ltsei.core.context import prior_context
from ltsei.training.device import reproducible
from ltsei.training.fit import fit
from ltsei.training.model import Classifier, TunedClassifier, build_classifier, extract
from ltsei.training.objective import build_objective

CPU, CLASSES, LENGTH, EPOCHS = torch.device("cpu"), 60, 4800, 100


def recipe(epochs: int) -> Stage2:
    values = {"epochs": epochs, "batch_size": 256, "lr": 0.1, "weight_decay": 5e-4}
    return Stage2(mode="crt", head="linear", loss="cross_entropy", sampler="class_balanced", **values)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=512)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    signals = torch.from_numpy(rng.standard_normal((options.signals, LENGTH, 2), dtype=np.float32))
    labels = torch.from_numpy(rng.permutation(np.arange(options.signals) % CLASSES))
    counts = np.bincount(labels.numpy(), minlength=CLASSES)
    context = prior_context(counts, signal_shape=(LENGTH, 2), sample_rate_hz=None)
    classifier = build_classifier({"name": "convnet_adsb", "width": options.width}, "linear", context, seed=0)
    network = TunedClassifier(classifier.backbone, classifier.head, "float32", tuned=False, bn="frozen")

    def train(model: nn.Module, inputs: torch.Tensor, epochs: int) -> None:
        objective = build_objective(recipe(epochs), context, seed=0, device=CPU)
        fit(model, inputs, labels, objective, recipe=recipe(epochs), seed=0, purpose="benchmark")

    times: dict[str, list[float]] = {"network": [], "features": [], "extracting": []}
    for _ in range(options.repeats):
        times["network"].append(EPOCHS * seconds(lambda: train(network, signals, 1)))
        with reproducible(1, CPU, 0):
            features = extract(classifier, torch.split(signals, 256))[0]
            times["extracting"].append(seconds(lambda: extract(classifier, torch.split(signals, 256))))
        head = Classifier(nn.Identity(), classifier.head)
        times["features"].append(seconds(partial(train, head, features, EPOCHS)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    sys.stdout.write("| 100 epochs of cRT | seconds | ratio |\n|---|---|---|\n")
    sys.stdout.write(f"| through the network | {medians['network']:.1f} | |\n")
    sys.stdout.write(
        f"| on cached features | {medians['features']:.2f} | {medians['network'] / medians['features']:.0f}× |\n"
    )
    both = medians["features"] + medians["extracting"]
    sys.stdout.write(f"| caching them included | {both:.2f} | {medians['network'] / both:.0f}× |\n")


if __name__ == "__main__":
    main()
