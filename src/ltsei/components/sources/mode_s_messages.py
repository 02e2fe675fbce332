"""Messages of Mode S transponders (ADS-B and replies) cut out of recordings of 1090 MHz, labelled with their address.

Raw I/Q files, WAV and SigMF at 2 MS/s or more are searched for preambles and demodulated; a message counts if its
parity holds, and its class is the ICAO address of the aircraft. `ltsei inspect FILE` shows what a recording holds.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Lt

from ltsei.data.captures.listing import capture_paths, files_of
from ltsei.data.captures.name_pattern import NamePattern
from ltsei.data.recordings import Recordings
from ltsei.data.transponders.labelled import recordings_of
from ltsei.data.transponders.settings import MessageSettings


def build(
    context: object,
    *,
    files: str | list[str],
    length: Annotated[int, Ge(1)] | None = None,
    lead: Annotated[int, Ge(0)] = 0,
    formats: list[Annotated[int, Ge(0), Le(24)]] = [0, 4, 5, 11, 16, 17, 18, 20, 21],  # noqa: B006 (a literal, never changed)
    min_messages: Annotated[int, Ge(1)] = 2,
    max_messages: Annotated[int, Ge(1)] | None = None,
    mask: list[Literal["aa", "me", "pi"]] = [],  # noqa: B006
    pattern: str | None = None,
    datatype: str | dict[str, str] | None = None,
    order: Literal["IQ", "QI"] | dict[str, Literal["IQ", "QI"]] = "IQ",
    sample_rate_hz: Annotated[float, Gt(0)] | None = None,
    recorded_rate_hz: Annotated[float, Gt(0)] | dict[str, Annotated[float, Gt(0)]] | None = None,
    verify_checksums: bool = True,
    test: dict[str, str | int | float | list[str | int | float]] | None = None,
    fold: dict[str, int | str] | None = None,
    holdout: Annotated[float, Gt(0), Lt(1)] = 0.3,
    holdout_by: Literal["time", "file"] = "time",
    seed: Annotated[int, Ge(0)] = 0,
    drop_invalid: bool = False,
    drop_unknown: bool = False,
    allow_duplicates: bool = False,
) -> Recordings:
    """Return a window around each message without bit errors, the ICAO address in hexadecimal digits being its class.

    DF17 and DF18 count if their parity is zero, DF11 if it is zero or an interrogator code. The parity of the other
    formats is overlaid with the address; they, and DF11 with a code, count if a message with a parity of zero has the
    same address within a minute. No bit is ever corrected.

    The bits of a message say who sends it, and a network can read them: hide them with `mask`, or keep only the
    preamble with `length`.

    Args:
        context: not used.
        files: a folder with its subfolders, a file, a pattern such as ``data/**/*.iq``, or a list of these.
        length: samples per window. Default: `lead` and the 120 µs of a long message; short ones last 64 µs, and what
            follows them is in the window, too. A window that exceeds its recording ends with zeros.
        lead: samples before the first pulse of the preamble.
        formats: downlink formats to use: 17 and 18 are ADS-B, 11 all-call replies, the others replies to radar.
        min_messages: an address with fewer messages is left out; the notes count them.
        max_messages: most messages of an address, evenly spread over time. Default: all.
        mask: fields whose samples are set to zero: address (``aa``), content (``me``), parity (``pi``), from which the
            address can be computed.
        pattern: the names of the files without their suffix, such as ``{receiver}_{day}``, whose fields become domains
            of all their messages beside ``file`` and ``format``. Default: none.
        datatype: of raw files, as for `recordings`: ``cu8``, ``ci16_le``, or suffix -> datatype.
        order: whether I or Q comes first, or suffix -> order. Reception does not depend on it.
        sample_rate_hz: of the windows; messages are received at the rate of their recording and then resampled.
            Default: the rate of the recordings.
        recorded_rate_hz: rate of recordings that state none, or suffix -> rate; at least 2e6. Default:
            `sample_rate_hz`.
        verify_checksums: whether samples are compared with ``core:sha512`` where SigMF states it.
        test: instead of a holdout, domain -> values of the recordings for the test part, such as ``{receiver: b}`` or
            ``{file: data/second.iq}``.
        fold: instead of a holdout, one of several folds as the test part, such as ``{test: 1, of: 5}``: whole
            recordings, or with ``by: receiver`` all of whole receivers. ``folds`` of a data set writes all of them.
        holdout: fraction of each class that becomes the test part; not used with `test` or `fold`.
        holdout_by: ``time``: the last messages of each class, in the order of the files' names and of time; ``file``:
            whole recordings, by which validation is divided, too.
        seed: of a holdout by file.
        drop_invalid: leave out windows with NaN or infinity, and constant ones, and note how many.
        drop_unknown: leave out test messages of classes that training lacks and note how many.
        allow_duplicates: accept recordings with the same content, and note how many windows two parts share.

    Raises:
        InputError: a file is missing, damaged or of an unclear datatype or rate, or holds too few messages.
    """
    parameters = {key: value for key, value in locals().items() if key != "context"}
    return recordings_of(MessageSettings(**parameters))


def domain_names(*, pattern: str | None, **others: Any) -> list[str]:
    """Return the names of the domains that every message has, from the parameters of `build` alone."""
    fields = NamePattern(pattern).names if pattern is not None else ()
    return list(dict.fromkeys(("file", "format", *fields)))


def input_files(*, files: str | list[str], **others: Any) -> list[str]:
    """Return the paths of all files that `build` opens with these parameters, in the order in which it reads them.

    Only names decide and no file is opened. A folder or a pattern without a recording stands for itself.
    """
    return [str(file) for path in capture_paths(files) for file in files_of(path)]
