"""The parameters of the source `recordings`, and what is wrong with them before a file is opened."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ltsei.core.errors import InputError
from ltsei.data.captures.datatypes import datatype
from ltsei.data.captures.name_pattern import LABEL, NamePattern

DEFAULT_FIELD = "core:label"
Wanted = str | int | float | list[str | int | float]


@dataclass(frozen=True, kw_only=True)
class OpeningSettings:
    """How recordings are opened: the parameters that the sources of recordings share, which explain them."""

    files: str | list[str]
    pattern: str | None
    datatype: str | Mapping[str, str] | None
    order: str | Mapping[str, str]
    sample_rate_hz: float | None
    recorded_rate_hz: float | Mapping[str, float] | None
    verify_checksums: bool

    @cached_property
    def name_pattern(self) -> NamePattern | None:
        """The pattern of file names, if there is one."""
        return None if self.pattern is None else NamePattern(self.pattern)

    def mistakes(self) -> Iterator[str]:
        """Yield what is wrong with the settings, before a file is opened."""
        try:
            names = self.name_pattern.names if self.name_pattern else ()
        except InputError as error:
            yield f"pattern: {error}"
            return
        yield from self._conflicts(names)
        yield from _wrong_datatypes(self.datatype)

    def _conflicts(self, names: Collection[str]) -> Iterator[str]:
        """Yield settings that exclude each other; `names` are those of the pattern."""
        yield from ()


@dataclass(frozen=True, kw_only=True)
class WindowSettings(OpeningSettings):
    """How recordings are cut: parameters of `components.sources.recordings`, which explains them."""

    length: int
    hop: int | None
    short: Literal["error", "skip", "pad"]


@dataclass(frozen=True, kw_only=True)
class CaptureSettings(WindowSettings):
    """The parameters of `components.sources.recordings`, which explains them."""

    label_field: str | None
    domains: Mapping[str, str]
    windows: Literal["auto", "whole", "annotations"]
    max_windows: int | None
    test: Mapping[str, Wanted] | None
    val: Mapping[str, Wanted] | None
    holdout: float | None
    fold: Mapping[str, int | str] | None
    seed: int
    drop_unlabelled: bool
    drop_invalid: bool
    drop_unknown: bool
    allow_duplicates: bool

    @property
    def field(self) -> str | None:
        """The field of SigMF that holds the labels; None where the pattern names them."""
        if self.name_pattern is not None and LABEL in self.name_pattern.names:
            return None
        return self.label_field or DEFAULT_FIELD

    def _conflicts(self, names: Collection[str]) -> Iterator[str]:
        if self.label_field is not None and LABEL in names:
            yield f"label_field: got {self.label_field!r}, but the pattern has {{label}}; remove one of them"
        for name in set(self.domains) & set(names):
            yield f"domains.{name}: the pattern has {{{name}}}, too; remove one of them"
        if [self.test, self.holdout, self.fold].count(None) != 2:
            yield (
                "set either test (values of a domain, such as {run: 2}), holdout (a fraction of the recordings) or "
                "fold (one of several, such as {test: 1, of: 5})"
            )


def as_texts(wanted: Wanted) -> list[str]:
    """Return the values of a domain that a setting names, as text."""
    return [str(each) for each in (wanted if isinstance(wanted, list) else [wanted])]


def _wrong_datatypes(setting: Any) -> Iterator[str]:
    for name in setting.values() if isinstance(setting, Mapping) else [setting] if setting else []:
        try:
            datatype(name)
        except InputError as error:
            yield f"datatype: {error}"
