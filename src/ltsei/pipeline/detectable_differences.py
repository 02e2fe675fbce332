"""The smallest differences between methods that the blocks of a matrix can detect."""

from collections.abc import Mapping

from ltsei.core.run_seeds import independent
from ltsei.evaluation import power
from ltsei.evaluation.seed_blocks import MIN_SEEDS
from ltsei.pipeline.matrix import Matrix


def detectable(matrix: Matrix) -> dict[str, float | None]:
    """Return block -> detectable difference in balanced accuracy, None where nothing can be significant."""
    differences = {}
    for name, cells in matrix.blocks().items():
        methods = {matrix.job(cell, "evaluate").method for cell in cells}
        differences[name] = power.detectable(
            seeds=len(set(independent(cell.seed for cell in cells).values())),
            ratios=len({cell.ir for cell in cells}),
            datasets=len({matrix.store(cell.dataset) for cell in cells}),
            comparisons=len(methods) - 1,
        )
    return differences


def text(differences: Mapping[str, float | None]) -> str:
    """Return the line of the plan about them, in points."""
    parts = [f"{name} {_points(difference)}" for name, difference in differences.items()]
    return (
        f"detectable differences in balanced accuracy: {', '.join(parts)} "
        "(80 % power, corrected for all methods, if results vary as on the embedded data)"
    )


def _points(difference: float | None) -> str:
    return f"none (p needs {MIN_SEEDS} seeds)" if difference is None else f"{100 * difference:.1f} points"
