"""A test part without a file of its own: cut out of the training file by a fraction, by values, or as a fold."""

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.group_folds import Fold, parsed_fold
from ltsei.data.readers.class_files import Files, shown_path
from ltsei.data.readers.file_settings import SourceSettings
from ltsei.data.readers.holdout import Holdout, checked_holdout
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.readers.signal_values import value_file
from ltsei.data.readers.value_choice import trainable


def check_combination(settings: SourceSettings, test: Files | None) -> None:
    """Raise InputError where parameters contradict each other."""
    where = shown_path(settings.train)
    if settings.val is None and settings.val_labels is not None:
        raise InputError(f"{where}: val_labels is set, but not the file val that they belong to")
    chronological, of_values, in_folds = settings.order_key is not None, bool(settings.test_values), bool(settings.fold)
    if test is not None and (settings.holdout is not None or chronological or of_values or in_folds):
        raise InputError(
            f"{where}: set only one of test (a file), holdout (with its group_key or order_key), test_values and fold"
        )
    if in_folds and (settings.holdout is not None or chronological or of_values):
        raise InputError(f"{where}: fold says which signals are for test; remove holdout, order_key and test_values")
    if settings.test_values and (settings.holdout is not None or settings.order_key is not None):
        raise InputError(f"{where}: test_values says which signals are for test; remove holdout and order_key")


def held_out(training: SignalFile, settings: SourceSettings) -> tuple[SignalFile, Holdout]:
    """Return how the test part is cut from the training file, and that file without classes that only test has."""
    fold = parsed_fold(settings.fold)
    if fold is not None:
        return training, _fold_holdout(training, settings, fold)
    if settings.test_values:
        training = trainable(training, settings.test_values, settings.drop_unknown)
        return training, Holdout(0.0, settings.group_key, None, settings.seed, settings.test_values)
    return training, checked_holdout(
        str(shown_path(settings.train)),
        settings.test_labels,
        settings.holdout,
        settings.group_key,
        settings.order_key,
        settings.seed,
    )


def _fold_holdout(training: SignalFile, settings: SourceSettings, fold: Fold) -> Holdout:
    """Return the holdout of a fold; InputError where it has no groups, or training would lack a class."""
    if fold.by is None and settings.group_key is None:
        raise InputError(f"{training.path}: fold: needs groups that stay whole; set group_key, or by: KEY in fold")
    if fold.by is not None and fold.by != settings.group_key and value_file(fold.by) is not None:
        raise InputError(f"{training.path}: fold.by: got the file {fold.by}; name it in group_key instead")
    holdout = Holdout(0.0, settings.group_key, None, settings.seed, fold=fold)
    labels = training.selected_labels
    try:
        in_fold, _ = holdout.choose(training, labels)
    except InputError as error:
        raise error if str(error).startswith(str(training.path)) else InputError(f"{training.path}: {error}") from error
    if untrained := np.setdiff1d(labels, labels[~in_fold]).tolist():
        listed = ", ".join(map(str, untrained[:20]))
        raise InputError(
            f"{training.path}: fold {fold.test} of {fold.of} takes all signals of {listed}, whose groups are too few "
            "to be divided; leave these classes out of the file"
        )
    return holdout
