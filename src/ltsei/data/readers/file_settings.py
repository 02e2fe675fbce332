"""The parameters of the source `files`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from ltsei.data.captures.settings import Wanted
from ltsei.data.readers.class_files import Files
from ltsei.data.readers.open_signal_file import ReaderSettings


@dataclass(frozen=True)
class SourceSettings:
    """The parameters of `components.sources.files`, which explains them."""

    train: Files
    train_labels: str | None
    test: Files | None
    test_labels: str | None
    val: Files | None
    val_labels: str | None
    x_key: str | None
    y_key: str | None
    i_key: str | None
    q_key: str | None
    layout: str
    expected_length: int | None
    classes_from_keys: bool
    class_names_key: str | None
    sample_rate_hz: float | None
    drop_invalid: bool
    drop_unknown: bool
    allow_duplicates: bool
    holdout: float | None
    group_key: str | None
    order_key: str | None
    seed: int
    domains: Sequence[str] = ()
    only: Mapping[str, Wanted] = field(default_factory=dict)
    test_values: Mapping[str, Wanted] = field(default_factory=dict)
    fold: Mapping[str, int | str] | None = None

    @property
    def reader(self) -> ReaderSettings:
        """How each file is read."""
        return ReaderSettings(**{field.name: getattr(self, field.name) for field in fields(ReaderSettings)})
