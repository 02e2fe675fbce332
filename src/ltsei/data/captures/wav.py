"""WAV files: one real channel, or I and Q as two."""

import struct
import warnings
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.data.captures.datatypes import Datatype
from ltsei.data.captures.samples import StoredSamples
from ltsei.data.readers.file_errors import READ_ERRORS


def wav_samples(path: Path, *, q_first: bool) -> tuple[StoredSamples, float]:
    """Return the samples of a WAV file, unread, and its sampling rate in Hz.

    Only the header is read, by SciPy, which maps the samples into memory and so tells where they lie.

    Raises:
        InputError: the file is damaged or truncated, has a sample format without a NumPy type (24 bits), or more than
            two channels.
    """
    from scipy.io import wavfile  # here, because a source is also imported to plan a run, where speed counts

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wavfile.WavFileWarning)  # chunks that radio programs add
            rate, values = wavfile.read(path, mmap=True)
    except (*READ_ERRORS, struct.error) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: cannot be read as WAV ({reason}): copy it again if it is truncated, or save it with 8, 16 or 32 "
            "bits per sample"
        ) from error
    channels = 1 if values.ndim == 1 else values.shape[1]
    if channels > 2:
        raise InputError(f"{path}: got {channels} channels, expected one, or I and Q as two; split the file")
    if len(values) == 0:
        raise InputError(f"{path}: holds no sample; remove the file, or copy it again")
    kind = Datatype(f"WAV {values.dtype}", values.dtype, channels)
    return StoredSamples(path, kind, int(values.offset), len(values), q_first and channels == 2), float(rate)
