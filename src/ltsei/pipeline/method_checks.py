"""Parts of a method that do not fit together, and methods that would compute the same results twice."""

from collections.abc import Iterable, Iterator
from typing import Any

from ltsei.config.recipe_components import component_specs
from ltsei.config.stages import STAGES
from ltsei.core import registry
from ltsei.pipeline.matrix import Matrix


def misfits(matrix: Matrix) -> Iterator[str]:
    """Yield heads and backbones that a component does not work with, and class priors that are corrected twice."""
    for stage, dataset, method in matrix.defined_stages():
        network = _network(matrix, dataset, method, stage)
        for family, spec in component_specs(matrix.recipe(stage, dataset, method).settings):
            for inner, name in registry.nested_names(family, spec):
                for part, allowed in registry.declared(inner, name, "REQUIRES", {}).items():
                    if network[part] and network[part] not in allowed:
                        expected = " or ".join(allowed)
                        yield f"methods.{method}.{stage}: {name} needs the {part} {expected}, got {network[part]}"
        yield from _double_balancing(matrix, stage, dataset, method)


def partly_moving_backbones(matrix: Matrix) -> Iterator[str]:
    """Yield methods whose stage 2 moves the backbone on some data sets only, so that no one rule carries it out."""
    for method in matrix.owners("stage2"):
        if len(matrix.moves_backbone(method)) > 1:
            yield f"methods.{method}.stage2: moves the backbone on some data sets only; define a method for each"


def unusable_oracles(matrix: Matrix) -> Iterator[str]:
    """Yield what would use signals from outside the long-tailed set for anything but training a classifier."""
    for method in matrix.config.methods:
        if not _is_oracle(matrix, method):
            continue
        owner = matrix.owner(method, "stage2")
        if "stage2" in matrix.trial_stages(method):
            yield f"methods.{method}.stage2.signals: trials cannot use balanced ones; leave it out of the tuned block"
        if matrix.steps_use(method, "train_features"):
            yield (
                f"methods.{method}.stage3: a step uses features of the training signals, which are not those of the "
                f"long-tailed set after {owner}; build on a method without `signals: balanced`"
            )


def unusable_teachers(matrix: Matrix) -> Iterator[str]:
    """Yield stages that learn from a method which has no logits of the long-tailed training signals alone."""
    for method in matrix.config.methods:
        for stage in STAGES:
            teacher = matrix.teacher(method, stage)
            where = f"methods.{method}.{stage}.teacher: {teacher}"
            if teacher is not None and _is_oracle(matrix, teacher):
                yield (
                    f"{where} trains with `signals: balanced`, from outside the long-tailed set; name a method without"
                )
            if teacher is not None and matrix.is_transductive(teacher):
                yield (
                    f"{where} learns from the test signals, which no training may see; name the method that it starts "
                    "from"
                )


def oracles_on_left_out_domains(matrix: Matrix) -> Iterator[str]:
    """Yield methods that would train on signals of the domains which a data set leaves out of training."""
    cells = dict.fromkeys((cell.dataset, cell.method) for cell in matrix.cells())
    for dataset, method in cells:
        if matrix.dataset(dataset).split.leave_out and matrix.is_oracle(method, dataset):
            yield (
                f"methods.{method}.stage2.signals: some of the balanced ones would be of the domains that {dataset} "
                "leaves out of training; take the method out of its blocks"
            )


def _is_oracle(matrix: Matrix, method: str) -> bool:
    return any(matrix.is_oracle(method, dataset) for dataset in matrix.datasets())


def duplicates(matrix: Matrix) -> Iterator[str]:
    """Yield methods that would compute the same results under two names."""
    for dataset in matrix.config.datasets:
        for method, first in same_recipes(matrix, dataset, matrix.config.methods):
            yield (
                f"methods.{method}: the same recipe as {first} on {dataset}; "
                f"write `{method}: {{from: {first}}}` to use its results under a second name"
            )


def same_recipes(matrix: Matrix, dataset: str, methods: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (method, the first of the given methods with the same recipe) for each that comes later; no aliases."""
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for method in methods:
        if not matrix.stages(method):
            continue
        owners = {stage: owner for stage in STAGES if (owner := matrix.owner(method, stage))}
        key = tuple((stage, matrix.recipe(stage, dataset, owner).fingerprint) for stage, owner in owners.items())
        if key in seen:
            yield method, seen[key]
        seen.setdefault(key, method)


def _double_balancing(matrix: Matrix, stage: str, dataset: str, method: str) -> Iterator[str]:
    """Yield where the class prior is corrected twice (Kang et al. 2020 and Cao et al. 2019 correct it once)."""
    correcting = _correcting(matrix.recipe(stage, dataset, method).settings)
    if stage == "stage3" and correcting:
        before = matrix.last_stage(method, before="stage3")
        trained = matrix.recipe(before, dataset, matrix.owner(method, before) or "")
        correcting = [*_correcting(trained.settings), *correcting]
    if len(correcting) > 1 and "double_balancing" not in matrix.config.methods[method].allow:
        yield (
            f"methods.{method}.{stage}: {' and '.join(correcting)} each correct the class prior, together they "
            "overshoot; keep one, or write `allow: [double_balancing]`"
        )


def _correcting(settings: Any) -> list[str]:
    """Return the components in these settings that correct the class prior."""
    return [
        f"{family}/{spec['name']}"
        for family, spec in component_specs(settings)
        if any(registry.declared(*member, "CORRECTS_PRIOR", False) for member in registry.nested_names(family, spec))
    ]


def _network(matrix: Matrix, dataset: str, method: str, stage: str) -> dict[str, str]:
    """Return the names of ``head`` (empty in pre-training, which has none) and ``backbone`` in force in a stage."""
    trained = stage if stage != "stage3" else matrix.last_stage(method, before="stage3")
    stages = {"head": trained, "backbone": trained if trained == "pretrain" else "stage1"}
    settings = {
        part: matrix.recipe(owned, dataset, matrix.owner(method, owned) or "").settings
        for part, owned in stages.items()
    }
    return {part: getattr(each, part, {"name": ""})["name"] for part, each in settings.items()}
