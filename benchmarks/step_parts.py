"""Where the time of the bare training step goes on a CPU, by kind of operation.

    python benchmarks/step_parts.py [--length 1200] [--width 0.25] [--batch-size 64]

The network and the step are those of training_step.py. Operations per second are those of the convolutions, forward and
backward, against a matrix product of 1024 x 1024 matrices in the same precision.
"""

import argparse
import sys
import time
from collections import Counter

import torch
import training_step
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

PARTS = {
    "convolutions, forward": ("aten::mkldnn_convolution",),
    "convolutions, backward": ("aten::convolution_backward",),
    "batch normalisation": ("aten::native_batch_norm", "aten::native_batch_norm_backward"),
    "pooling": ("aten::max_pool2d_with_indices", "aten::max_pool2d_with_indices_backward", "aten::amax"),
    "ReLU": ("aten::relu_", "aten::clamp_min_", "aten::threshold_backward"),
    "casts and copies": ("aten::copy_", "aten::_to_copy", "aten::to"),
    "optimizer": ("aten::_fused_sgd_", "Optimizer.step#SGD.step", "Optimizer.zero_grad#SGD.zero_grad"),
}
REST = "everything else"
SIDE, PRODUCTS = 1024, 20


def parts(options: argparse.Namespace, precision: str, signals: torch.Tensor, labels: torch.Tensor) -> list[str]:
    """Return the rows of one precision: share of the step by part, then operations per second."""
    loop = training_step.run_bare(training_step.recipe(options, precision), signals, labels)
    loop()
    with FlopCounterMode(display=False) as counter:
        loop()
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        loop()
    part_of = {name: part for part, names in PARTS.items() for name in names}
    seconds: Counter[str] = Counter()
    for event in profiled.key_averages():
        seconds[part_of.get(event.key, REST)] += event.self_cpu_time_total / 1e6
    rows = [f"| {precision} | {part} | {seconds[part] / seconds.total():.0%} |" for part in (*PARTS, REST)]
    of_convolutions = sum(seconds[part] for part in PARTS if part.startswith("convolutions"))
    rate, possible = counter.get_total_flops() / of_convolutions, matrix_product(precision)
    return [*rows, f"| {precision} | GFLOP/s of convolutions | {rate / 1e9:.0f} of {possible / 1e9:.0f} |"]


def matrix_product(precision: str) -> float:
    """Return the operations per second of a product of square matrices."""
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    matrix = torch.ones(SIDE, SIDE, dtype=dtype)
    matrix @ matrix
    start = time.process_time()
    for _ in range(PRODUCTS):
        matrix @ matrix
    return 2 * SIDE**3 * PRODUCTS / (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    training_step.add_sizes(parser)
    options = parser.parse_args()
    torch.set_num_threads(1)
    signals, labels = training_step.made_up(options.length)
    rows = ["| precision | part | share |", "|---|---|---|"]
    for precision in ("float32", "bf16"):
        rows += parts(options, precision, signals, labels)
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
