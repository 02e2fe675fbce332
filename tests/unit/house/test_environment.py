"""The lock, the conda environment and the container pin one version of every dependency."""

import re
import tomllib

import yaml
from conftest import REPOSITORY


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def lock():
    lines = (REPOSITORY / "envs" / "lock.txt").read_text().splitlines()
    pins = [re.fullmatch(r"([A-Za-z0-9_.-]+)==([A-Za-z0-9_.]+)", line) for line in lines if not line.startswith("#")]
    assert all(pins), "a line of the lock is not a pin"
    return {normalised(pin[1]): pin[2] for pin in pins}


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


def test_the_container_installs_the_lock():
    recipe = (REPOSITORY / "envs" / "container.def").read_text()
    assert "envs/lock.txt /opt/lock.txt" in recipe
    assert "pip install --no-cache-dir --requirement /opt/lock.txt" in recipe
    conda = yaml.safe_load((REPOSITORY / "envs" / "ltsei.yaml").read_text())["dependencies"]
    python = next(item for item in conda if isinstance(item, str) and item.startswith("python="))
    assert f"From: python:{python.removeprefix('python=')}-slim" in recipe
