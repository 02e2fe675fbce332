"""Recorded signals as they were downloaded: .npy, .npz, .mat, .h5/.hdf5, .csv, UCR's .txt and .tsv, .ts, .arff, .pkl.

Axes, keys, labels and sampling rate are detected where only one reading is possible; otherwise the error lists what
the file holds and names the setting that decides. Integers become float32 unchanged, except uint8, which is read as
offset binary (minus 127.5); complex numbers become two channels. `ltsei inspect FILE` shows how a file would be read.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Lt

from ltsei.data.readers.class_files import class_paths
from ltsei.data.readers.file_settings import SourceSettings
from ltsei.data.readers.label_files import label_file
from ltsei.data.readers.recordings_of_files import recordings_of
from ltsei.data.readers.signal_values import value_file
from ltsei.data.recordings import Recordings


def build(
    context: object,
    *,
    train: str | dict[str, str],
    train_labels: str | None = None,
    test: str | dict[str, str] | None = None,
    test_labels: str | None = None,
    val: str | dict[str, str] | None = None,
    val_labels: str | None = None,
    x_key: str | None = None,
    y_key: str | None = None,
    i_key: str | None = None,
    q_key: str | None = None,
    layout: Literal[
        "auto", "NLC", "NCL", "LNC", "LCN", "CNL", "CLN", "NL", "LN", "concatenated", "interleaved"
    ] = "auto",
    expected_length: Annotated[int, Ge(1)] | None = None,
    classes_from_keys: bool = False,
    class_names_key: str | None = None,
    sample_rate_hz: Annotated[float, Gt(0)] | None = None,
    drop_invalid: bool = False,
    drop_unknown: bool = False,
    allow_duplicates: bool = False,
    holdout: Annotated[float, Gt(0), Lt(1)] | None = None,
    group_key: str | None = None,
    order_key: str | None = None,
    seed: Annotated[int, Ge(0)] = 0,
    domains: list[str] = [],  # noqa: B006 (a literal, never changed)
    only: dict[str, str | int | float | list[str | int | float]] = {},  # noqa: B006
    test_values: dict[str, str | int | float | list[str | int | float]] = {},  # noqa: B006
    fold: dict[str, int | str] | None = None,
) -> Recordings:
    """Return the recordings of a training file and either a test file or a held-out part of the training file.

    The signals of a validation file, if there is one, come last in the training part.

    Labels may be (N,), (N, 1), (1, N), one-hot, whole-number floats or text, with any numbering: the sorted values
    of the training part become 0...C-1, and their text the class names. A class without test signals is allowed and
    noted as ``absent_from_test``.

    Args:
        context: not used.
        train: file of the training signals; for one file per class a pattern such as ``data/*.npy``, in which the
            names of the files are those of the classes, or a mapping of class to file.
        train_labels: file of their labels. Default: for ``X_train.npy`` the file ``Y_train.npy`` beside it (x -> y
            likewise), for other formats the same file.
        test: file or files of the test signals, as for training. Default: the training file, if it has a key such as
            ``X_test``.
        test_labels: file of their labels; default as for training.
        val: file or files of the validation signals, as for training, used with ``split.validation: given``. Default:
            none.
        val_labels: file of their labels; default as for training.
        x_key: key of the signals, if not one of X, data, signal(s), iq (also X_train, test_data, ...). A key with a
            field, such as ``Outdoor/{day}/X``, stands for all arrays that match; their days become the array ``day``.
        y_key: key of the labels, if not one of Y, label(s), target(s); for `x_key` with a field that of all labels.
        i_key: key of I where I and Q are two arrays, if not called I and Q (or i and q); a flat vector is cut into
            as many signals as there are labels.
        q_key: key of Q.
        layout: axes in stored order (N signals, L samples, C channels; in MATLAB files as ``size`` reports them), or
            for [N, 2L] ``concatenated`` (all I, then all Q) or ``interleaved`` (I, Q, I, Q, ...); the same in all
            files.
        expected_length: L, samples per signal; it can distinguish axes, and any other length is an error.
        classes_from_keys: whether each array of a file holds the signals of one class, whose name is its key.
        class_names_key: key of the class names in the order of the labels, if not class_names.
        sample_rate_hz: sampling rate. Default: the scalar fs, sample_rate, sample_rate_hz or sampling_rate.
        drop_invalid: leave out signals with NaN or infinity, and constant ones, and note how many, instead of stopping.
        drop_unknown: leave out test and validation signals of classes that training lacks and note how many, instead
            of stopping.
        allow_duplicates: note how many signals two parts share as exact copies, instead of stopping. Copies inside the
            training part are always one group.
        holdout: fraction of each class that becomes the test part where there is no test file: at least one signal
            of a class, never all.
        group_key: key of the recording, patient or session of each training signal, or a file with one value for each:
            `holdout` and validation take whole groups.
        order_key: key of each signal's time, or a file with one value for each: `holdout` takes the last signals of
            each class.
        seed: of the random holdout.
        domains: keys of arrays with one value for each signal (its day, receiver, signal-to-noise ratio) that are kept
            with the signals.
        only: key -> values: signals with other values are not used, such as ``{equalized: 0}``.
        test_values: instead of `holdout`, key -> values of the signals that become the test part, such as
            ``{day: 5}``.
        fold: instead of `holdout`, one of several folds as the test part, such as ``{test: 1, of: 5}``: whole groups of
            `group_key`, or with ``by: day`` whole values of another key. ``folds`` of a data set writes all of them.

    Raises:
        InputError: a file is missing, damaged or ambiguous, or its content cannot be used.
    """
    parameters = {key: value for key, value in locals().items() if key != "context"}
    return recordings_of(SourceSettings(**parameters), read=True)


def survey(**parameters: Any) -> Recordings:
    """Return what `build` returns with these parameters, without reading signals and without checksums.

    Only headers, labels and groups are read, so that signals which cannot be used, and copies, go unnoticed.

    Raises:
        InputError: everything that is wrong with the files, a line each.
    """
    return recordings_of(SourceSettings(**parameters), read=False)


def input_files(
    *,
    train: str | dict[str, str],
    train_labels: str | None,
    test: str | dict[str, str] | None,
    test_labels: str | None,
    val: str | dict[str, str] | None,
    val_labels: str | None,
    group_key: str | None,
    order_key: str | None,
    **others: Any,
) -> list[str]:
    """Return the paths of all files that `build` opens with these parameters, in the order in which it reads them.

    Only names decide and no file is opened. A .npy file whose labels are neither named nor beside it stands alone in
    the list; `build` reports it.
    """
    paths: list[str | Path | None] = []
    for files, labels in ((train, train_labels), (test, test_labels), (val, val_labels)):
        of_classes = None if files is None else class_paths(files)
        if of_classes is not None:
            paths += of_classes.values()
        elif files is not None:
            paths += [str(files), label_file(Path(str(files)), labels)]
    paths += [value_file(group_key), value_file(order_key)]
    return list(dict.fromkeys(str(Path(path)) for path in paths if path is not None))
