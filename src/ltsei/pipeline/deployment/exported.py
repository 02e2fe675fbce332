"""A trained cell with its calibration, and the folder that holds both: all that another machine needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import content, files
from ltsei.core.errors import InputError
from ltsei.pipeline.deployment import calibration
from ltsei.pipeline.deployment.calibration import Calibration
from ltsei.runtime import checkpoint

FORMAT = 1
"""Of the folder; a later version that reads this one says so here."""
RECORD, WEIGHTS, ARRAYS = "model.json", "model.pt", "calibration.npz"


@dataclass(frozen=True)
class Exported:
    """A trained cell.

    Attributes:
        model: a `training.signal_classifier.SignalClassifier`.
        calibration: fitted on validation signals.
        description: JSON-able: ``cell``, ``class_names``, ``counts`` (signals per class of each part),
            ``sample_rate_hz``, ``source`` (see `trained_source`), ``signal_shape``, ``normalize``, ``recipe``,
            ``fingerprints``, ``made`` and ``reproduction``.
    """

    model: Any
    calibration: Calibration
    description: Mapping[str, Any]

    @property
    def class_names(self) -> list[str]:
        """The classes in the order of the logits."""
        return list(self.description["class_names"])

    @property
    def signal_shape(self) -> tuple[int, int]:
        """(L, channels) of a signal as the network sees it."""
        length, channels = self.description["signal_shape"]
        return length, channels

    def write(self, folder: str | Path) -> None:
        """Write weights, calibration and record; the record, with hashes of the others, comes last."""
        place = Path(folder)
        (place / RECORD).unlink(missing_ok=True)  # until everything is written, this is no exported model
        checkpoint.save(place / WEIGHTS, self.model.stored())
        files.write_npz(place / ARRAYS, **self.calibration.arrays())
        record = {
            "format": FORMAT,
            **self.description,
            "calibration": self.calibration.record(),
            content.CONTENTS: content.contents(place, (WEIGHTS, ARRAYS)),
        }
        files.write_json(place / RECORD, content.sealed(record))


def is_exported(folder: str | Path) -> bool:
    """Return whether a folder holds an exported model."""
    return (Path(folder) / RECORD).is_file()


def read_exported(folder: str | Path) -> Exported:
    """Return the model in a folder that `Exported.write` wrote; InputError where it is damaged or of a later format."""
    from ltsei.training.signal_classifier import restored_classifier

    place = Path(folder)
    record = content.check_record(place / RECORD)
    if record.get("format") != FORMAT:
        raise InputError(
            f"{place / RECORD}: has format {record.get('format')}, this version of ltsei reads {FORMAT}; use the "
            "version that wrote it, or export the cell again"
        )
    fitted = calibration.restored(record.pop("calibration"), files.read_npz(place / ARRAYS))
    return Exported(restored_classifier(checkpoint.load(place / WEIGHTS)), fitted, record)
