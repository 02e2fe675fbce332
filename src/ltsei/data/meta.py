"""What `meta.json` records about a store of signals."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ltsei.core import content, files
from ltsei.core.content import DamagedError


@dataclass(frozen=True)
class Meta:
    """The content of `meta.json`.

    Attributes:
        class_names: one for each of the C classes.
        sample_rate_hz: None where it is unknown.
        signal_shape: (*shape, channels) of one signal.
        checksum: of the source, as in `Recordings`.
        train_counts: signals per class of the whole training part, those for validation included, [C].
        test_counts: signals per class of the test part, [C].
        notes: of the source, as in `Recordings`.
        fingerprints: level (rule, or ``data`` for the checksum) -> hash of what the store was made from.
        num_validation: how many of the last training signals are for validation only.
        files: path -> SHA-256 (hex) of the source's files; empty for a synthetic source.
        contents: file -> hash and size of the store's own arrays, as in `core.content`; empty in earlier versions.
    """

    class_names: tuple[str, ...]
    sample_rate_hz: float | None
    signal_shape: tuple[int, ...]
    checksum: str
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    notes: Mapping[str, Any]
    fingerprints: Mapping[str, str]
    num_validation: int = 0
    files: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def num_classes(self) -> int:
        """C."""
        return len(self.class_names)


def write_meta(path: str | Path, meta: Meta) -> None:
    """Write `meta.json`, with a hash of itself."""
    files.write_json(path, content.sealed(asdict(meta)))


def read_meta(path: str | Path) -> Meta:
    """Return the content of `meta.json`; DamagedError where it is missing or not as it was written."""
    record = content.read_record(path)
    sequences = {key: tuple(value) for key, value in record.items() if isinstance(value, list)}
    try:
        return Meta(**{**record, **sequences})
    except TypeError as error:
        raise DamagedError(path, f"not a store's meta.json ({error})") from error
