"""Stage 2 of a trial, on cached features."""

from typing import Any

from ltsei.config.stages import Stage2
from ltsei.runtime import checkpoint
from ltsei.training import stage2, teacher
from ltsei.training.inputs import read_features
from ltsei.training.trials.cell import CellOfTrial, FolderOfOutputs, InputPaths


def run(recipe: Stage2, inputs: InputPaths, outputs: FolderOfOutputs, cell: CellOfTrial) -> dict[str, Any]:
    """Train, write the results, and return the inputs of stage 3."""
    before, features = checkpoint.load(inputs.model), read_features(inputs)
    options = cell.options | {"teacher": teacher.read(inputs.get("teacher_of_stage2", []), recipe.taught_by)}
    trained = stage2.train(recipe, before, features, cell.store.train_labels, cell.split, **options)
    trained.write(outputs)
    return {"classifier": outputs.model, "logits_val": outputs.logits_val}
