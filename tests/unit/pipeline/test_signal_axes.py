"""What does not fit images is refused with its reason when the experiment file is loaded; the yardstick fits."""

import pytest
import yaml
from cifar_files import write_cifar10, write_cifar100
from conftest import REPOSITORY, SCRIPTS, configuration
from snakemake.utils import update_config

from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.pipeline.data_survey import survey
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.signal_axes import declared_shape
from ltsei.training import preflight
from ltsei.training.flops import flops
from ltsei.training.optim import lr_at
from ltsei.training.signal_kind import SignalKind


@pytest.fixture
def yardstick(tmp_path, monkeypatch):
    """A function that loads the matrix of the yardstick with an overlay, beside small files with CIFAR's names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").symlink_to(REPOSITORY / "config")  # with the published numbers
    write_cifar10(tmp_path / "data" / "cifar-10-batches-py")
    write_cifar100(tmp_path / "data" / "cifar-100-python")

    def load(*overlays, files=("yardstick",)):
        config = {}
        for name in ("experiments", *files):
            update_config(config, configuration(name))
        for overlay in overlays:
            update_config(config, yaml.safe_load(overlay))
        return load_matrix(config, SCRIPTS)

    return load


def test_the_yardstick_is_the_recipe_of_the_literature(yardstick):
    matrix = yardstick()
    recipe = matrix.recipe("stage1", "cifar10_lt", "ldam_drw").settings
    assert (recipe.epochs, recipe.batch_size, recipe.lr, recipe.warmup_epochs) == (200, 128, 0.1, 5)
    assert (recipe.weight_decay, recipe.optimizer.momentum, recipe.optimizer.nesterov) == (2e-4, 0.9, False)
    rates = [lr_at(recipe, epoch + 0.5) for epoch in (0, 4, 5, 159, 160, 179, 180, 199)]
    assert rates == pytest.approx([0.01, 0.09, 0.1, 0.1, 1e-3, 1e-3, 1e-5, 1e-5])
    strength = build_component("class_weights/schedules", recipe.class_weights["schedule"], None)
    assert [strength(epoch / 199) for epoch in (0, 159, 160, 199)] == [0, 0, 1, 1]
    assert matrix.dataset("cifar100_lt").split.n_max == 500
    assert matrix.dataset("cifar10_lt_validated").split.selection == "cao2019"
    assert declared_shape(matrix, "cifar10_lt_validated") == (32, 32, 3)
    assert flops(recipe, (32, 32, 3)) == pytest.approx(2 * 69.2e6, rel=0.01)


def test_the_survey_says_images(yardstick):
    matrix = yardstick(
        """
        datasets: {cifar10_lt: {split: {n_max: 10}}}
        run: [yardstick_cifar10]
        experiments: {yardstick_cifar10: {imbalance_ratios: [5], methods: [ce]}}
        """
    )
    (found,) = survey(matrix)
    assert found.problems == ()
    assert found.lines[0] == "10 classes, images of 32 x 32 pixels and 3 channels"


def test_the_smoke_run_of_the_yardstick_trains_a_step_of_every_method(yardstick):
    small = "defaults: {stage1: {backbone: {name: resnet32, width: 4, blocks: 1}}}"
    matrix = yardstick(small, files=("yardstick", "yardstick_smoke"))
    settings = {name: each for name, each in matrix.stage_settings().items() if "stage3" not in name}
    kind = SignalKind(3, None, (32, 32))
    preflight.check(settings, before=matrix.stage1_of_stage2(), signals=dict.fromkeys(settings, kind))


def test_everything_that_does_not_fit_is_refused_with_its_reason(yardstick):
    with pytest.raises(InputError) as refused:
        yardstick(
            """
            datasets: {cifar10_lt: {length: 48}, cifar100_lt: {normalize: rms}}
            methods:
              ce: {stage1: {backbone: {name: frequency_expert, backbone: resnet1d}}}
              focal: {stage1: {augmentations: [phase_rotation]}}
              mixup: {stage1: {mixer: cutmix}}
            run: [yardstick_cifar10, yardstick_cifar100, signals]
            experiments:
              signals: {datasets: [adsb_synth], methods: [cb], imbalance_ratios: [10], seeds: [0]}
            """
        )
    signals, images = "signals [length, channels]", "images [height, width, channels]"
    for line in (
        "datasets.cifar10_lt.length: got 48, but images have a fixed size; remove it",
        f"methods.ce.stage1: frequency_expert takes {signals}, but cifar10_lt has {images}",
        f"methods.focal.stage1: phase_rotation takes {signals}, but cifar100_lt has {images}",
        f"methods.mixup.stage1: cutmix takes {signals}, but cifar10_lt has {images}",
        f"methods.cb.stage1: resnet32 takes {images}, but adsb_synth has {signals}",
        "datasets.cifar100_lt.normalize: got rms in ce.stage1, but the network standardises images",
    ):
        assert line in str(refused.value)
