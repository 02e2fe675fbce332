"""Everything the report reads, in the order in which it is shown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.data.groups import groups
from ltsei.data.split import read_split
from ltsei.report.cell_result import CellFiles, CellResult, Condition
from ltsei.report.words import Method, methods


@dataclass(frozen=True)
class Distribution:
    """The training classes of one condition, at the first seed whose split exists.

    Attributes:
        seed: that seed.
        names: class name per label.
        counts: training signals per label.
        groups: many, medium or few, per label.
        imbalance_ratio: the realised one.
    """

    seed: int
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
        control: the method to which its others are compared.
    """

    name: str
    title: str
    control: str


@dataclass(frozen=True)
class Results:
    """What was found.

    Attributes:
        cells: of the matrix, missing ones included.
        methods: in order of appearance, with their colours.
        conditions: the matrix's columns, (dataset, ir).
        distributions: condition -> training classes, where a split exists.
        blocks: what can be looked at by itself; the first is the whole report.
        examples: dataset -> some of its signals (`ltsei.examples`), where they exist.
    """

    cells: Sequence[CellResult]
    methods: Sequence[Method]
    conditions: Sequence[Condition]
    distributions: Mapping[Condition, Distribution]
    blocks: Sequence[Block]
    examples: Mapping[str, Sequence[Mapping[str, Any]]]

    def ratio(self, condition: Condition) -> float | None:
        """Return where a condition stands on an axis of ratios: as configured; as realised, if natural."""
        if condition[1] != "natural":
            return float(condition[1])
        found = self.distributions.get(condition)
        return found.imbalance_ratio if found else None


def read_results(
    cells: Sequence[CellFiles],
    splits: Mapping[tuple[str, str, int], str],
    metas: Mapping[str, str],
    rules: Mapping[str, Mapping[str, Any]],
    blocks: Sequence[Mapping[str, str]],
    examples: Mapping[str, str],
) -> Results:
    """Find what exists of `cells`, `splits`, `metas` and `examples`.

    `rules` are each data set's arguments of `longtail.groups`, `blocks` the arguments of `Block`.
    """
    found = [CellResult(cell) for cell in cells]
    names = {dataset: files.read_json(path)["class_names"] for dataset, path in metas.items() if Path(path).is_file()}
    distributions: dict[Condition, Distribution] = {}
    for (dataset, ir, seed), path in sorted(splits.items(), key=lambda item: item[0][2]):
        if (dataset, ir) in distributions or not Path(path).is_file():
            continue
        split = read_split(path)
        labels = [str(label) for label in range(len(split.class_counts))]
        distributions[dataset, ir] = Distribution(
            seed=seed,
            names=names.get(dataset, labels),
            counts=split.class_counts.tolist(),
            groups=groups(split.class_counts, **rules[dataset]).tolist(),
            imbalance_ratio=float(split.imbalance_ratio),
        )
    return Results(
        cells=found,
        methods=methods(cells),
        conditions=_conditions(found),
        distributions=distributions,
        blocks=[Block(**block) for block in blocks],
        examples={dataset: files.read_json(path) for dataset, path in examples.items() if Path(path).is_file()},
    )


def _conditions(cells: Iterable[CellResult]) -> list[Condition]:
    """Return the columns: data sets in order of appearance, ratios ascending, ``natural`` last."""
    found = dict.fromkeys(cell.condition for cell in cells)
    datasets = list(dict.fromkeys(dataset for dataset, _ in found))
    return sorted(found, key=lambda key: (datasets.index(key[0]), math.inf if key[1] == "natural" else float(key[1])))
