"""Fields of the experiment file that hold a component: each type names its family (no torch)."""

from functools import partial
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ltsei.core import registry


class Member:
    """Marks a field that holds a component of a family; validation resolves what YAML writes for it."""

    def __init__(self, family: str) -> None:
        self.family = family

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the validator of such a field."""
        resolve = partial(registry.resolve, self.family, where="")
        return core_schema.no_info_before_validator_function(resolve, handler(source))


Source = Annotated[dict[str, Any], Member("sources")]
UnlabelledSource = Annotated[dict[str, Any], Member("unlabelled")]
Loss = Annotated[dict[str, Any], Member("losses")]
ClassWeights = Annotated[dict[str, Any], Member("class_weights")]
Sampler = Annotated[dict[str, Any], Member("samplers")]
Mixer = Annotated[dict[str, Any], Member("mixers")]
Update = Annotated[dict[str, Any], Member("updates")]
Augmentation = Annotated[dict[str, Any], Member("augmentations")]
Backbone = Annotated[dict[str, Any], Member("backbones")]
Head = Annotated[dict[str, Any], Member("heads")]
Mode = Annotated[dict[str, Any], Member("stage2_modes")]
Step = Annotated[dict[str, Any], Member("stage3_steps")]
