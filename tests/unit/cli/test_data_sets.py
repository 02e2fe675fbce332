"""Recipes of public data sets: all are valid, and `ltsei datasets` says which are here."""

import hashlib
from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY
from published import radioml_2016, ucr

from ltsei.cli.main import main
from ltsei.config.data_recipe import read_recipes
from ltsei.core.errors import InputError

FOLDER = REPOSITORY / "config" / "datasets"
RECIPES = {name: recipe for name, (recipe, _) in read_recipes(FOLDER).items()}
VALID = yaml.safe_load((FOLDER / "ucr_ecg5000.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with the recipes of the repository."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "datasets").symlink_to(FOLDER)
    return tmp_path


def printed(capsys, *arguments):
    status = main(["datasets", *arguments])
    return status, capsys.readouterr().out


def listed(value):
    return [value] if isinstance(value, str) else value if isinstance(value, list) else []


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_keeps_its_files_in_one_folder_and_hides_no_gap(name):
    recipe = RECIPES[name]
    assert (recipe.source is None) == (recipe.checked.layout == "unknown" and name != "dronerf")
    assert recipe.checked.license != "unknown" or "unknown" in recipe.license
    paths = [path for key in ("train", "test", "files") for path in listed((recipe.source or {}).get(key))]
    assert all(path.startswith("data/") for path in paths)


def test_the_page_names_every_recipe():
    page = (REPOSITORY / "docs" / "data-sets.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in RECIPES)


def test_the_table_says_what_is_here(folder, capsys):
    (folder / "data" / "radioml").mkdir(parents=True)
    (folder / "data" / "ucr" / "ECG5000").mkdir(parents=True)
    radioml_2016(folder / "data" / "radioml" / "RML2016.10a_dict.pkl")
    ucr(folder / "data" / "ucr" / "ECG5000" / "ECG5000_TRAIN.tsv")
    status, text = printed(capsys)
    states = {line.split()[0]: line for line in text.splitlines()[1:] if line.split()}
    assert status == 0
    assert "present: 1 file " in states["radioml_2016"]
    assert "incomplete: 1 of 2 files" in states["ucr_ecg5000"]
    assert " absent " in states["oracle"]
    assert "layout unknown" in states["powder"]


def test_files_are_compared_with_their_checksums(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("config/datasets").mkdir(parents=True)
    ucr(tmp_path / "a.tsv")
    digest = hashlib.sha256(Path("a.tsv").read_bytes()).hexdigest()
    recipe = {**VALID, "source": {"name": "files", "train": "a.tsv", "holdout": 0.3}, "checksums": {"a.tsv": digest}}
    Path("config/datasets/mine.yaml").write_text(yaml.safe_dump(recipe))
    status, text = printed(capsys, "mine", "--verify")
    assert status == 0
    assert "present, 1 of 1 checksums agree" in text
    Path("a.tsv").write_text("1 2 3\n2 3 4\n")
    status, text = printed(capsys, "mine", "--verify")
    assert status == 1
    assert "present, but a.tsv differs from what the recipe was written for" in text


def test_a_recipe_is_printed_with_the_lines_to_paste(folder, capsys):
    _, text = printed(capsys, "oracle")
    assert "  licence   unknown (not verified)\n" in text
    entry = yaml.safe_load(text[text.index("For `datasets`") :].split("\n", 1)[1])
    assert entry["oracle"]["source"]["pattern"] == "WiFi_air_X310_{label}_{distance}ft_run{run}"
    _, text = printed(capsys, "powder")
    assert text.endswith("Ask `ltsei inspect PATH` how its files can be read.\n")
    assert main(["datasets", "orakle"]) == 2
    assert "unknown recipe 'orakle' (did you mean 'oracle'?)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        ({"licence": "MIT"}, "licence"),
        ({"checked": {"layout": "seen", "license": "text"}}, "layout"),
        ({"source": {"name": "files", "trian": "x"}}, "trian"),
        ({"checksums": {"a": "12"}}, "checksums"),
        ({"download": []}, "download"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(tmp_path, change, clause):
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({**VALID, **change}))
    with pytest.raises(InputError) as refused:
        read_recipes(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path / 'mine.yaml'}: ")
    assert clause in str(refused.value)


def test_a_folder_without_recipes_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no recipe of a data set; run this in the root of the repository"):
        read_recipes(tmp_path)
