"""`ltsei predict MODEL PATH...`: label new signals, or whole recordings, with a trained cell or an exported model."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ltsei.cli import predict_paths
from ltsei.cli.deployment import NO_SCORE, device
from ltsei.core import files
from ltsei.core.errors import InputError, unknown
from ltsei.pipeline.deployment import annotations
from ltsei.pipeline.deployment.annotations import Annotate
from ltsei.pipeline.deployment.calibration import CalibrationSettings
from ltsei.pipeline.deployment.exported import Exported, is_exported, read_exported
from ltsei.pipeline.deployment.of_cell import of_cell
from ltsei.pipeline.deployment.predictions import PredictionSettings, Signals, predictions


def run(options: argparse.Namespace) -> int:
    """Write the predictions, then a summary."""
    settings = PredictionSettings(None if options.reject == NO_SCORE else options.reject, options.top, options.sets)
    on = device(options.device)
    if Path(options.to).is_dir():
        raise InputError(f"--to: {options.to} is a folder, expected a file such as predictions.csv")
    exported = _model(options.model, settings, on)
    _check(settings, exported)
    opened = predict_paths.opened(exported, options.recordings, options.read)
    folder = Path(options.sigmf) if options.sigmf else None
    status: Counter[str] = Counter()
    with ExitStack() as stack:
        annotate = _annotations(stack, folder, opened)
        rows = (
            _counted(row, status, each)
            for signals, each in zip(opened, annotate, strict=True)
            for row in predictions(exported, signals, settings, on)
        )
        places = dict.fromkeys(column for signals in opened for column in signals.columns)
        with annotations.writable(options.to, "--to"):
            files.write_csv(options.to, settings.columns(tuple(places)), rows)
    lines = [*_notes(exported, settings, opened), *_summary(status), f"predictions: {options.to}"]
    sys.stdout.writelines(f"{line}\n" for line in [*lines, *([f"annotations: {folder}"] if folder else [])])
    return 0


def _annotations(stack: ExitStack, folder: Path | None, opened: Sequence[Any]) -> list[Annotate | None]:
    """Return what annotates the rows of each recording: nothing without a folder, or for prepared signals."""
    if folder is None:
        return [None] * len(opened)
    captures = [signals.capture for signals in opened if signals.columns]
    if not captures:
        raise InputError(f"{annotations.OPTION}: the files hold prepared signals, which have no place in a recording")
    paths = iter(annotations.targets(folder, captures))
    generator = annotations.generator()
    return [
        stack.enter_context(annotations.annotation_file(next(paths), signals.capture, generator))
        if signals.columns
        else None
        for signals in opened
    ]


def _counted(row: Mapping[str, Any], status: Counter[str], annotate: Annotate | None) -> Mapping[str, Any]:
    """Count the status of a row, and annotate its signal."""
    status[row["status"]] += 1
    if annotate:
        annotate(row)
    return row


def _model(folder: str, settings: PredictionSettings, on: Any) -> Exported:
    if is_exported(folder):
        return read_exported(folder)
    return of_cell(folder, CalibrationSettings(scores=(settings.score,) if settings.score else ()), on)


def _check(settings: PredictionSettings, exported: Exported) -> None:
    """Raise InputError where the model cannot say what is asked for."""
    if not 1 <= settings.top <= len(exported.class_names):
        raise InputError(f"--top: got {settings.top}, expected 1 to {len(exported.class_names)}, the number of classes")
    if settings.score and settings.score not in exported.calibration.scores:
        raise InputError(f"--reject: {unknown(settings.score, exported.calibration.scores, 'score of this model')}")
    if settings.sets and exported.calibration.sets is None:
        raise InputError("--sets: the cell has no validation signals, by which prediction sets are calibrated")


def _notes(exported: Exported, settings: PredictionSettings, opened: Sequence[Signals]) -> Iterator[str]:
    """Yield what a reader of the predictions has to know."""
    fitted, length = exported.calibration, exported.signal_shape[0]
    if fitted.temperature is None:
        yield "no validation signals: probabilities are not calibrated, and nothing is rejected"
    else:
        count = sum(exported.description["counts"]["val"])
        yield f"temperature {fitted.temperature:.3g}, fitted on {count} validation signals"
        if settings.score:
            threshold = fitted.thresholds[settings.score]
            share = f"{100 * fitted.keep:g} %"
            yield f"rejected: {settings.score} below {threshold:.4g}, which {share} of these signals reach"
    for signals in opened:
        if signals.length != length:
            how = "cut" if signals.length > length else "padded with zeros"
            yield f"{signals.path}: signals of {signals.length} samples are {how} to {length}"
        yield from predict_paths.notes(signals)


def _summary(status: Counter[str]) -> Iterator[str]:
    parts = [f"{status.total()} signals", *(f"{number} {name}" for name, number in sorted(status.items()) if name)]
    yield ", ".join(parts)
