"""`ltsei predict MODEL FILE...`: label new signals with a trained cell or an exported model."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ltsei.cli.deployment import NO_SCORE, SETTINGS, device
from ltsei.config import yaml_file
from ltsei.core import files
from ltsei.core.errors import InputError, unknown
from ltsei.data.readers.new_signals import NewSignals, open_new_signals
from ltsei.data.readers.open_signal_file import ReaderSettings
from ltsei.pipeline.deployment.calibration import CalibrationSettings
from ltsei.pipeline.deployment.exported import Exported, is_exported, read_exported
from ltsei.pipeline.deployment.of_cell import of_cell
from ltsei.pipeline.deployment.predictions import PredictionSettings, predictions


def run(options: argparse.Namespace) -> int:
    """Write the predictions, then a summary."""
    settings = PredictionSettings(None if options.reject == NO_SCORE else options.reject, options.top, options.sets)
    reader, on = _reader_settings(options.read), device(options.device)
    exported = _model(options.model, settings, on)
    _check(settings, exported)
    opened = [open_new_signals(path, reader, exported.signal_shape) for path in options.recordings]
    rows = [row for signals in opened for row in predictions(exported, signals, settings, on)]
    files.write_csv(options.to, settings.columns(), rows)
    lines = [*_notes(exported, settings, opened), *_summary(rows), f"predictions: {options.to}"]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


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


def _reader_settings(pairs: Sequence[str]) -> ReaderSettings:
    """Return how files are read, from KEY=VALUE."""
    given = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key not in SETTINGS:
            raise InputError(f"--read: {unknown(key, SETTINGS, 'setting')}")
        given[key] = yaml_file.parse(value, key)
    return ReaderSettings(**given)


def _notes(exported: Exported, settings: PredictionSettings, opened: Sequence[NewSignals]) -> Iterator[str]:
    """Yield what a reader of the predictions has to know."""
    fitted, length = exported.calibration, exported.signal_shape[0]
    if fitted.temperature is None:
        yield "no validation signals: probabilities are not calibrated, and nothing is rejected"
    else:
        count = sum(exported.description["counts"]["val"])
        yield f"temperature {fitted.temperature:.3g}, fitted on {count} validation signals"
        if settings.score:
            threshold = fitted.thresholds[settings.score]
            yield f"rejected: {settings.score} below {threshold:.4g}, which {fitted.keep:.0%} of these signals reach"
    for signals in opened:
        if signals.length != length:
            how = "cut" if signals.length > length else "padded with zeros"
            yield f"{signals.path}: signals of {signals.length} samples are {how} to {length}"


def _summary(rows: Sequence[Any]) -> Iterator[str]:
    status = Counter(row["status"] for row in rows)
    parts = [f"{len(rows)} signals", *(f"{number} {name}" for name, number in sorted(status.items()) if name)]
    yield ", ".join(parts)
