"""What it costs to keep training signals outside the device: seconds of an epoch, in one process.

    python benchmarks/signal_memory.py [--signals 2048] [--length 4800] [--width 0.25] [--batch-size 256] [--device cpu]

Made-up signals in a memory map, as a store has them; the strided convnet_adsb in float32, on a CPU one thread. The file
is in the page cache after it was written: a disk that has to be read costs its own time besides.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from ltsei.config.stages import Stage1
from ltsei.data.recordings import Part, Recordings
from ltsei.data.split import Split
from ltsei.data.store import open_inputs, write_store
from ltsei.runtime.attempt import Attempt
from ltsei.training import stage1
from ltsei.training.device import choose_device

CLASSES = 16


def write(folder: Path, signals: int, length: int) -> dict[str, Path]:
    """Write a store with this many training signals."""

    def part(count: int) -> Part:
        values = np.random.default_rng(count).standard_normal((count, length, 2), dtype=np.float32)
        return Part(np.arange(count) % CLASSES, (length, 2), lambda: iter([values]))

    names = ("train.npy", "labels_train.npy", "test.npy", "labels_test.npy", "groups_train.npy", "meta.json")
    paths = {name.partition(".")[0]: folder / name for name in names}
    classes = tuple(f"emitter {label}" for label in range(CLASSES))
    write_store(Recordings(part(signals), part(CLASSES), classes, None, "made up", {}), **paths, fingerprints={})
    return paths


def epoch(options: argparse.Namespace, paths: dict[str, Path], device: torch.device) -> Callable[[str], float]:
    """Return what measures the seconds of the last of two epochs, with the signals in a given place."""
    recipe = Stage1(
        backbone={"name": "convnet_adsb", "width": options.width, "stem": "strided"},
        head="linear",
        loss="cross_entropy",
        sampler="instance_balanced",
        epochs=2,
        batch_size=options.batch_size,
        lr=0.01,
        weight_decay=0.0,
    )
    store, everything = open_inputs(SimpleNamespace(**paths)), np.arange(options.signals)
    split = Split(everything, everything[:0], np.bincount(everything % CLASSES), 1.0, {})

    def measure(memory: str) -> float:
        ends: list[float] = []
        attempt = Attempt(progress=lambda row: ends.append(time.perf_counter()), signal_memory=memory)
        stage1.train(recipe, store, split, seed=0, device=device, attempt=attempt)
        return ends[1] - ends[0]

    return measure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"signals": 2048, "length": 4800, "batch-size": 256, "repeats": 3}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options = parser.parse_args()
    device = choose_device(SimpleNamespace(device=options.device, jobs_per_device=1))
    places = ("device", "disk") if options.device == "cpu" else ("device", "host", "disk")
    with tempfile.TemporaryDirectory() as folder:
        measure = epoch(options, write(Path(folder), options.signals, options.length), device)
        rounds = [[measure(place) for place in places] for _ in range(options.repeats)]
    sys.stdout.write("| signals in | seconds per epoch | times as long |\n|---|---|---|\n")
    for number, place in enumerate(places):
        seconds = statistics.median(row[number] for row in rounds)
        ratio = statistics.median(row[number] / row[0] for row in rounds)
        sys.stdout.write(f"| {place} | {seconds:.2f} | {ratio:.2f} |\n")


if __name__ == "__main__":
    main()
