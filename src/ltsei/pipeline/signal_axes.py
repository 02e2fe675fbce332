"""Components and settings that do not fit images, or signals with one axis, checked before any job."""

from collections.abc import Iterator

from ltsei.config.recipe_components import component_specs
from ltsei.config.stages import Pretraining, Stage1
from ltsei.core import registry
from ltsei.core.parsing import Frozen
from ltsei.pipeline.matrix import Matrix

KINDS = {1: "signals [length, channels]", 2: "images [height, width, channels]"}
"""Number of axes beside the channels -> words."""
ONE_KIND = ("backbones", "augmentations")
"""Families whose members take signals with one axis unless they declare another number as `AXES`."""


def declared_shape(matrix: Matrix, dataset: str) -> tuple[int, ...] | None:
    """Return the shape that the source of a data set declares for all its signals, such as (32, 32, 3); else None."""
    shape = registry.declared("sources", matrix.dataset(dataset).source["name"], "SHAPE", None)
    return shape and tuple(shape)


def misfits_of_axes(matrix: Matrix) -> Iterator[str]:
    """Yield components that take images where the data are none or the other way round, and settings without sense."""
    for dataset in matrix.datasets():
        length = matrix.dataset(dataset).length
        if declared_shape(matrix, dataset) and length is not None:
            yield f"datasets.{dataset}.length: got {length}, but images have a fixed size; remove it"
    for stage, dataset, method in matrix.used_stages():
        settings = matrix.recipe(stage, dataset, method).settings
        shape = declared_shape(matrix, dataset)
        for name, axes in _takes(settings):
            if axes != (got := len(shape) - 1 if shape else 1):
                yield f"methods.{method}.{stage}: {name} takes {KINDS[axes]}, but {dataset} has {KINDS[got]}"
        if shape and isinstance(settings, Stage1 | Pretraining) and settings.normalize != "none":
            yield (
                f"datasets.{dataset}.normalize: got {settings.normalize} in {method}.{stage}, but the network "
                "standardises images by fixed means and standard deviations; write `normalize: none`"
            )


def _takes(settings: Frozen) -> Iterator[tuple[str, int]]:
    """Yield each component of a stage that takes signals of one kind only, and their number of axes."""
    for spec in component_specs(settings):
        for family, name in registry.nested_names(*spec):
            axes = registry.declared(family, name, "AXES", 1 if family in ONE_KIND else None)
            if axes is not None:
                yield name, axes
