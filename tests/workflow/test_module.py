"""The workflow inside another one: imported as a module, deployed by snakedeploy, found by the workflow catalog."""

import os
import subprocess

import pytest
import yaml
from conftest import EXPERIMENTS, REPOSITORY
from workflow.conftest import Project

CELL = "results/small/ir2/seed0/crt_tau/metrics.json"
SPLIT = "results/small/ir2/seed0/split.npz"
ENTRIES = ("Snakefile", "workflow/Snakefile")
TAG = "v0.2.0"
MODULE = """
configfile: "config/{config}.yaml"


module ltsei:
    snakefile:
        {snakefile}
    config:
        config


use rule * from ltsei{names}
"""
"""What snakedeploy 0.17 writes, and what a user would write."""


class OtherProject(Project):
    """A folder with nothing but a Snakefile and a configuration; the package is that of the project beside it."""

    def environment(self):
        settings = self.root / "gitconfig"
        return super().environment() | {
            "PYTHONPATH": str(self.root.parent / "project" / "src"),
            "GIT_CONFIG_GLOBAL": str(settings) if settings.exists() else os.devnull,
            "XDG_CACHE_HOME": str(self.root / "cache"),
        }

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)


@pytest.fixture
def other(project):
    """Another workflow's folder, with an experiment file of its own."""
    folder = OtherProject(project.root.with_name("other"))
    folder.write("config/mine.yaml", yaml.safe_dump(EXPERIMENTS, sort_keys=False))
    return folder


@pytest.fixture
def hosted(project, other):
    """Git finds the project, at a tag, where a hosting provider would have it."""
    options = ["-c", "user.name=user", "-c", "user.email=user@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "project"], ["tag", TAG]):
        subprocess.run(["git", *options, *command], cwd=project.root, check=True)
    bare = other.root / "hosting" / "lab" / "ltsei"
    subprocess.run(["git", "clone", "-q", "--bare", str(project.root), str(bare)], check=True)
    other.write("gitconfig", f'[url "file://{other.root}/hosting/"]\n\tinsteadOf = https://github.com/\n')


def test_a_module_in_an_empty_folder_computes_a_cell_one_job_at_a_time_with_the_same_bytes(project, other, finished):
    snakefile = f'"{project.root}/workflow/Snakefile"'
    other.write("Snakefile", MODULE.format(config="mine", snakefile=snakefile, names=" as ltsei_*"))
    rules = ("prepare", "make_split", "stage1", "features", "stage2", "stage3", "stage3_test", "evaluate")
    assert other.planned(CELL) == {f"ltsei_{rule}": 1 for rule in rules}
    other.snakemake(CELL)
    assert other.planned(CELL) == {}
    results, expected = other.files("results/small/**/*"), finished.files("results/small/**/*")  # two jobs at a time
    compared = [path for path in results if path.suffix in {".pt", ".npy", ".npz", ".csv", ".json"}]
    assert len(compared) > 30
    assert [path for path in compared if results[path] != expected[path]] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_without_a_target_a_module_plans_the_whole_matrix(project, other, entry, small_plan):
    snakefile = f'"{project.root}/{entry}"'
    other.write("Snakefile", MODULE.format(config="mine", snakefile=snakefile, names=" as ltsei_*"))
    jobs = {f"ltsei_{rule}": number for rule, number in small_plan.items() if rule != "all"}
    default = {"Snakefile": "ltsei_all", "workflow/Snakefile": "ltsei_everything"}[entry]
    assert other.planned() == jobs | {default: 1}


def test_a_mistake_in_the_configuration_of_a_module_is_a_sentence(project, other):
    snakefile = f'"{project.root}/workflow/Snakefile"'
    other.write("Snakefile", MODULE.format(config="mine", snakefile=snakefile, names=""))
    other.edit("config/mine.yaml", "gamma: 2.0", "gamma: -2.0")
    text = other.snakemake("--dry-run", check=False).stdout
    assert "methods.focal.stage1.loss.gamma: got -2.0" in text
    assert "Traceback" not in text


def test_a_deployed_copy_runs_scripts_from_a_tag(hosted, other):
    snakefile = f'github("lab/ltsei", path="workflow/Snakefile", tag="{TAG}")'
    other.write("workflow/Snakefile", MODULE.format(config="config", snakefile=snakefile, names=""))
    other.write("profiles/default/config.yaml", (REPOSITORY / "profiles/default/config.yaml").read_text())
    mine = ("--configfile", "config/mine.yaml")
    other.snakemake(SPLIT, *mine)
    assert (other.root / SPLIT).exists()
    assert other.planned(SPLIT, *mine) == {}


def test_a_deployed_copy_without_the_flag_of_the_catalog_says_what_is_missing(hosted, other):
    snakefile = f'github("lab/ltsei", path="workflow/Snakefile", tag="{TAG}")'
    other.write("workflow/Snakefile", MODULE.format(config="config", snakefile=snakefile, names=""))
    assert "config/config.yaml but it is not present" in other.snakemake("--dry-run", check=False).stdout


def test_the_workflow_catalog_finds_a_standardized_workflow():
    settings = yaml.safe_load((REPOSITORY / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    options = settings["mandatory-flags"]["flags"].split()
    assert options[0] == "--configfile"
    assert (REPOSITORY / options[1]).is_file()
    assert set(settings) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert (REPOSITORY / "workflow" / "Snakefile").is_file()
    assert (REPOSITORY / "config" / "README.md").is_file()
    assert list((REPOSITORY / "workflow" / "rules").glob("*.smk"))
    readme = (REPOSITORY / "README.md").read_text().lower()
    assert "snakemake" in readme
    assert "workflow" in readme
