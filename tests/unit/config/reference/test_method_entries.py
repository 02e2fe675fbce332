"""The page of methods says of each method what its components do, what they go with, and where they come from."""

import pytest
from conftest import REPOSITORY, configuration

from ltsei.config.reference.bibliography import references
from ltsei.config.reference.combinations import combinations
from ltsei.config.reference.method_entries import method_entry

METHODS = configuration("experiments")["methods"]
BIBLIOGRAPHY = references((REPOSITORY / "docs" / "references.bib").read_text(encoding="utf-8"))


def entry(name):
    return method_entry(name, METHODS[name], BIBLIOGRAPHY)


def test_an_entry_names_the_components_of_all_stages_and_those_inside_them_once():
    text = method_entry("mine", METHODS["ldam_drw"] | {"stage3": ["tau_norm", "tau_norm"]}, BIBLIOGRAPHY)
    names = [line.split("`")[1] for line in text.splitlines() if line.startswith("- `")]
    assert names == [
        *("heads/cosine", "losses/ldam", "class_weights/effective_number", "class_weights/schedules/deferred"),
        "stage3_steps/tau_norm",
    ]


def test_an_entry_has_formula_combinations_and_sources():
    text = entry("ldam_drw")
    assert "margins m_c ∝ n_c^(-power)" in text
    assert "Requires the head `cosine`" in text
    assert text.rstrip().endswith(
        "- Cites [`wang2018`](#references), [`cao2019`](#references), [`cui2019`](#references)."
    )


@pytest.mark.parametrize("name", ["ce", "balanced_softmax", "simclr"])
def test_a_method_that_names_no_component_has_no_entry(name):
    assert entry(name) == ""


@pytest.mark.parametrize(
    ("family", "name", "sentence"),
    [
        ("losses", "nt_xent", "Compares 2 views of each signal: needs `augmentations` and allows no `mixer`."),
        ("losses", "nt_xent", "Uses no labels: for `pretrain` alone."),
        ("losses", "seesaw", "Allows no `mixer`: it counts the labels of the batches."),
        ("mixers", "bilateral", "Uses a second batch: needs a `partner_sampler`."),
        ("mixers", "bilateral", "Requires the backbone `branched`."),
        ("stage2_modes", "finetune", "Trains the backbone too."),
        ("stage3_steps", "ncm", "Uses the features of the training signals."),
        ("stage3_steps", "tau_norm", "`tau: null` is chosen on validation data, which the data set must have."),
    ],
)
def test_a_literal_is_a_sentence(family, name, sentence):
    assert sentence in list(combinations(family, name))


def test_a_component_without_literals_goes_with_everything():
    assert list(combinations("losses", "cross_entropy")) == []
