"""Samples in a file, read piece by piece: nothing but the piece is ever in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.datatypes import Datatype, as_float


class Samples(Protocol):
    """The samples of a recording."""

    @property
    def count(self) -> int:
        """Number of samples."""

    @property
    def channels(self) -> int:
        """2 for I and Q, 1 for one real channel."""

    def read(self, start: int, stop: int) -> np.ndarray:
        """Return the samples ``start:stop``, float32 [stop - start, channels]."""


@dataclass(frozen=True)
class StoredSamples:
    """Samples in a region of a file.

    Attributes:
        path: the file.
        datatype: of the samples.
        offset: where the region begins, in bytes.
        count: number of samples.
        q_first: whether Q comes before I.
    """

    path: Path
    datatype: Datatype
    offset: int
    count: int
    q_first: bool = False

    @property
    def channels(self) -> int:
        """2 for I and Q, 1 for one real channel."""
        return self.datatype.channels

    def read(self, start: int, stop: int) -> np.ndarray:
        """Return the samples ``start:stop``, float32 [stop - start, channels]."""
        wanted = (stop - start) * self.channels
        offset = self.offset + start * self.datatype.sample_bytes
        try:
            values = np.fromfile(self.path, self.datatype.component, wanted, offset=offset)
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read ({error.strerror}); check its permissions") from error
        if len(values) < wanted:
            raise InputError(f"{self.path}: ends before sample {stop}; it has become shorter while it was read")
        components = as_float(values).reshape(-1, self.channels)
        return components[:, ::-1] if self.q_first else components


def whole_samples(path: Path, number_bytes: int, kind: Datatype, where: str = "") -> int:
    """Return how many samples a region of a file holds; InputError where it is empty or ends inside a sample.

    Args:
        path: the file, for messages.
        number_bytes: size of the region.
        kind: of the samples.
        where: the part of the file that the region is, such as a member of an archive.
    """
    count, rest = divmod(number_bytes, kind.sample_bytes)
    name = f"{path}{where}"
    if rest:
        raise InputError(
            f"{name}: its {number_bytes} bytes are not a whole number of {kind.name} samples of {kind.sample_bytes} "
            "bytes: copy the file again if it is truncated, or set datatype to the right one"
        )
    if count == 0:
        raise InputError(f"{name}: holds no sample; remove the file, or copy it again")
    return count


def of_suffix(setting: Any, suffix: str) -> Any:
    """Return the value of a setting for files with a suffix, where the setting may map suffixes to values."""
    if not isinstance(setting, Mapping):
        return setting
    return {str(key).lower().removeprefix("."): value for key, value in setting.items()}.get(suffix.lower()[1:])
