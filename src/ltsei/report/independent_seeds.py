"""The values of a metric by independent seed, the unit of spreads and tests: runs that depend on each other are one."""

import math
from collections.abc import Iterable, Mapping, Sequence

from ltsei.core.run_seeds import RunSeed, independent, split_seed
from ltsei.report.cell_result import CellResult


def independent_seeds(cells: Iterable[CellResult]) -> Mapping[RunSeed, int]:
    """Return the seed of each of these cells -> its independent seed (`run_seeds.independent`)."""
    return independent(dict.fromkeys(cell.files.seed for cell in cells))


def by_seed(cells: Iterable[CellResult], units: Mapping[RunSeed, int], name: str) -> dict[int, float | None]:
    """Return independent seed -> mean of a metric over those of its runs in which it is defined; None without any.

    `cells` are those of one method under one condition, `units` what `independent_seeds` returned for the scope.
    """
    return means_by_seed(((cell.files.seed, cell.value(name)) for cell in cells), units)


def means_by_seed(
    scores: Iterable[tuple[RunSeed, float | None]], units: Mapping[RunSeed, int]
) -> dict[int, float | None]:
    """Return independent seed -> mean of the defined scores of its runs; None without any."""
    values: dict[int, list[float]] = {}
    for seed, value in scores:
        of_seed = values.setdefault(units[seed], [])
        if value is not None:
            of_seed.append(value)
    return {seed: math.fsum(each) / len(each) if each else None for seed, each in values.items()}


def planned(cells: Iterable[CellResult], units: Mapping[RunSeed, int]) -> int:
    """Return the number of independent seeds of some cells."""
    return len({units[cell.files.seed] for cell in cells})


def one_split(cells: Iterable[CellResult]) -> str:
    """Return what several trainings on a single split cannot show; nothing for other cells."""
    seeds = {cell.files.seed for cell in cells}
    splits = set(map(split_seed, seeds))
    if len(splits) > 1 or len(seeds) < 2:
        return ""
    return (
        f"All runs share the split of seed {min(splits)} and differ in training alone: spread, intervals and p hold "
        "for this split only."
    )


def dependence(cells: Sequence[CellResult]) -> str:
    """Return how tests count seeds of split and training; nothing where each seed drives both."""
    seeds = {cell.files.seed for cell in cells}
    if len(set(map(split_seed, seeds))) == len(seeds):
        return ""
    return one_split(cells) or (
        "Runs with one split seed share their training signals: each split seed counts once, with its mean over its "
        "training seeds."
    )
