"""Unlabelled signals from .npy, .npz, .mat and .h5/.hdf5 files, read as the labelled ones are."""

from typing import Any, Literal

from ltsei.data.checksums import checksums
from ltsei.data.readers.unlabelled_file import UnlabelledSettings, open_unlabelled_file
from ltsei.data.unlabelled import Labelled, Unlabelled, unknown_labels


def build(
    context: Labelled,
    *,
    signals: str,
    x_key: str | None = None,
    i_key: str | None = None,
    q_key: str | None = None,
    layout: Literal[
        "auto", "NLC", "NCL", "LNC", "LCN", "CNL", "CLN", "NL", "LN", "concatenated", "interleaved"
    ] = "auto",
    drop_invalid: bool = False,
    allow_duplicates: bool = False,
) -> Unlabelled:
    """Return the signals of a file; labels in it are ignored, which the record notes.

    Copies of training signals are mistakes as those of test signals are, since validation is drawn from training.

    Args:
        context: the layout and shape of the labelled signals.
        signals: the file, which may be that of the labelled signals, with a key such as ``X_unlabelled``.
        x_key: key of the signals, if not one such as X_unlabelled, X, data, signal(s), iq.
        i_key: key of I where I and Q are two arrays.
        q_key: key of Q.
        layout: axes in stored order, as for labelled signals. Default: theirs, or else the only one that gives signals
            of their shape.
        drop_invalid: leave out signals with NaN or infinity, and constant ones, and note how many, instead of stopping.
        allow_duplicates: note how many signals are exact copies of labelled ones, instead of stopping.

    Raises:
        InputError: the file is missing, damaged or ambiguous, or its content cannot be used.
    """
    settings = UnlabelledSettings(signals, x_key, i_key, q_key, layout, drop_invalid)
    return _unlabelled(context, settings, allow_duplicates, read=True)


def survey(context: Labelled, *, allow_duplicates: bool, **parameters: Any) -> Unlabelled:
    """Return what `build` returns with these parameters, without reading signals and without checksums."""
    return _unlabelled(context, UnlabelledSettings(**parameters), allow_duplicates, read=False)


def input_files(*, signals: str, **others: Any) -> list[str]:
    """Return the path of the one file that `build` opens."""
    return [signals]


def _unlabelled(context: Labelled, settings: UnlabelledSettings, allow_duplicates: bool, *, read: bool) -> Unlabelled:
    file, ignored = open_unlabelled_file(settings, context, read=read)
    checksum, of_file = checksums(file.paths) if read else ("", {})
    labels = unknown_labels(len(file.selected))
    notes: dict[str, Any] = {"layout": file.layout.name, "invalid_signals": file.invalid}
    if ignored:
        notes["labels_ignored"] = ignored
    return Unlabelled(file.part(labels, labels < 0), checksum, notes, of_file, allow_duplicates)
