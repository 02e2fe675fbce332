"""Parts of a training step that do not fit together are refused before anything runs."""

import pytest
from conftest import SCRIPTS

from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.pipeline.load import load_matrix


def refusal(experiments, **stage1):
    experiments["methods"]["focal"]["stage1"] = stage1
    with pytest.raises(InputError) as error:
        load_matrix(experiments, SCRIPTS)
    return str(error.value)


@pytest.fixture
def declared(monkeypatch):
    """Makes cross-entropy declare a literal."""
    original = registry.declared

    def declare(constant, value):
        def changed(family, name, asked, default):
            matches = (family, name, asked) == ("losses", "cross_entropy", constant)
            return value if matches else original(family, name, asked, default)

        monkeypatch.setattr(registry, "declared", changed)

    return declare


def test_a_partner_sampler_that_nothing_uses_is_refused(experiments):
    message = refusal(experiments, partner_sampler="reverse")
    assert message.startswith("methods.focal.stage1.partner_sampler: without effect; set a mixer")


def test_a_mixer_that_needs_a_partner_says_so(experiments):
    backbone = {"name": "branched", "backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"}}
    message = refusal(experiments, mixer="bilateral", backbone=backbone)
    assert (
        message == "methods.focal.stage1.partner_sampler: missing; bilateral uses a second batch, say how it is drawn"
    )


def test_a_mixer_of_branches_needs_a_branched_backbone(experiments):
    message = refusal(experiments, mixer="bilateral", partner_sampler="reverse")
    assert "methods.focal.stage1: bilateral needs the backbone branched, got convnet_adsb" in message


def test_a_loss_of_hard_labels_refuses_mixed_ones_with_its_reason(experiments):
    message = refusal(experiments, mixer="mixup", loss="moe_ltsei", head="moe_cosine")
    assert message == (
        "methods.focal.stage1.mixer: mixup mixes labels, but the loss moe_ltsei takes one label per signal: its gate "
        "terms are means over the batch"
    )


def test_views_need_augmentations_and_no_mixer(experiments, declared):
    declared("VIEWS", 2)
    message = refusal(experiments, mixer="mixup")
    assert "methods.focal.stage1.augmentations: missing; cross_entropy compares views of a signal" in message
    assert "methods.focal.stage1.mixer: cross_entropy compares views of a signal, which a mixture" in message


def test_a_loss_that_needs_a_partner_says_so(experiments, declared):
    declared("PARTNER", True)
    assert "partner_sampler: missing; cross_entropy uses a second batch" in refusal(experiments, epochs=1)


@pytest.mark.parametrize("partner", [{}, {"partner_sampler": "reverse"}])
def test_mixing_with_or_without_a_partner_is_allowed(experiments, partner):
    experiments["methods"]["focal"]["stage1"] = {"mixer": "mixup", **partner}
    load_matrix(experiments, SCRIPTS)
