"""Peak memory of a stage-1 job as its data set grows beyond what the job may allocate.

    python benchmarks/memory.py [--gigabytes 0.5 1 2 4] [--cap 1.5] [--train-on-all]

Made-up recordings of 2 x 4800 samples in ten classes, a fifth of them test signals; the split draws the same 1000
training signals from each data set, or two fifths of all signals, which are then read from disk batch by batch. The job
may not allocate more than the cap (RLIMIT_DATA): a data set above it cannot be read into memory at once. Peak is the
largest resident set, pages of the memory-mapped files included.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from ltsei.data.recordings import Part, Recordings
from ltsei.data.split import make_split, read_split, write_split
from ltsei.data.store import open_inputs, write_store
from ltsei.runtime.attempt import Attempt, SignalMemory

CLASSES, SHAPE, CHUNK = 10, (4800, 2), 2000
SIGNAL_BYTES = 4 * SHAPE[0] * SHAPE[1]


def part(count: int) -> Part:
    def chunks() -> Iterator[np.ndarray]:
        rng = np.random.default_rng(count)
        for start in range(0, count, CHUNK):
            yield rng.standard_normal((min(CHUNK, count - start), *SHAPE), dtype=np.float32)

    return Part(np.arange(count) % CLASSES, SHAPE, chunks)


def paths(folder: Path) -> dict[str, Path]:
    names = ("train.npy", "labels_train.npy", "test.npy", "labels_test.npy", "groups_train.npy", "meta.json")
    return {name.partition(".")[0]: folder / name for name in names}


def make(folder: Path, gigabytes: float, n_max: int | None) -> None:
    """Write a store of this many gigabytes and a split of it."""
    count = int(gigabytes * 1e9 / SIGNAL_BYTES)
    names = tuple(f"emitter {label}" for label in range(CLASSES))
    recordings = Recordings(part(count - count // 5), part(count // 5), names, None, "made up", {})
    write_store(recordings, **paths(folder), fingerprints={})
    options = {"validation": {"per_class": 10}, "n_max": n_max, "class_order": "index", "shortage": "error"}
    labels = np.load(folder / "labels_train.npy")
    split = make_split(labels, CLASSES, imbalance_ratio=5.0, seed=0, fingerprints={}, **options)
    write_split(folder / "split.npz", split)


def job(folder: Path, cap: float, memory: SignalMemory) -> None:
    """Train one epoch under the cap and print the peak of resident memory in MB."""
    import torch

    from ltsei.config.stages import Stage1
    from ltsei.training import stage1

    resource.setrlimit(resource.RLIMIT_DATA, (int(cap * 1e9), int(cap * 1e9)))
    recipe = Stage1(
        backbone={"name": "convnet_adsb", "width": 0.1, "stem": "strided"},
        head="linear",
        loss="cross_entropy",
        sampler="instance_balanced",
        epochs=1,
        batch_size=64,
        lr=0.01,
        weight_decay=0.0,
    )
    store, split = open_inputs(SimpleNamespace(**paths(folder))), read_split(folder / "split.npz")
    stage1.train(recipe, store, split, seed=0, device=torch.device("cpu"), attempt=Attempt(signal_memory=memory))
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, nargs="+", default=[0.5, 1.0, 2.0, 4.0])
    parser.add_argument("--cap", type=float, default=1.5)
    parser.add_argument("--train-on-all", action="store_true")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        job(Path(options.job), options.cap, "disk" if options.train_on_all else "device")
        return
    sys.stdout.write("| data set in GB | cap in GB | peak in MB |\n|---|---|---|\n")
    for gigabytes in options.gigabytes:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), gigabytes, None if options.train_on_all else 200)
            command = [sys.executable, __file__, "--job", folder, "--cap", str(options.cap)]
            command += ["--train-on-all"] if options.train_on_all else []
            completed = subprocess.run(command, capture_output=True, text=True, check=True)
        sys.stdout.write(f"| {gigabytes:g} | {options.cap:g} | {completed.stdout} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
