"""Whether a network labels its test signals otherwise in bf16 than in float32: the share that it labels correctly.

    python benchmarks/inference_precision.py results/yardstick_cpu/cifar10_lt/ir100/seed0/ce [--signals 4000]

The network is that of stage 1, without post-hoc steps, on a data set with `normalize: none`; the test
signals are drawn at random, the same for both.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from ltsei.runtime import checkpoint
from ltsei.training.model import classifier_of

BATCH = 250


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cell", type=Path)
    parser.add_argument("--signals", type=int, default=4000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    trained, store = checkpoint.load(options.cell / "stage1" / "model.pt"), options.cell.parents[2] / "signals"
    signals, labels = (np.load(store / f"{name}test.npy", mmap_mode="r") for name in ("", "labels_"))
    chosen = np.random.default_rng(0).permutation(len(labels))[: options.signals]
    for precision in ("float32", "bf16"):
        network = classifier_of(trained, trained, precision).eval()
        with torch.no_grad():
            batches = (torch.from_numpy(signals[chosen[k : k + BATCH]]) for k in range(0, len(chosen), BATCH))
            predicted = torch.cat([network(batch)[1].logits.argmax(1) for batch in batches]).numpy()
        sys.stdout.write(f"{precision}: {np.mean(predicted == labels[chosen]):.2%} of {len(chosen)}\n")


if __name__ == "__main__":
    main()
