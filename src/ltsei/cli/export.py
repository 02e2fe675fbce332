"""`ltsei export CELL --to FOLDER`: a trained cell as a folder that labels signals on any machine."""

import argparse
import sys
from pathlib import Path

from ltsei.cli.deployment import CARD, GRAPH, device
from ltsei.core.errors import InputError
from ltsei.pipeline.deployment.calibration import CalibrationSettings
from ltsei.pipeline.deployment.exported import Exported, is_exported
from ltsei.pipeline.deployment.of_cell import of_cell
from ltsei.pipeline.deployment.on_test import on_test
from ltsei.pipeline.deployment.trained_files import trained_files
from ltsei.report.model_card import write_model_card


def run(options: argparse.Namespace) -> int:
    """Write the folder, then what is in it."""
    folder = Path(options.to)
    for name in ("keep", "coverage"):
        if not 0 < getattr(options, name) < 1:
            raise InputError(f"--{name}: got {getattr(options, name)}, expected a share between 0 and 1, such as 0.95")
    if folder.exists() and not is_exported(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"--to: {folder} is not empty and no earlier export; name a new folder")
    if options.onnx:
        _require_packages(folder / GRAPH)
    on = device(options.device)
    paths = trained_files(options.cell)
    settings = CalibrationSettings(keep=options.keep, coverage=options.coverage, sets=options.sets)
    exported = of_cell(options.cell, settings, on)
    of_test = on_test(paths, exported, on)
    (folder / GRAPH).unlink(missing_ok=True)  # of an earlier export, perhaps of another cell
    exported.write(folder)
    write_model_card(folder / CARD, exported, paths.cell, of_test)
    lines = [f"model: {folder}", f"model card: {folder / CARD}"]
    if options.onnx:
        lines.append(_write_graph(folder / GRAPH, exported))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _require_packages(path: Path) -> None:
    from ltsei.training.onnx_graph import require_packages

    require_packages(path)


def _write_graph(path: Path, exported: Exported) -> str:
    """Write the ONNX graph; return the line on it."""
    from ltsei.training.onnx_graph import largest_difference, write_onnx

    fitted = exported.calibration
    names = ("cell", "class_names", "sample_rate_hz", "signal_shape", "normalize")
    known = {**{name: exported.description[name] for name in names}, "temperature": fitted.temperature}
    write_onnx(path, exported.model, fitted.temperature, {**known, "thresholds": dict(fitted.thresholds)})
    difference = largest_difference(path, exported.model)
    if difference is None:
        return f"graph: {path}, not compared with the model: onnxruntime is not installed"
    return f"graph: {path}, logits of onnxruntime differ from the model's by at most {difference:.1e} of the largest"
