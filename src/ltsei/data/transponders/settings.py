"""The parameters of the source `mode_s_messages`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ltsei.data.captures.settings import CaptureSettings

Field = Literal["aa", "me", "pi"]


@dataclass(frozen=True)
class MessageSettings:
    """The parameters of `components.sources.mode_s_messages`, which explains them."""

    files: str | list[str]
    length: int | None
    lead: int
    formats: list[int]
    min_messages: int
    max_messages: int | None
    mask: list[Field]
    pattern: str | None
    datatype: str | Mapping[str, str] | None
    order: str | Mapping[str, str]
    sample_rate_hz: float | None
    recorded_rate_hz: float | Mapping[str, float] | None
    verify_checksums: bool
    holdout: float
    holdout_by: Literal["time", "file"]
    seed: int
    drop_invalid: bool
    drop_unknown: bool
    allow_duplicates: bool

    @property
    def opening(self) -> CaptureSettings:
        """How the recordings are opened."""
        return CaptureSettings(
            files=self.files,
            length=self.length or 1,
            hop=None,
            pattern=self.pattern,
            label_field=None,
            domains={},
            windows="whole",
            short="skip",
            max_windows=None,
            datatype=self.datatype,
            order=self.order,
            sample_rate_hz=self.sample_rate_hz,
            recorded_rate_hz=self.recorded_rate_hz,
            verify_checksums=self.verify_checksums,
            test=None,
            val=None,
            holdout=self.holdout,
            seed=self.seed,
            drop_unlabelled=False,
            drop_invalid=self.drop_invalid,
            drop_unknown=self.drop_unknown,
            allow_duplicates=self.allow_duplicates,
        )
