"""What a rule works with: defaults, a data set's settings and a method's laid over each other (no torch)."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ltsei.config.experiment import Config
from ltsei.config.recipe import Evaluation, Preparation
from ltsei.config.stages import Stage1, Stage2, Stage3, Training
from ltsei.core.parsing import Frozen, validate

Stage = TypeVar("Stage", bound=Training)


def settings(config: Config, rule: str, dataset: str, method: str, stage1_owner: str) -> Frozen:
    """Return the resolved settings of a rule.

    Args:
        config: the experiment file.
        rule: name of the rule.
        dataset: of which data set.
        method: the owner of the rule's stage; without meaning for prepare, examples, make_split and evaluate.
        stage1_owner: the method whose stage 1 it builds on.

    Raises:
        InputError: every mistake in them, with the dotted path which the user wrote.
    """
    data = config.datasets[dataset]
    match rule:
        case "prepare" | "examples":
            return Preparation(source=data.source)
        case "make_split":
            return data.split
        case "evaluate":
            return Evaluation(groups=data.groups)
        case "stage1" | "features":
            return _stage(Stage1, config, dataset, method, {"length": data.length, "normalize": data.normalize})
        case "stage2" | "stage2_finetune":
            below = merged(*_layers(config, "stage1", dataset, stage1_owner).values())
            return _stage(Stage2, config, dataset, method, {key: below[key] for key in below.keys() & {"head"}})
    where = f"methods.{method}.stage3"
    value = {"steps": config.methods[method].stage3}
    return validate(Stage3, value, lambda path: where + path.removeprefix("steps"))


def _stage(model: type[Stage], config: Config, dataset: str, method: str, inherited: Mapping[str, Any]) -> Stage:
    """Return a training's settings; `inherited` lie below all that the file says."""
    stage = model.__name__.lower()
    layers = _layers(config, stage, dataset, method)

    def where(path: str) -> str:
        key, own = path.split(".")[0], f"methods.{method}.{stage}"
        origin = next((name for name, layer in reversed(layers.items()) if key in layer), own)
        return f"{origin}.{path}".rstrip(".")

    return validate(model, merged(inherited, *layers.values()), where)


def _layers(config: Config, stage: str, dataset: str, method: str) -> dict[str, Mapping[str, Any]]:
    """Return where settings come from -> the settings, later ones above."""
    return {
        f"defaults.{stage}": getattr(config.defaults, stage),
        f"datasets.{dataset}.defaults.{stage}": getattr(config.datasets[dataset].defaults, stage),
        f"methods.{method}.{stage}": getattr(config.methods[method], stage),
    }


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layers laid over each other, later ones above.

    A mapping without `name` changes parameters of the component below it; anything else replaces what was there.
    """
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(value, Mapping) and "name" not in value and below is not None:
                base = {"name": below} if isinstance(below, str) else below
                value = {**base, **value}
            result[key] = value
    return result
