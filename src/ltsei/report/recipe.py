"""The settings of the rules that report: what a report says about its matrix before any result is read."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from ltsei.config.dataset import Groups
from ltsei.config.recipe import Recipe
from ltsei.config.results_of_others import OtherResults
from ltsei.config.training import Training
from ltsei.core.parsing import Frozen
from ltsei.data.domain_split import shown
from ltsei.evaluation.metric_labels import VALIDATION_SCORES
from ltsei.pipeline import protocols
from ltsei.pipeline.fold_families import families
from ltsei.pipeline.matrix import Cell, Matrix


class ReportSettings(Frozen):
    """Settings of a report; `cells`, `predictions` and `names` are included for the fingerprint only."""

    title: str
    note: str
    blocks: list[dict[str, str]]
    groups: dict[str, Groups]
    cells: list[str]
    predictions: list[str]
    names: dict[str, tuple[str | None, str]]
    oracles: list[str]
    protocols: list[tuple[str, str]]
    families: list[dict[str, Any]]
    others: list[OtherResults]

    @model_serializer(mode="wrap")
    def _only_what_is_on(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the settings as a mapping; no results of others do not change the fingerprint."""
        settings: dict[str, Any] = handler(self)
        return settings if self.others else {key: settings[key] for key in settings if key != "others"}

    def arguments(self) -> dict[str, Any]:
        """Return the settings as keyword arguments of `write.Contents`."""
        groups = {dataset: bounds.model_dump() for dataset, bounds in self.groups.items()}
        return {
            **{"title": self.title, "note": self.note, "blocks": self.blocks, "groups": groups},
            **{"oracles": self.oracles, "protocols": self.protocols, "families": self.families},
            "others": self.others,
        }


def _address(cell: Cell) -> str:
    return f"{cell.dataset}/{cell.ir}/{cell.seed}/{cell.method}"


def map_recipe(matrix: Matrix) -> Recipe:
    """Return the recipe of the map of a backbone's features, which has no settings."""
    return Recipe.of("feature_map", Frozen(), matrix.scripts)


@functools.cache
def recipe(matrix: Matrix, block: str | None, rule: str = "report") -> Recipe:
    """Return the recipe of a rule that reports on a block, or for None on the whole matrix."""
    cells = matrix.cells() if block is None else matrix.blocks()[block]
    datasets = list(dict.fromkeys(cell.dataset for cell in cells))
    methods = {cell.method: matrix.config.methods[cell.method] for cell in cells}
    title = "Long-tailed emitter identification" if block is None else matrix.config.experiments[block].title or block
    settings = ReportSettings(
        title=title,
        note="\n".join(f"{dataset}: {'; '.join(_notes(matrix, dataset, cells))}." for dataset in datasets),
        blocks=list(_blocks(matrix, block, title)),
        groups={dataset: matrix.dataset(dataset).groups for dataset in datasets},
        cells=list(map(_address, cells)),
        predictions=[_address(cell) for cell in matrix.figure_cells() if cell in cells],
        names={name: (method.title, method.kind) for name, method in methods.items()},
        oracles=[name for name in protocols.oracles(matrix) if name in datasets],
        protocols=[pair for pair in protocols.pairs(matrix) if set(pair) <= set(datasets)],
        families=families(matrix, datasets),
        others=matrix.config.results_of_others,
    )
    return Recipe.of(rule, settings, matrix.scripts)


def figures_recipe(matrix: Matrix) -> Recipe:
    """Return the recipe of a cell's figures; the choice of cells is not part of it."""
    return Recipe.of("cell_figures", matrix.config.figures.model_copy(update={"cells": "none"}), matrix.scripts)


def _blocks(matrix: Matrix, block: str | None, title: str) -> Iterator[dict[str, str]]:
    """Yield name, title and control of a block, or of the whole matrix and then each of its blocks.

    The control is the configured baseline, or the first method of a block without it.
    """
    if block is not None:
        yield {"name": block, "title": title, "control": _control(matrix, matrix.blocks()[block])}
        return
    yield {"name": "", "title": title, "control": _control(matrix, matrix.cells())}
    for name, cells in matrix.blocks().items():
        yield {
            "name": name,
            "title": matrix.config.experiments[name].title or name,
            "control": _control(matrix, cells),
        }


def _control(matrix: Matrix, cells: Sequence[Cell]) -> str:
    methods = list(dict.fromkeys(cell.method for cell in cells))
    return matrix.config.baseline if matrix.config.baseline in methods else methods[0]


def _notes(matrix: Matrix, dataset: str, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield whose signals are used, how weights were selected and validation made, and what the numbers rest on."""
    owners = {
        (stage, owner)
        for cell in cells
        if cell.dataset == dataset
        for stage in ("stage1", "stage2")
        if (owner := matrix.owner(cell.method, stage))
    }
    chosen = {_chosen_epoch(matrix.recipe(stage, dataset, owner).settings) for stage, owner in owners}
    if (store := matrix.store(dataset)) != dataset:
        yield f"the signals of {store}, test part included, so that the two are not independent data sets"
    if left_out := matrix.dataset(dataset).split.leave_out:
        yield f"training and validation without {shown(left_out)}"
    yield f"weights of {' or '.join(sorted(chosen))}"
    validation = matrix.dataset(dataset).split.validation
    if validation is None:
        yield "no validation data"
    elif validation.given:
        yield "validation: the signals that the source provides, used to choose free parameters"
    else:
        size = f"{validation.per_class} signals" if validation.per_class else f"{100 * (validation.fraction or 0):g} %"
        origin = {
            "long_tailed": "out of the long-tailed set",
            "balanced": "from outside the long-tailed set (oracle: who has only this tail has no such signals)",
        }
        yield f"validation: {size} of each class {origin[validation.protocol]}, used to choose free parameters"
    yield _groups(matrix.dataset(dataset).groups)
    yield "all numbers are measured on the test part, which is the same for all methods, ratios and seeds"


def _chosen_epoch(settings: Training) -> str:
    """Return whose weights a training ends with."""
    if settings.select == "last":
        return "the last epoch"
    return f"the epoch with the best {VALIDATION_SCORES[settings.select_by].replace('Validation', 'validation')}"


def _groups(settings: Groups) -> str:
    """Return which classes are many, medium and few."""
    thirds = "many, medium and few are thirds of the classes by training signals"
    if settings.rule == "quantile":
        return thirds
    bounds = f"classes with more than {settings.many_above} training signals are many, below {settings.few_below} few"
    return bounds if settings.rule == "absolute" else f"{bounds}; where that leaves a group empty, {thirds}"
