"""Long recordings, cut into windows: raw I/Q files, WAV and SigMF, as they were published.

Labels come from the names of the files or from the metadata of SigMF. Windows of one recording are never in two parts:
test and validation take whole recordings. Integers become float32 unchanged, except unsigned ones, which are read as
offset binary (8 bits minus 127.5). `ltsei inspect FOLDER` shows how files would be read.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from ltsei.data.captures.assembling import recordings_of
from ltsei.data.captures.listing import capture_paths, files_of
from ltsei.data.captures.name_pattern import LABEL, NamePattern
from ltsei.data.captures.settings import CaptureSettings
from ltsei.data.recordings import Recordings


def build(
    context: object,
    *,
    files: str | list[str],
    length: Annotated[int, Ge(1)],
    hop: Annotated[int, Ge(1)] | None = None,
    pattern: str | None = None,
    label_field: str | None = None,
    domains: dict[str, str] = {},  # noqa: B006 (a literal, never changed)
    windows: Literal["auto", "whole", "annotations"] = "auto",
    short: Literal["error", "skip", "pad"] = "error",
    max_windows: Annotated[int, Ge(1)] | None = None,
    datatype: str | dict[str, str] | None = None,
    order: Literal["IQ", "QI"] | dict[str, Literal["IQ", "QI"]] = "IQ",
    sample_rate_hz: Annotated[float, Gt(0)] | None = None,
    recorded_rate_hz: Annotated[float, Gt(0)] | dict[str, Annotated[float, Gt(0)]] | None = None,
    verify_checksums: bool = True,
    test: dict[str, str | int | float | list[str | int | float]] | None = None,
    val: dict[str, str | int | float | list[str | int | float]] | None = None,
    holdout: Annotated[float, Gt(0), Lt(1)] | None = None,
    fold: dict[str, int | str] | None = None,
    seed: Annotated[int, Ge(0)] = 0,
    drop_unlabelled: bool = False,
    drop_invalid: bool = False,
    drop_unknown: bool = False,
    allow_duplicates: bool = False,
) -> Recordings:
    """Return the windows of all recordings, whole recordings held out for the test part.

    The labels of the training part, in natural order (``radio 2`` before ``radio 10``), are the classes. What the
    pattern says besides, such as distance, run or day, is kept with each signal as its domains.

    Args:
        context: not used.
        files: a folder with its subfolders, a file, a pattern such as ``data/**/*.cf32``, or a list of these.
        length: samples per window, at the rate of the data set.
        hop: samples from the start of a window to that of the next. Default: `length`, so that windows do not overlap.
        pattern: the names of the files without their suffix, such as ``WiFi_air_X310_{label}_{distance}ft_run{run}``;
            with slashes also those of their folders. ``{label}`` is the class, other fields are domains. ``{run:d}``
            takes digits only, ``{day:w}`` letters and digits, ``*`` anything.
        label_field: the field of SigMF that holds the label, such as ``core:label``, ``global.core:hw`` or
            ``annotations.genesys:transmitter.model``; without a section, annotations, captures and global are searched
            in this order. Default: the pattern's ``{label}``, else ``core:label``.
        domains: name of a further domain -> field of SigMF that holds it, one value in each recording.
        windows: cut annotations or whole recordings; ``auto``: annotations where these hold the labels. Windows do not
            cross the border of two SigMF captures.
        short: what happens to recordings and annotations that are shorter than a window: ``skip`` leaves them out and
            notes how many, ``pad`` appends zeros.
        max_windows: most windows of each class in a recording, evenly spread. Default: all.
        datatype: of raw files, by the names of SigMF: ``cf32_le``, ``ci16_be``, ``cu8``, for one real channel
            ``rf32_le`` or ``ri16_le``; or suffix -> datatype, such as ``{bin: cu8, iq: ci16_le}``. Default: what the
            suffix says (.cfile, .cf32, .cf64, .cs16, .cs8, .cu8), or SigMF's metadata, which this overrules.
        order: whether I or Q comes first, or suffix -> order.
        sample_rate_hz: of the signals; recordings of other rates are resampled. Default: the rate of the recordings.
        recorded_rate_hz: rate of recordings that state none, or suffix -> rate. Default: `sample_rate_hz`.
        verify_checksums: whether samples are compared with ``core:sha512`` where SigMF states it.
        test: domain -> values of the recordings for the test part, such as ``{run: [2]}``.
        val: domain -> values of those for validation, used with ``split.validation: given``. Default: none.
        holdout: instead of `test`, about the fraction of each class that becomes the test part, in whole recordings.
        fold: instead of `holdout` or `test`, one of several folds as the test part, such as ``{test: 1, of: 5}``: whole
            recordings, or with ``by: day`` all recordings of whole days. ``folds`` of a data set writes all of them.
        seed: of the holdout.
        drop_unlabelled: leave out annotations without a label and note how many, instead of stopping.
        drop_invalid: leave out windows with NaN or infinity, and constant ones, and note how many.
        drop_unknown: leave out test and validation windows of classes that training lacks and note how many.
        allow_duplicates: accept recordings with the same content, and note how many windows two parts share.

    Raises:
        InputError: a file is missing, damaged or ambiguous, or its content cannot be used.
    """
    parameters = {key: value for key, value in locals().items() if key != "context"}
    return recordings_of(CaptureSettings(**parameters), read=True)


def survey(**parameters: Any) -> Recordings:
    """Return what `build` returns with these parameters, without reading samples and without checksums.

    Raises:
        InputError: what is wrong with the files, a line each.
    """
    return recordings_of(CaptureSettings(**parameters), read=False)


def domain_names(*, pattern: str | None, domains: dict[str, str], **others: Any) -> list[str]:
    """Return the names of the domains that every signal has, from the parameters of `build` alone."""
    fields = NamePattern(pattern).names if pattern is not None else ()
    return [name for name in (*fields, *domains) if name != LABEL]


def input_files(*, files: str | list[str], **others: Any) -> list[str]:
    """Return the paths of all files that `build` opens with these parameters, in the order in which it reads them.

    Only names decide and no file is opened. A folder or a pattern without a recording stands for itself.
    """
    return [str(file) for path in capture_paths(files) for file in files_of(path)]
