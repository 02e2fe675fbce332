"""Mistakes in the `tuning` of blocks, each with its reason."""

from collections.abc import Iterator

from ltsei.config.search_space import numbers, with_values
from ltsei.config.stages import STAGES
from ltsei.config.tuning import TUNED, Tuning
from ltsei.core.errors import unknown
from ltsei.pipeline.matrix import Matrix


def tuning_without_validation(matrix: Matrix) -> Iterator[str]:
    """Yield the blocks that tune on a data set without validation signals."""
    for name in matrix.config.run:
        block = matrix.config.experiments[name]
        for dataset in block.datasets if block.tuning else []:
            if matrix.dataset(dataset).split.validation is None:
                yield (
                    f"experiments.{name}.tuning: trials are chosen on validation signals, and "
                    f"datasets.{dataset}.split.validation is none"
                )


def shared_choice_seeds(matrix: Matrix) -> Iterator[str]:
    """Yield the blocks that choose trials on seeds with which they also measure."""
    for name in matrix.config.run:
        block = matrix.config.experiments[name]
        shared = set(block.tuning.choice_seeds) & set(block.run_seeds()) if block.tuning else set()
        if shared:
            yield (
                f"experiments.{name}.tuning.choice_seeds: {', '.join(map(str, sorted(shared)))} is also among the "
                "block's seeds; choose others, or leave the key out, and each seed chooses for itself"
            )


def different_tunings(matrix: Matrix) -> Iterator[str]:
    """Yield the blocks whose tuning differs from that of a block before, since they share tuned methods."""
    blocks = {name: matrix.config.experiments[name].tuning for name in matrix.config.run}
    tuned = {name: tuning for name, tuning in blocks.items() if tuning}
    for name, tuning in tuned.items():
        first = next(iter(tuned))
        if tuning != tuned[first]:
            yield f"experiments.{name}.tuning: differs from that of {first}; tuned methods are shared between blocks"


def unusable_ranges(matrix: Matrix) -> Iterator[str]:
    """Yield ranges of parameters that no method has, and those whose ends a method does not allow."""
    for name in matrix.config.run:
        tuning = matrix.config.experiments[name].tuning
        if tuning:
            yield from _unknown_parameters(matrix, name, tuning)
    for method in matrix.config.methods:
        if matrix.trial_stages(method):
            yield from _outside(matrix, method)


def _unknown_parameters(matrix: Matrix, block: str, tuning: Tuning) -> Iterator[str]:
    known: dict[str, None] = {}
    for cell in matrix.blocks()[block]:
        for stage in STAGES:
            owner = matrix.owner(cell.method, stage)
            if owner:
                known |= dict.fromkeys(numbers({stage: matrix.recipe(stage, cell.dataset, owner).settings}))
    short = {name.rpartition(".")[2] for name in known}
    for key in tuning.search:
        if key not in known and key not in short:
            yield f"experiments.{block}.tuning.search.{key}: {unknown(key, sorted(short), 'parameter')}"


def _outside(matrix: Matrix, method: str) -> Iterator[str]:
    rule = f"{matrix.trial_stages(method)[0]}_trials"
    for dataset in dict.fromkeys(cell.dataset for cell in matrix.cells() if cell.method == method):
        settings = matrix.recipe(rule, dataset, method).settings
        for dimension in settings.space:
            for end in (dimension.low, dimension.high):
                try:
                    with_values(settings.stages, {dimension.name: round(end) if dimension.whole else end})
                except ValueError as error:
                    yield (
                        f"methods.{method.removesuffix(TUNED)} on {dataset}: {dimension.name} = {end:g}, an end of its "
                        f"range for tuning, is not possible: {_reason(error)}"
                    )


def _reason(error: ValueError) -> str:
    return " ".join(str(error).splitlines()[-2:]).strip()
