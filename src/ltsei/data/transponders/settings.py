"""The parameters of the source `mode_s_messages`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ltsei.data.captures.settings import OpeningSettings, Wanted

Field = Literal["aa", "me", "pi"]


@dataclass(frozen=True, kw_only=True)
class MessageSettings(OpeningSettings):
    """The parameters of `components.sources.mode_s_messages`, which explains them."""

    length: int | None
    lead: int
    formats: list[int]
    min_messages: int
    max_messages: int | None
    mask: list[Field]
    test: Mapping[str, Wanted] | None
    fold: Mapping[str, int | str] | None
    holdout: float
    holdout_by: Literal["time", "file"]
    seed: int
    drop_invalid: bool
    drop_unknown: bool
    allow_duplicates: bool

    @property
    def by_recording(self) -> bool:
        """Whether whole recordings are chosen for the test part, by their domains or as a fold."""
        return self.test is not None or self.fold is not None

    def _conflicts(self, names: Collection[str]) -> Iterator[str]:
        if self.test is not None and self.fold is not None:
            yield "test and fold both say which recordings are for test; remove one of them"
