"""Everything to be seen on a GPU in one call: tests, bytes, speed; the results as one page of Markdown.

    python benchmarks/gpu.py --collect wheels                # where packages can be downloaded
    python benchmarks/gpu.py --wheels wheels --to results    # on the machine with the GPU

The first command downloads the pinned packages that the tests import, without those that every machine with a GPU is
expected to have (torch, numpy) and the large ones that nothing here imports: some 50 MB. The second one installs, into
a folder of its own, what the machine lacks, and carries out the steps in turn, each in what is left of the minutes.
``--device cpu`` tries it out where there is no GPU.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PRESENT = {"torch", "numpy", "h5py", "sympy", "mpmath", "networkx", "filelock", "fsspec", "setuptools"}
NOT_IMPORTED = {
    *("mypy", "ruff", "snakefmt", "black", "shfmt-py", "ast-serialize", "pulp", "sqlalchemy", "greenlet", "itables"),
    *("onnx", "onnxruntime", "onnxscript", "onnx-ir", "ml-dtypes", "protobuf", "flatbuffers"),
    *("pandas", "pillow", "pyarrow", "scikit-learn", "sigmf", "vl-convert-python", "colorama", "pyreadline3"),
}
GUIDES = ("--length", "4800", "--width", "1", "--batch-size", "256")
"""The setting of the guides."""


class Step(NamedTuple):
    """A part of the page: its title, and what to run after `python`."""

    title: str
    arguments: tuple[str, ...]


def steps(device: str, quick: bool) -> list[Step]:
    """Return the steps, the most important ones first; quick ones only show that they work."""
    setting = ("--length", "256", "--width", "0.1", "--batch-size", "16") if quick else GUIDES
    tests = ("tests/unit/training/test_stage1.py", "tests/unit/training/test_signal_memory.py")
    if not quick:
        tests += ("tests/unit/training", "tests/contract/test_gpu.py", "tests/contract/test_backbones.py")
    signals = ("--signals", "64") if quick else ()
    return [
        Step("Tests: equal and resumed bytes, devices", ("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)),
        Step("The training step", ("benchmarks/training_step.py", "--device", device, *setting)),
        Step("Several trainings at once", ("benchmarks/packing.py", "--device", device, *setting)),
        Step("Signals outside the device", ("benchmarks/signal_memory.py", "--device", device, *setting, *signals)),
    ]


def collect(folder: Path) -> None:
    """Download the wheels of the pinned packages that a machine with a GPU may lack."""
    pinned = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "envs" / "lock.txt").read_text(encoding="utf-8"), re.MULTILINE)
    names = [f"{name}=={version}" for name, version in pinned if name not in PRESENT | NOT_IMPORTED]
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*download, *names], check=True)
    size = sum(path.stat().st_size for path in folder.iterdir())
    sys.stdout.write(f"{folder}: {len(names)} packages, {size / 1e6:.0f} MB\n")


def install(wheels: Path, site: Path) -> list[str]:
    """Install into a folder the packages that are missing; return their names."""
    present = {name.lower().replace("-", "_") for each in metadata.distributions() if (name := each.metadata["Name"])}
    missing = [path for path in sorted(wheels.iterdir()) if path.name.split("-")[0].lower() not in present]
    if missing:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(site)]
        subprocess.run([*command, *map(str, missing)], check=True)
    return [path.name.split("-")[0] for path in missing]


def carry_out(step: Step, environment: dict[str, str], seconds: float) -> str:
    """Run a step; return its section of the page."""
    command, start = [sys.executable, *step.arguments], time.perf_counter()
    try:
        options = {"cwd": ROOT, "env": environment, "text": True, "timeout": max(seconds, 1)}
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        status, output = f"status {run.returncode}", run.stdout
    except subprocess.TimeoutExpired as expired:
        status, output = "stopped: no time was left", (expired.stdout or b"").decode(errors="replace")
    shown = "\n".join(output.splitlines()[-40:])
    took = f"{status}, {time.perf_counter() - start:.0f} s"
    return f"## {step.title}\n\n`python {' '.join(step.arguments)}`: {took}\n\n```\n{shown}\n```\n\n"


def machine() -> str:
    """Return the device and the versions on which everything runs."""
    import torch

    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return f"{name}, torch {torch.__version__}, Python {sys.version.split()[0]}, {os.cpu_count()} CPU cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collect", type=Path, metavar="FOLDER", help="only download wheels")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="wheels of what may be missing")
    parser.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help="folder of gpu.md")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda")
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--quick", action="store_true", help="only show that every step works")
    options = parser.parse_args()
    if options.collect:
        collect(options.collect)
        return
    options.to.mkdir(parents=True, exist_ok=True)
    end = time.perf_counter() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as site:
        installed = install(options.wheels, Path(site)) if options.wheels else []
        paths = [str(ROOT / "src"), site, os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        page = f"# On {machine()}\n\nInstalled for this: {', '.join(installed) or 'nothing'}.\n\n"
        for step in steps(options.device, options.quick):
            page += carry_out(step, environment, end - time.perf_counter())
            (options.to / "gpu.md").write_text(page, encoding="utf-8")  # what is done stays if the call is cut off
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
