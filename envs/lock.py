"""Pin every package with its hashes: `make lock` writes the lists of this folder anew.

Versions stay unless pyproject.toml asks for others; `make lock UPGRADE=1` takes the newest ones. uv resolves for all
systems at once and lists every published file, so that a list holds on other systems than the one it was made on.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent
LOCK, CUDA, CONDA = FOLDER / "lock.txt", FOLDER / "lock-cuda.txt", FOLDER / "ltsei.yaml"
PROJECT = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
TESTED = ("dev", "export", "images", "parquet")
"""The extras that the environment has."""
WITHOUT_WHEEL = "connection-pool"
"""The only package that is published as source alone; of every other one a wheel is installed."""
WHEELS = ["--only-binary :all:", f"--no-binary {WITHOUT_WHEEL}"]
OTHERS = {
    "lock-build.txt": ("What builds packages from source, installed first", ["setuptools", "hatchling", "editables"]),
    "docs.txt": ("Exact versions for `make docs`", EXTRAS["docs"]),
    "tools.txt": ("Exact versions for `make lock` and `make audit`", ["uv", "pip-audit"]),
}
OF_CUDA = re.compile(r"(nvidia|cuda)-|triton=")
"""What torch needs on GPUs; a build for CPUs goes without."""
BLOCK = re.compile(r"^\S+==.*(?:\n +--hash=.*)*\n", re.MULTILINE)
HASH = re.compile(r"--hash=(\S+)")


def main(upgrade: bool) -> None:
    """Write all lists, and the versions in the conda environment."""
    present = [*blocks(LOCK), *blocks(CUDA)]
    packages = compiled(
        [*PROJECT["dependencies"], *(each for name in TESTED for each in EXTRAS[name])], present, upgrade
    )
    packages = [with_own_build(each, present) if each.startswith("torch==") else each for each in packages]
    write(LOCK, "Exact versions of the environment", [each for each in packages if not OF_CUDA.match(each)])
    write(CUDA, "What torch needs on GPUs, beside lock.txt", [each for each in packages if OF_CUDA.match(each)])
    for name, (title, requirements) in OTHERS.items():
        constraint = ["--constraint", str(LOCK)] if name == "lock-build.txt" else []
        write(FOLDER / name, title, compiled(requirements, blocks(FOLDER / name), upgrade, *constraint))
    versions = dict(reversed([each.split()[0].split("==") for each in packages]))  # the first one is for Python 3.11
    conda = CONDA.read_text(encoding="utf-8")
    CONDA.write_text(re.sub(r"- (\S+)==\S+", lambda pin: f"- {pin[1]}=={versions[pin[1]]}", conda), encoding="utf-8")


def blocks(path: Path) -> list[str]:
    """Return the packages of a list, each with its hashes; none for a list that does not exist."""
    return BLOCK.findall(path.read_text(encoding="utf-8")) if path.exists() else []


def compiled(requirements: list[str], present: list[str], upgrade: bool, *options: str) -> list[str]:
    """Return the packages that fulfil requirements, each with its hashes.

    Args:
        requirements: as in pyproject.toml.
        present: packages whose versions are kept where possible.
        upgrade: whether they are not.
        options: of uv.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "list.txt")
        output.write_text("".join(present), encoding="utf-8")
        command = ["uv", "pip", "compile", "-", "--output-file", str(output), "--quiet", *options]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
        command += [*" ".join(WHEELS).split(), *(["--upgrade"] if upgrade else [])]
        subprocess.run(command, input="\n".join(requirements), text=True, check=True, stdout=subprocess.DEVNULL)
        return BLOCK.findall(output.read_text(encoding="utf-8") + "\n")


def with_own_build(block: str, present: list[str]) -> str:
    """Return torch with the hash of the build that pip takes here, and those that the present list adds to it."""
    pin = block.split()[0]
    hashes = {*HASH.findall(block), *(each for old in present if old.split()[0] == pin for each in HASH.findall(old))}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, pin]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).iterdir()
        with wheel.open("rb") as file:
            hashes.add(f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}")
    return " \\\n    ".join([pin, *(f"--hash={each}" for each in sorted(hashes))]) + "\n"


def write(path: Path, title: str, packages: list[str]) -> None:
    """Write a list; of what it pins, only wheels are installed, and nothing that it does not pin."""
    command = f"pip install --require-hashes --no-deps --requirement envs/{path.name}"
    header = [f"# {title}, written by `make lock`; to install them:", f"# {command}", *WHEELS]
    path.write_text("\n".join([*header, "".join(packages)]), encoding="utf-8")


if __name__ == "__main__":
    main(upgrade="--upgrade" in sys.argv[1:])
