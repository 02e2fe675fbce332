"""Everything that the report reads, in the order in which it is shown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ltsei.core.run_seeds import RunSeed
from ltsei.data.groups import groups
from ltsei.data.split import read_split
from ltsei.report import file_shapes
from ltsei.report.cell_files import CellFiles
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.leaderboard.entries import Entry
from ltsei.report.methods import Method, MethodParts, method_parts, methods
from ltsei.report.remarks import ORACLE
from ltsei.report.result_files import intact, or_nothing, parsed, read_meta_record


@dataclass(frozen=True)
class TrainingClasses:
    """The training classes of one condition, in the split of the first seed that has one.

    Attributes:
        seed: that seed.
        names: class name per label.
        counts: training signals per label.
        groups: many, medium or few, per label.
        imbalance_ratio: the realised one.
    """

    seed: RunSeed
    names: Sequence[str]
    counts: Sequence[int]
    groups: Sequence[str]
    imbalance_ratio: float


@dataclass(frozen=True)
class Block:
    """An experiment, or with an empty name the whole report.

    Attributes:
        name: in the configuration.
        title: for readers.
        control: name of the method with which the others are compared.
    """

    name: str
    title: str
    control: str


@dataclass(frozen=True)
class Family:
    """Data sets that are folds of one comparison.

    Attributes:
        name: of the family.
        reference: the data set without a change of domain; None where the report has none.
        folds: data set -> the domains, and their values, that it leaves out of training; the others are test parts of
            their own.
    """

    name: str
    reference: str | None
    folds: Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, eq=False)
class MatrixResults:
    """The results of a matrix.

    Attributes:
        cells: all planned cells, missing ones included.
        methods: in order of appearance.
        conditions: the matrix's columns: data sets in order of appearance, ratios ascending, ``natural`` last.
        training_classes: by condition, where a split exists.
        blocks: the parts that can be shown by themselves; the first is the whole report.
        examples: dataset -> some of its signals (`data.preview.examples`), where they exist.
        oracles: the data sets whose validation signals come from outside the long-tailed set; their numbers are marked.
        protocols: each data set that is compared with its oracle, and that.
        families: the data sets that are folds of one comparison.
        others: results of others under these conditions, each with its origin (`results_of_others.read`).
    """

    cells: Sequence[CellResult]
    methods: Sequence[Method]
    conditions: Sequence[Condition]
    training_classes: Mapping[Condition, TrainingClasses]
    blocks: Sequence[Block]
    examples: Mapping[str, Sequence[Mapping[str, Any]]]
    oracles: frozenset[str] = frozenset()
    protocols: Sequence[tuple[str, str]] = ()
    families: Sequence[Family] = ()
    others: Sequence[tuple[Entry, str]] = ()

    def title_of(self, dataset: str) -> str:
        """Return a data set for readers, marked where it is an oracle."""
        return f"{dataset} ({ORACLE})" if dataset in self.oracles else dataset

    def ratio(self, condition: Condition) -> float | None:
        """Return the position of a condition on an axis of ratios: as configured; a natural ratio as realised."""
        if condition[1] != "natural":
            return float(condition[1])
        classes = self.training_classes.get(condition)
        return classes.imbalance_ratio if classes else None

    @cached_property
    def method_parts(self) -> Mapping[str, MethodParts]:
        """Method -> its parts, for methods with at least one finished cell."""
        recipes = {cell.files.method: cell.stages for cell in reversed(self.cells) if "stage1" in cell.stages}
        return {method: method_parts(recipe) for method, recipe in recipes.items()}


def read_results(
    cells: Sequence[CellFiles],
    splits: Mapping[tuple[str, str, RunSeed], str],
    metas: Mapping[str, str],
    group_rules: Mapping[str, Mapping[str, Any]],
    blocks: Sequence[Mapping[str, str]],
    examples: Mapping[str, str],
) -> MatrixResults:
    """Return the results of those of `cells`, `splits`, `metas` and `examples` that exist.

    `group_rules` are each data set's arguments of `data.groups.groups`, `blocks` the arguments of `Block`.
    """
    results = [CellResult(cell) for cell in cells]
    return MatrixResults(
        cells=results,
        methods=methods(cells),
        conditions=_conditions(results),
        training_classes=_training_classes(splits, metas, group_rules),
        blocks=[Block(**block) for block in blocks],
        examples=_examples(examples),
    )


def _examples(paths: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Return data set -> example signals, where their file exists and can be used."""
    existing = {dataset: path for dataset, path in paths.items() if Path(path).is_file()}
    return {dataset: or_nothing(_read_examples, path, []) for dataset, path in existing.items()}


def _read_examples(path: str) -> list[dict[str, Any]]:
    return parsed(path, file_shapes.examples, [])


def _training_classes(
    splits: Mapping[tuple[str, str, RunSeed], str],
    metas: Mapping[str, str],
    group_rules: Mapping[str, Mapping[str, Any]],
) -> dict[Condition, TrainingClasses]:
    """Return the training classes of each condition that has an intact split."""
    names = {dataset: meta["class_names"] for dataset, meta in intact(metas, read_meta_record)[0].items()}
    classes: dict[Condition, TrainingClasses] = {}
    for (dataset, ir, seed), split in sorted(intact(splits, read_split)[0].items(), key=lambda item: item[0][2]):
        if (dataset, ir) in classes:
            continue
        labels = [str(label) for label in range(len(split.class_counts))]
        classes[dataset, ir] = TrainingClasses(
            seed=seed,
            names=names.get(dataset, labels),
            counts=split.class_counts.tolist(),
            groups=groups(split.class_counts, **group_rules[dataset]).tolist(),
            imbalance_ratio=float(split.imbalance_ratio),
        )
    return classes


def _conditions(cells: Iterable[CellResult]) -> list[Condition]:
    conditions = dict.fromkeys(cell.condition for cell in cells)
    datasets = list(dict.fromkeys(dataset for dataset, _ in conditions))
    return sorted(
        conditions,
        key=lambda condition: (
            datasets.index(condition[0]),
            math.inf if condition[1] == "natural" else float(condition[1]),
        ),
    )
