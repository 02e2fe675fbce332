"""Stage 3 of a trial, on validation signals alone."""

from typing import Any

from ltsei.config.stages import Stage3
from ltsei.training import stage3
from ltsei.training.trials.cell import CellOfTrial, FolderOfOutputs, InputPaths


def run(recipe: Stage3, inputs: InputPaths, outputs: FolderOfOutputs, cell: CellOfTrial) -> dict[str, Any]:
    """Choose the free parameters of the steps, write the results, and return nothing: no stage follows."""
    labels, split = cell.store.train_labels, cell.split
    training = stage3.read_training(inputs, labels[split.train])
    before = stage3.read_outputs(recipe, inputs, "val")
    stage3.adjust(recipe, before, labels[split.val], split.class_counts, training).write(outputs)
    return {}
