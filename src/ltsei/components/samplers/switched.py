"""Sampling that changes once."""

from typing import Annotated

from annotated_types import Ge, Le

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    first: Annotated[Spec, "samplers"] = "instance_balanced",
    then: Annotated[Spec, "samplers"] = "class_balanced",
    start: Annotated[float, Ge(0), Le(1), Search(0.4, 0.95)] = 0.8,
) -> Sampler:
    """Return the draws of `first` before the progress `start`, those of `then` from there on.

    With the defaults it is deferred re-sampling (DRS; Cao et al., NeurIPS 2019, section 5); `progressive_power` and
    `progressively_balanced` change gradually.

    Args:
        context: that of both samplers.
        first: sampler at the beginning.
        then: sampler at the end; neither may choose some signals of a class (`random_undersampling` without
            `resample_each_epoch`) or make the classes take turns (`class_aware`).
        start: fraction of the training, as in a deferred schedule.
    """
    before, after = (context.build("samplers", spec) for spec in (first, then))
    for name, sampler in {"first": before, "then": after}.items():
        if sampler.pool is not None or sampler.consecutive is not None:
            raise InputError(f"{name}: got a sampler with a pool or turns, expected one that only says how often")
    return Sampler(lambda progress: (after if progress >= start else before)(progress))
