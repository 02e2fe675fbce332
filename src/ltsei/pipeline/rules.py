"""Where the jobs of a matrix leave what they write, for those who look at a run from outside (no torch)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ltsei.pipeline.matrix import Matrix

LAST = {
    "prepare": "signals/meta.json",
    "make_split": "split.npz",
    "stage1": "stage1/recipe.json",
    "features": "features/recipe.json",
    "stage2": "stage2/recipe.json",
    "stage2_finetune": "stage2/recipe.json",
    "stage3": "stage3/recipe.json",
    "evaluate": "recipe.json",
}
"""Rule -> the file that it writes last, in the order in which the rules run."""


@dataclass(frozen=True)
class Place:
    """A job of a data set, of a split or of a method; coordinates that it has not are empty."""

    rule: str
    dataset: str
    ir: str = ""
    seed: str = ""
    method: str = ""

    def __str__(self) -> str:
        return " ".join([self.rule, "/".join(filter(None, (self.dataset, self.ir, self.seed, self.method)))])

    def folder(self, results: Path) -> Path:
        """Return where its files lie."""
        below = results / self.dataset / f"ir{self.ir}" / f"seed{self.seed}" if self.ir else results / self.dataset
        return below / self.method if self.method else below

    def last(self, results: Path) -> Path:
        """Return the file that it writes last."""
        return self.folder(results) / LAST[self.rule]

    def log(self, results: Path) -> Path:
        """Return its log; its lease lies beside it."""
        name = "stage2" if self.rule == "stage2_finetune" else self.rule
        return self.folder(results) / "logs" / f"{name}.log"


def places(matrix: Matrix) -> list[Place]:
    """Return every job of the matrix once, reports left out."""
    return sorted(dict.fromkeys(_places(matrix)), key=lambda place: list(LAST).index(place.rule))


def needed_by(matrix: Matrix, dataset: str, ir: str, seed: str, method: str) -> list[Place]:
    """Return the jobs that a cell needs, in the order in which they run."""
    rules = [*matrix.rules_of(method), "evaluate"]
    own = [Place(rule, dataset, ir, seed, matrix.rule_owner(method, rule)) for rule in rules]
    return [Place("prepare", dataset), Place("make_split", dataset, ir, seed), *own]


def _places(matrix: Matrix) -> Iterator[Place]:
    for cell in matrix.cells():
        yield from needed_by(matrix, cell.dataset, cell.ir, str(cell.seed), cell.method)
    for cell in matrix.figure_cells():
        level, owner = matrix.representation(cell.method)
        yield Place(level, cell.dataset, cell.ir, str(cell.seed), owner)
