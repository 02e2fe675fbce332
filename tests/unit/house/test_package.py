"""What is published: the package and its metadata, its versions, and the checks around it."""

import importlib
import re
import subprocess
import sys
import tomllib

import yaml
from conftest import REPOSITORY
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
METADATA = PROJECT["project"]
VERSION = METADATA["version"]


def pins(name):
    """Name -> version of a list of pinned packages, for this Python."""
    lines = (REPOSITORY / "envs" / name).read_text().splitlines()
    requirements = [Requirement(line.rstrip("\\")) for line in lines if "==" in line and not line.startswith("#")]
    installed = [each for each in requirements if each.marker is None or each.marker.evaluate()]
    return {canonicalize_name(each.name): next(iter(each.specifier)).version for each in installed}


def unmet(requirements, versions):
    """The requirements that the pinned versions do not meet."""
    parsed = map(Requirement, requirements)
    return [str(each) for each in parsed if not each.specifier.contains(versions[canonicalize_name(each.name)])]


def test_the_lock_meets_every_requirement():
    assert unmet(METADATA["dependencies"] + METADATA["optional-dependencies"]["dev"], pins("lock.txt")) == []


def test_the_documentation_has_pins_that_meet_its_requirements():
    assert unmet(METADATA["optional-dependencies"]["docs"], pins("docs.txt")) == []


def test_the_slurm_plugin_is_capped_at_the_version_of_the_lock():
    (slurm,) = [each for each in map(Requirement, METADATA["dependencies"]) if each.name.endswith("-slurm")]
    major, minor, _ = pins("lock.txt")[slurm.name].split(".")
    assert slurm.specifier.contains(f"{major}.{minor}.99")
    assert not slurm.specifier.contains(f"{major}.{int(minor) + 1}.0")


def test_one_version_everywhere():
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text())
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    assert str(citation["version"]) == VERSION
    assert re.search(r"^## \[(\d.*?)\]", changelog, re.MULTILINE)[1] == VERSION  # below what is unreleased
    assert (REPOSITORY / "docs" / "releases" / f"{VERSION}.md").read_text().startswith(f"# ltsei {VERSION}\n")


def test_other_workflows_are_told_the_present_version():
    texts = [REPOSITORY / "docs" / "other-workflows.md", REPOSITORY / ".snakemake-workflow-catalog.yml"]
    named = {version for path in texts for version in re.findall(r"\bv(\d+\.\d+\.\d+)", path.read_text())}
    assert named == {VERSION}


def test_the_wheel_holds_every_package_with_all_its_files():
    source = REPOSITORY / "src"
    packages = {path.parent.relative_to(REPOSITORY).as_posix() for path in source.glob("*/__init__.py")}
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "src"],
        cwd=REPOSITORY,
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    left_out = [line for line in listed.splitlines() if "__pycache__" not in line and "_cache/" not in line]
    assert [line for line in left_out if not line.endswith((".egg-info", ".pyc"))] == []
    assert (source / "ltsei" / "py.typed").is_file()


def test_the_console_command_is_the_one_of_the_module():
    module, name = METADATA["scripts"]["ltsei"].split(":")
    assert callable(getattr(importlib.import_module(module), name))
    command = [sys.executable, "-m", "ltsei", "--help"]
    assert subprocess.run(command, text=True, capture_output=True, check=True).stdout.startswith("usage: ltsei ")


def test_pre_commit_runs_the_linters_of_make_lint():
    recipe = re.search(r"^lint: install\n((?:\t.*\n)+)", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)[1]
    (repository,) = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    assert [hook["entry"] for hook in repository["hooks"]] == recipe.replace("\t", "").splitlines()
    assert all(hook["language"] == "system" and not hook["pass_filenames"] for hook in repository["hooks"])


def test_the_continuous_integration_runs_what_a_change_must_pass():
    jobs = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
    commands = {step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}
    assert commands == {".ci/run", "make docs"}
    assert (REPOSITORY / ".ci" / "run").stat().st_mode & 0o100
