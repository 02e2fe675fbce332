"""Stage 2 of a trial where it changes the backbone."""

from typing import Any

from ltsei.config.stages import Stage2
from ltsei.runtime import checkpoint
from ltsei.training import stage2_finetune, teacher
from ltsei.training.inputs import write_features
from ltsei.training.trials.cell import CellOfTrial, FolderOfOutputs, InputPaths


def run(recipe: Stage2, inputs: InputPaths, outputs: FolderOfOutputs, cell: CellOfTrial) -> dict[str, Any]:
    """Train, write the results, and return the inputs of stage 3."""
    before = checkpoint.load(inputs.model)
    options = cell.options | {"teacher": teacher.read(inputs.get("teacher_of_stage2", []), recipe.taught_by)}
    trained, features = stage2_finetune.train(recipe, before, cell.store, cell.split, **options)
    trained.write(outputs)
    write_features(features, outputs)
    parts = {f"features_{part}": getattr(outputs, f"features_{part}") for part in features}
    return {"classifier": outputs.model, "logits_val": outputs.logits_val, **parts}
