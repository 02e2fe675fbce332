"""The lock, the conda environment and the container pin one version of every dependency."""

import hashlib
import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY

PIN = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; .*?)?((?: +--hash=sha256:[0-9a-f]{64})+)")


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(name):
    """Name -> versions and hashes of a list of pinned packages."""
    text = (REPOSITORY / "envs" / name).read_text().replace(" \\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "--"))]
    pins = [PIN.fullmatch(line) for line in lines]
    assert all(pins), "a line of the list is not a pin with hashes"
    return {pin[1]: (pin[2], pin[3].split()) for pin in pins}


def lock():
    return {name: version for name, (version, _) in pinned("lock.txt").items()}


def dependencies():
    """Return the names of the package's dependencies and of those of its developers."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    lists = (project["dependencies"], project["optional-dependencies"]["dev"])
    return [{normalised(re.match(r"[A-Za-z0-9_.-]+", requirement)[0]) for requirement in names} for names in lists]


def test_the_lock_pins_every_dependency():
    assert set().union(*dependencies()) <= set(lock())
    assert lock()["torch"] == "2.13.0"


def test_the_conda_environment_has_every_dependency_in_the_version_of_the_lock():
    environment = yaml.safe_load((REPOSITORY / "envs" / "ltsei.yaml").read_text())
    (packages,) = (item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    pins = {normalised(name): pin for name, pin in (package.split("==") for package in packages)}
    assert set(pins) == dependencies()[0]
    assert {name: lock()[name] for name in pins} == pins


LISTS = sorted(path.name for path in (REPOSITORY / "envs").glob("*.txt"))


@pytest.mark.parametrize("name", LISTS)
def test_every_list_pins_hashes_takes_wheels_alone_and_names_no_index(name):
    text = (REPOSITORY / "envs" / name).read_text()
    assert pinned(name)
    assert "--only-binary :all:\n--no-binary connection-pool\n" in text
    assert "://" not in text
    assert {line.split()[0] for line in text.splitlines() if line.startswith("-")} == {"--only-binary", "--no-binary"}


def test_the_lists_that_are_installed_together_agree():
    build = {name: version for name, (version, _) in pinned("lock-build.txt").items()}
    assert {name: lock()[name] for name in build if name in lock()} == {n: v for n, v in build.items() if n in lock()}
    assert not set(pinned("lock-cuda.txt")) & set(lock())


def test_the_lock_of_torch_has_the_hash_of_the_build_that_pip_takes_here(monkeypatch):
    spec = importlib.util.spec_from_file_location("lock", REPOSITORY / "envs" / "lock.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def download(command, **options):
        (Path(command[command.index("--dest") + 1]) / "torch-2.0+cpu.whl").write_bytes(b"cpu")

    monkeypatch.setattr(module.subprocess, "run", download)
    present = ["torch==2.0 \\\n    --hash=sha256:old\n", "torch==1.9 \\\n    --hash=sha256:older\n"]
    block = module.with_own_build("torch==2.0 \\\n    --hash=sha256:new\n", present)
    own = f"sha256:{hashlib.sha256(b'cpu').hexdigest()}"
    assert set(module.HASH.findall(block)) == {"sha256:new", "sha256:old", own}
    assert module.BLOCK.fullmatch(block)


@pytest.mark.parametrize("path", ["Makefile", "envs/install.sh"])
def test_whatever_is_installed_has_a_listed_hash_or_is_this_package(path):
    text = (REPOSITORY / path).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if "pip install" in line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert "--require-hashes --no-deps" in line or "--no-deps --no-build-isolation --editable ." in line


def test_the_container_installs_the_lock():
    recipe = (REPOSITORY / "envs" / "container.def").read_text()
    assert "envs /opt/envs" in recipe
    assert "sh /opt/envs/install.sh python" in recipe
    conda = yaml.safe_load((REPOSITORY / "envs" / "ltsei.yaml").read_text())["dependencies"]
    python = next(item for item in conda if isinstance(item, str) and item.startswith("python="))
    assert f"From: python:{python.removeprefix('python=')}-slim" in recipe
