"""Which parts of a method go together, and with which data (no torch)."""

from collections.abc import Iterator
from typing import Any

from ltsei.config.recipe import component_specs
from ltsei.config.stages import Training
from ltsei.core import registry
from ltsei.pipeline.matrix import STAGES, Matrix


def owned(matrix: Matrix) -> Iterator[tuple[str, str, str]]:
    """Yield (stage, dataset, method) for everything that has a recipe."""
    for stage in STAGES:
        for method in matrix.owners(stage):
            for dataset in matrix.config.datasets:
                yield stage, dataset, method


def agreement_problems(matrix: Matrix) -> Iterator[str]:
    """Yield where parts of one method do not go together."""
    for stage, dataset, method in owned(matrix):
        head = _head(matrix, dataset, method, stage)
        for family, spec in component_specs(matrix.recipe(stage, dataset, method).settings):
            for inner, name in registry.nested_names(family, spec):
                required = registry.declared(inner, name, "REQUIRES", {})
                if head not in required.get("head", [head]):
                    allowed = " or ".join(required["head"])
                    yield f"methods.{method}.{stage}: {name} needs the head {allowed}, got {head}"
        yield from _double_balancing(matrix, stage, dataset, method)


def moving_problems(matrix: Matrix) -> Iterator[str]:
    """Yield methods whose stage 2 is done by another rule on each data set."""
    for method in matrix.owners("stage2"):
        if len(matrix.moves_backbone(method)) > 1:
            yield f"methods.{method}.stage2: moves the backbone on some data sets only; use a method for each"


def validation_problems(matrix: Matrix) -> Iterator[str]:
    """Yield what a cell of the matrix would choose on validation data that its data set does not have."""
    for stage, dataset, method in matrix.used():
        if matrix.dataset(dataset).split.validation is not None:
            continue
        settings, where = matrix.recipe(stage, dataset, method).settings, f"methods.{method}.{stage}"
        missing = f"but datasets.{dataset}.split.validation is none; give a value or a validation part"
        if isinstance(settings, Training) and (key := settings.needs_validation()):
            yield f"{where}.{key}: is decided on validation data, {missing}"
        for family, spec in component_specs(settings):
            sweep = registry.declared(family, spec["name"], "SWEEPS", None)
            if sweep and spec[sweep] is None:
                yield f"{where}: {spec['name']}.{sweep} is to be chosen on validation data, {missing}"


def given_problems(matrix: Matrix) -> Iterator[str]:
    """Yield data sets with a validation file that the split does not use, or the other way round."""
    for dataset in dict.fromkeys(cell.dataset for cell in matrix.cells()):
        source, validation = matrix.dataset(dataset).source, matrix.dataset(dataset).split.validation
        given, file = validation is not None and validation.given, source.get("val")
        if given and file is None and "val" in source:
            yield (
                f"datasets.{dataset}.split.validation: got given, but datasets.{dataset}.source.val names no file; "
                "set it, or write per_class or fraction"
            )
        if file is not None and not given:
            yield (
                f"datasets.{dataset}.source.val: its signals are for validation alone; remove it, or write "
                f"`datasets.{dataset}.split.validation: given`"
            )


def _double_balancing(matrix: Matrix, stage: str, dataset: str, method: str) -> Iterator[str]:
    """Yield where the class prior is corrected twice (Kang et al. 2020 and Cao et al. 2019 correct it once)."""
    correcting = _correcting(matrix.recipe(stage, dataset, method).settings)
    if stage == "stage3" and correcting:
        before = matrix.last_stage(method, before="stage3")
        trained = matrix.recipe(before, dataset, matrix.owner(method, before))
        correcting = [*_correcting(trained.settings), *correcting]
    if len(correcting) > 1 and "double_balancing" not in matrix.config.methods[method].allow:
        yield (
            f"methods.{method}.{stage}: {' and '.join(correcting)} each correct the class prior, together they "
            "overshoot; keep one, or write `allow: [double_balancing]`"
        )


def _correcting(settings: Any) -> list[str]:
    return [
        f"{family}/{spec['name']}"
        for family, spec in component_specs(settings)
        if any(registry.declared(*member, "CORRECTS_PRIOR", False) for member in registry.nested_names(family, spec))
    ]


def _head(matrix: Matrix, dataset: str, method: str, stage: str) -> str:
    """Return the name of the head in force in a stage."""
    trained = stage if stage != "stage3" else matrix.last_stage(method, before="stage3")
    head: str = matrix.recipe(trained, dataset, matrix.owner(method, trained)).settings.head["name"]
    return head


def twin_problems(matrix: Matrix) -> Iterator[str]:
    """Yield methods which would compute the same results under two names."""
    for dataset in matrix.config.datasets:
        seen: dict[tuple[tuple[str, str], ...], str] = {}
        for method in matrix.config.methods:
            if not matrix.stages(method):
                continue
            key = tuple(
                (stage, matrix.recipe(stage, dataset, owner).fingerprint)
                for stage in STAGES
                if (owner := matrix.owner(method, stage))
            )
            if key in seen:
                yield (
                    f"methods.{method}: the same recipe as {seen[key]} on {dataset}; "
                    f"write `{method}: {{from: {seen[key]}}}` to use its results under a second name"
                )
            seen.setdefault(key, method)
