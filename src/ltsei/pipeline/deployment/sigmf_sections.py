"""The global and the captures section of SigMF metadata for a recording of any kind."""

from typing import Any

from ltsei.data.captures.capture import Capture
from ltsei.data.captures.datatypes import Datatype
from ltsei.data.captures.listing import ARCHIVE, META
from ltsei.data.captures.resampling import Resampled
from ltsei.data.captures.samples import StoredSamples
from ltsei.data.captures.sigmf import SigmfRecording, sigmf_recordings

NAMESPACE, NAMESPACE_VERSION = "ltsei", "1.0.0"
"""Of the fields that this program adds to SigMF."""
SIGMF_VERSION = "1.2.0"
"""Of the specification that new metadata follow."""
START, EXTENSIONS = "core:sample_start", "core:extensions"


def stored_metadata(capture: Capture) -> SigmfRecording | None:
    """Return the metadata of a SigMF recording, None for other recordings."""
    if capture.path.suffix not in (META, ARCHIVE):
        return None
    return next(each for each in sigmf_recordings(capture.path) if each.shown == capture.name)


def _stored(capture: Capture) -> StoredSamples:
    samples = capture.samples.samples if isinstance(capture.samples, Resampled) else capture.samples
    assert isinstance(samples, StoredSamples)
    return samples


def global_section(capture: Capture, recording: SigmfRecording | None) -> dict[str, Any]:
    """Return the global fields: those of the recording, corrected as it was read, and the extension declared."""
    stored = _stored(capture)
    general: dict[str, Any] = {"core:version": SIGMF_VERSION} | dict(recording.general if recording else {})
    general["core:datatype"] = _sigmf_datatype(stored.datatype)
    if capture.recorded_rate_hz is not None:
        general["core:sample_rate"] = capture.recorded_rate_hz
    if recording is None:
        general["core:dataset"] = capture.path.name
        trailing = capture.path.stat().st_size - stored.offset - stored.count * stored.datatype.sample_bytes
        general |= {"core:trailing_bytes": trailing} if trailing else {}
        general |= {"core:description": "Q comes before I"} if stored.q_first else {}
    ours = {"name": NAMESPACE, "version": NAMESPACE_VERSION, "optional": True}
    general[EXTENSIONS] = [each for each in general.get(EXTENSIONS, []) if each.get("name") != NAMESPACE] + [ours]
    return general


def _sigmf_datatype(kind: Datatype) -> str:
    """Return the name in SigMF of how samples are stored; WAV files have other names."""
    form, letter = "cr"[kind.channels == 1], kind.component.kind
    bits = 8 * kind.component.itemsize
    ending = "" if bits == 8 else "_be" if kind.component.byteorder == ">" else "_le"
    return f"{form}{letter}{bits}{ending}"


def captures_section(capture: Capture, recording: SigmfRecording | None, shift: int) -> list[dict[str, Any]]:
    """Return the captures; `shift` is ``core:offset``, the number of the first sample."""
    if recording is not None:
        return [{START: shift} | dict(each) for each in recording.captures]
    header = _stored(capture).offset
    return [{START: 0} | ({"core:header_bytes": header} if header else {})]
