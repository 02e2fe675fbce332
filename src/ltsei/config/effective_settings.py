"""The settings of a job: defaults, a data set's settings and a method's, laid over each other."""

from collections.abc import Mapping
from typing import Any

from ltsei.config import smoke
from ltsei.config.condition_levels import ShiftedPriors
from ltsei.config.dataset import Dataset
from ltsei.config.derived_datasets import lineage
from ltsei.config.experiment import Config
from ltsei.config.layers import merged
from ltsei.config.recipe import Evaluation, Preparation, UnknownPreparation, UnlabelledPreparation
from ltsei.config.stages import STAGES
from ltsei.config.training import Training
from ltsei.core.parsing import Frozen, validate

KNOWN = "known_classes"
"""The source that leaves out the unknown classes of another."""


def data_settings(config: Config, rule: str, dataset: str) -> Frozen:
    """Return the settings of a rule that depend on the data set alone."""
    data = config.datasets[dataset]
    if rule == "make_split":
        return data.split
    if rule == "prepare_unlabelled":
        return UnlabelledPreparation(unlabelled=data.unlabelled or {}, length=data.length)
    if rule in ("training_logits", "domain_metrics"):
        return Frozen()
    if rule == "test_priors":
        return ShiftedPriors(priors=data.test_priors)
    if rule == "evaluate":
        return Evaluation(groups=data.groups)
    if rule == "prepare_unknown" and data.unknown_classes is not None:
        held_out = data.unknown_classes.model_dump()
        return UnknownPreparation(source=data.source, held_out=held_out, length=data.length, mask=data.mask)
    return Preparation(source=prepared_source(data), length=data.length, mask=data.mask)


def prepared_source(data: Dataset) -> dict[str, Any]:
    """Return the source whose signals the store of a data set holds: without the unknown classes where it has some."""
    if data.unknown_classes is None:
        return data.source
    return {"name": KNOWN, "source": data.source, **data.unknown_classes.model_dump()}


def stage_settings(config: Config, stage: str, dataset: str, method: str, stage1_owner: str) -> Frozen:
    """Return the resolved settings of a stage.

    Args:
        config: the experiment file.
        stage: of a method.
        dataset: name of the data set.
        method: that defines the stage.
        stage1_owner: the method whose stage 1 it builds on.

    Raises:
        InputError: every mistake in them, with the dotted path that the user wrote.
    """
    model = STAGES[stage]
    if not issubclass(model, Training):
        steps = {"steps": getattr(config.methods[method], stage)}
        return validate(model, steps, lambda path: f"methods.{method}.{stage}" + path.removeprefix("steps"))
    inherited = {key: getattr(config.datasets[dataset], key) for key in model.FROM_DATASET}
    if model.FROM_STAGE1:
        below = merged(*_layers(config, "stage1", dataset, stage1_owner).values())
        inherited |= {key: below[key] for key in below.keys() & set(model.FROM_STAGE1)}
    layers = _layers(config, stage, dataset, method)

    def where(path: str) -> str:
        key = path.split(".")[0]
        origin = next((name for name, layer in reversed(layers.items()) if key in layer), f"methods.{method}.{stage}")
        return f"{origin}.{path}".rstrip(".")

    settings = validate(model, merged(inherited, *layers.values()), where)
    return smoke.short(settings) if config.smoke else settings


def _layers(config: Config, stage: str, dataset: str, method: str) -> dict[str, Mapping[str, Any]]:
    """Return where settings come from -> the settings, later ones on top."""
    return {
        f"defaults.{stage}": getattr(config.defaults, stage),
        **{
            f"datasets.{name}.defaults.{stage}": getattr(config.datasets[name].defaults, stage)
            for name in reversed(lineage(config.datasets, dataset))
        },
        f"methods.{method}.{stage}": getattr(config.methods[method], stage),
    }
