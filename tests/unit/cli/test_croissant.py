"""`ltsei croissant`: from a prepared data set and a recipe to a file beside the arrays."""

import hashlib
import json

import pytest
from conftest import REPOSITORY
from unit.data.test_croissant import META

from ltsei.cli.main import main
from ltsei.data.meta import write_meta


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The folder of a data set whose signals are prepared."""
    monkeypatch.chdir(REPOSITORY)
    (tmp_path / "own" / "signals").mkdir(parents=True)
    write_meta(tmp_path / "own" / "signals" / "meta.json", META)
    return tmp_path / "own"


def test_recipe_and_options_fill_in_what_is_known_and_a_warning_names_the_rest(store, capsys):
    assert main(["croissant", str(store), "--recipe", "mode_s_samples", "--creator", "A lab", "--license", "CC0"]) == 0
    metadata = json.loads((store / "signals" / "croissant.json").read_text())
    assert (metadata["name"], metadata["license"], metadata["creator"]["name"]) == ("own", "CC0", "A lab")
    assert "citeAs" not in metadata  # unknown in the recipe
    digest = hashlib.sha256((store / "signals" / "meta.json").read_bytes()).hexdigest()
    assert metadata["distribution"][-1]["sha256"] == digest
    captured = capsys.readouterr()
    assert captured.out == f"{store / 'signals' / 'croissant.json'}: 6 files\n"
    assert "not known: " in captured.err
    assert "datePublished" in captured.err
    assert "license" not in captured.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["own", "--recipe", "orakle"], "--recipe: unknown recipe 'orakle' (did you mean 'oracle'?)"),
        (["."], "no prepared data set (signals/meta.json) in it; run its target first"),
    ],
)
def test_what_cannot_be_described_is_one_sentence(store, capsys, arguments, complaint):
    folder, *options = arguments
    assert main(["croissant", str(store.parent / folder), *options]) == 2
    assert complaint in capsys.readouterr().err
    assert not (store / "signals" / "croissant.json").exists()
