"""SigMF recordings: a pair of files, or an archive of such pairs.

Metadata are read with `json`, not with the package `sigmf`: that one rejects published sets which deviate from the
specification (ORACLE keeps everything under ``_metadata``), scales integers, and reads archives into memory.
"""

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from ltsei.core.errors import InputError
from ltsei.data.captures.listing import ARCHIVE, DATA, META

BLOCK_BYTES = 2**20
Fields = Mapping[str, Any]
REFUSED: Mapping[str, str] = {
    "core:dataset": "the samples are in a file of another format: name that file instead, with its datatype",
    "core:metadata_only": "there are no samples",
    "core:trailing_bytes": "the file of samples has another format: name that file instead, with its datatype",
}
"""Global fields of recordings that cannot be read, and why."""


@dataclass(frozen=True)
class SigmfRecording:
    """Metadata of a recording, and the region of a file in which its samples lie.

    Attributes:
        path: the file of samples, or the archive.
        name: path of the metadata; inside an archive that of the member, below the archive's folder.
        shown: what messages call the recording.
        general: the global fields.
        captures: in order, at least one.
        annotations: in order.
        offset: of the samples in the file, in bytes.
        size: of the samples, in bytes.
    """

    path: Path
    name: PurePath
    shown: str
    general: Fields
    captures: tuple[Fields, ...]
    annotations: tuple[Fields, ...]
    offset: int
    size: int

    def check_sum(self) -> None:
        """Compare the samples with ``core:sha512``; InputError where they differ."""
        stated = self.general.get("core:sha512")
        if stated is None:
            return
        digest, left = hashlib.sha512(), self.size
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while left and (block := file.read(min(BLOCK_BYTES, left))):
                digest.update(block)
                left -= len(block)
        if digest.hexdigest() != str(stated).lower():
            raise InputError(
                f"{self.shown}: the samples are not those that core:sha512 was computed from: copy them again, or set "
                "verify_checksums: false if the metadata are wrong"
            )


def sigmf_recordings(path: Path) -> list[SigmfRecording]:
    """Return the recordings of a file of metadata or of an archive; InputError where one is damaged or incomplete."""
    if path.suffix == ARCHIVE:
        return list(_archived(path))
    samples = path.with_suffix(DATA)
    if not samples.is_file():
        raise InputError(f"{path}: {samples.name} is not beside it; copy the samples, too, or remove the metadata")
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    return [_recording(samples, path, str(path), text, 0, samples.stat().st_size)]


def _archived(path: Path) -> Iterator[SigmfRecording]:
    """Yield the recordings in an archive."""
    try:
        with tarfile.open(path, "r:") as archive:
            members = {member.name: member for member in archive if member.isfile()}
            names = sorted(name for name in members if name.endswith(META))
            texts = {name: archive.extractfile(members[name]).read() for name in names}  # type: ignore[union-attr]
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InputError(
            f"{path}: cannot be read as a SigMF archive, an uncompressed tar file ({error}); copy it again"
        ) from error
    if not names:
        raise InputError(f"{path}: holds no *{META}, expected a pair of *{META} and *{DATA} for each recording")
    for name, text in texts.items():
        stem = name.removesuffix(META)
        samples = members.get(stem + DATA)
        if samples is None:
            raise InputError(f"{path}: holds {name} without {PurePath(stem).name}{DATA}; make the archive again")
        if samples.issparse() or samples.offset_data + samples.size > path.stat().st_size:
            raise InputError(f"{path}: {samples.name} is not stored completely; copy or make the archive again")
        yield _recording(path, path.parent / name, f"{path}: {name}", text, samples.offset_data, samples.size)


def _recording(path: Path, name: PurePath, shown: str, text: bytes, offset: int, size: int) -> SigmfRecording:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InputError(f"{shown}: not valid JSON ({error}); copy the file again") from error
    content = content.get("_metadata", content) if isinstance(content, dict) else {}
    general, captures = content.get("global"), content.get("captures", [])
    annotations = content.get("annotations", [])
    lists_hold_fields = all(
        isinstance(part, list) and all(isinstance(each, dict) for each in part) for part in (captures, annotations)
    )
    if not isinstance(general, dict) or not lists_hold_fields:
        raise InputError(f"{shown}: expected SigMF metadata: an object global, lists captures and annotations")
    for key, reason in REFUSED.items():
        if general.get(key):
            raise InputError(f"{shown}: {key} is set, so {reason}")
    if general.get("core:num_channels", 1) != 1:
        raise InputError(f"{shown}: got {general['core:num_channels']} interleaved channels, expected one; split them")
    if any(capture.get("core:header_bytes") for capture in captures):
        raise InputError(f"{shown}: captures with core:header_bytes cannot be read; save the samples without headers")
    return SigmfRecording(path, name, shown, general, tuple(captures) or ({},), tuple(annotations), offset, size)
