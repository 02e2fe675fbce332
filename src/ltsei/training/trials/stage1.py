"""Stage 1 of a trial."""

from typing import Any

from ltsei.config.stages import Stage1
from ltsei.data.unlabelled import open_unlabelled
from ltsei.training import pretrain, stage1, teacher
from ltsei.training.inputs import write_features
from ltsei.training.trials.cell import CellOfTrial, FolderOfOutputs, InputPaths


def run(recipe: Stage1, inputs: InputPaths, outputs: FolderOfOutputs, cell: CellOfTrial) -> dict[str, Any]:
    """Train, write the results, and return the inputs of later stages, but for features."""
    start = pretrain.read(inputs.get("pretrained", []))
    taught = teacher.read(inputs.get("teacher_of_stage1", []), recipe.taught_by)
    options = {**cell.options, "unlabelled": open_unlabelled(inputs.get("unlabelled", []))}
    trained = stage1.train(recipe, cell.store, cell.split, start=start, teacher=taught, **options)
    trained.write(outputs)
    return {"model": outputs.model, "classifier": outputs.model, "logits_val": outputs.logits_val}


def extract(recipe: Stage1, checkpoint: dict[str, Any], outputs: FolderOfOutputs, cell: CellOfTrial) -> dict[str, Any]:
    """Write the features of a trained stage 1 and return them as inputs of later stages."""
    write_features(stage1.features(checkpoint, recipe, cell.store, cell.split, device=cell.device), outputs)
    return {f"features_{part}": getattr(outputs, f"features_{part}") for part in ("train", "val", "test")}
