"""Peak memory and speed of preparing long recordings, as they grow far beyond what the job may allocate.

    python benchmarks/conversion.py [--gigabytes 0.25 1 4] [--cap 0.5]

Four raw files of 16-bit I/Q samples are cut into windows of 4800 samples and written as a store, by a process of its
own that may not allocate more than the cap (RLIMIT_DATA). The files are sparse: 500 windows of each, evenly spread,
begin with a burst of noise; the rest is holes, which take no room on the disk. Those 500 are taken, so that the store
stays small while the recordings grow. `--dense` looks at every window, and resamples them from 2.4 to 2 MS/s besides.
Peak is the largest resident set.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ltsei.core.context import build_component
from ltsei.data.store import write_store

LENGTH, BURST, SAMPLE_BYTES, MOST = 4800, 64, 4, 500
FILES = ("train", "labels_train", "test", "labels_test", "groups_train", "meta")


def make(folder: Path, gigabytes: float) -> None:
    """Write four sparse recordings of two classes, this many gigabytes in all."""
    rng = np.random.default_rng(0)
    windows = max(2, int(gigabytes * 1e9 / 4 / SAMPLE_BYTES / LENGTH))
    for name in ("a_1", "a_2", "b_1", "b_2"):
        with (folder / f"{name}.cs16").open("wb") as file:
            for index in np.linspace(0, windows - 1, min(windows, MOST)).round():
                file.seek(int(index) * LENGTH * SAMPLE_BYTES)
                file.write(rng.integers(-2000, 2000, (BURST, 2)).astype("<i2").tobytes())
            file.truncate(windows * LENGTH * SAMPLE_BYTES)


def convert(folder: Path, cap: float, dense: bool) -> None:
    """Write the store under the cap; print the windows, the peak of resident memory in MB and the seconds."""
    import scipy.signal  # noqa: F401 (libraries are no part of what is measured)

    resource.setrlimit(resource.RLIMIT_DATA, (int(cap * 1e9), int(cap * 1e9)))
    spec = {
        "name": "recordings",
        "files": str(folder),
        "pattern": "{label}_{take}",
        "length": LENGTH,
        "test": {"take": 2},
        "recorded_rate_hz": 2.4e6,
        "sample_rate_hz": 2e6 if dense else 2.4e6,
        "max_windows": None if dense else MOST,
        "drop_invalid": True,
    }
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    recordings = build_component("sources", spec, None)
    write_store(recordings, **{name: folder / "store" / name for name in FILES}, fingerprints={})
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    number = len(recordings.train.labels) + len(recordings.test.labels)
    sys.stdout.write(f"{number} {before / 1e3:.0f} {peak / 1e3:.0f} {seconds:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, nargs="+", default=[0.25, 1.0, 4.0])
    parser.add_argument("--cap", type=float, default=0.5)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--job", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        convert(options.job, options.cap, options.dense)
        return
    sys.stdout.write("gigabytes  windows  MB before  MB at the peak  seconds\n")
    for gigabytes in options.gigabytes:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), gigabytes)
            command = [sys.executable, __file__, "--job", folder, "--cap", str(options.cap)]
            command += ["--dense"] * options.dense
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode:
                raise SystemExit(run.stderr)
            windows, before, peak, seconds = run.stdout.split()
            sys.stdout.write(f"{gigabytes:9.2f}  {windows:>7}  {before:>9}  {peak:>14}  {seconds:>7}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
