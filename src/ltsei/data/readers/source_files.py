"""The files of a data set, opened and compared: training, test and validation part."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.class_files import Files
from ltsei.data.readers.file_settings import SourceSettings
from ltsei.data.readers.holdout import Holdout
from ltsei.data.readers.keys import PartName, has_test_signals
from ltsei.data.readers.label_sets import refuse_other_numbering
from ltsei.data.readers.open_signal_file import ReaderSettings, open_signal_file
from ltsei.data.readers.part_of_training import check_combination, held_out
from ltsei.data.readers.signal_file import SignalFile, usable_only
from ltsei.data.readers.value_choice import chosen


@dataclass(frozen=True)
class SourceFiles:
    """The opened files; `testing` is the test file, or how the test part is cut from the training file."""

    training: SignalFile
    testing: SignalFile | Holdout
    validation: SignalFile | None

    @property
    def opened(self) -> list[SignalFile]:
        """Training, test and validation file, as far as they exist."""
        files = (self.training, self.testing, self.validation)
        return [file for file in files if isinstance(file, SignalFile)]


def open_source(settings: SourceSettings, *, read: bool) -> SourceFiles:
    """Return the files of a data set.

    Args:
        settings: of the source.
        read: whether signals are read, to find those that cannot be used; otherwise only headers and labels are.

    Raises:
        InputError: everything that is wrong with the files, a line each.
    """
    opener = _Opener(settings, read)
    training = opener.opened("train", settings.train, settings.train_labels, settings.reader)
    if training is None:
        reader, test = settings.reader, settings.test
    else:
        reader = replace(settings.reader, layout=training.layout.name)  # a file of 2 signals is ambiguous by itself
        is_held_out = settings.holdout is not None or settings.test_values or settings.fold is not None
        is_inside = settings.test is None and not is_held_out and has_test_signals(training.arrays)
        test = settings.train if is_inside else settings.test
    with opener.noted():
        check_combination(settings, test)
    testing: SignalFile | Holdout | None = None
    if test is not None:
        testing = opener.fitting("test", test, settings.test_labels, reader, training)
    elif training is not None:
        with opener.noted():
            training, testing = held_out(training, settings)
    validation = None
    if settings.val is not None:
        validation = opener.fitting("val", settings.val, settings.val_labels, reader, training)
    if isinstance(testing, SignalFile) and validation is not None and testing.content == validation.content:
        opener.problems.append(f"{validation.path}: test and validation signals are the same array; name two arrays")
    if opener.problems or training is None or testing is None:
        raise InputError("\n".join(dict.fromkeys(opener.problems)))
    return SourceFiles(training, testing, validation)


class _Opener:
    """Opens the files of a source and collects what is wrong with them."""

    def __init__(self, settings: SourceSettings, read: bool) -> None:
        self.settings, self.read = settings, read
        self.problems: list[str] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Add the mistake that ends the block to the problems."""
        try:
            yield
        except InputError as error:
            self.problems.append(str(error))

    def opened(
        self, part: PartName, files: Files, labels_path: str | None, reader: ReaderSettings
    ) -> SignalFile | None:
        """Return the usable signals of a part; None where something is wrong."""
        with self.noted():
            file = open_signal_file(files, labels_path, part, reader)
            if self.settings.only:
                wanted = file.select(chosen(file, self.settings.only, "only"))
                file = replace(wanted, unwanted=len(file.selected) - len(wanted.selected))
            return usable_only(file, self.settings.drop_invalid) if self.read else file
        return None

    def fitting(
        self,
        part: PartName,
        files: Files,
        labels_path: str | None,
        reader: ReaderSettings,
        training: SignalFile | None,
    ) -> SignalFile | None:
        """Return the signals of the test or validation part that fit those of training; None where any does not."""
        file = self.opened(part, files, labels_path, reader)
        if file is None or training is None:
            return file
        with self.noted():
            return _fitting(training, file, part, self.settings.drop_unknown)
        return None


def _fitting(training: SignalFile, file: SignalFile, part: PartName, drop_unknown: bool) -> SignalFile:
    """Return a test or validation file without signals of unknown classes, if so wished; InputError if it misfits."""
    words = "validation" if part == "val" else part
    if training.content == file.content:
        solution = "set holdout to divide it" if part == "test" else "set split.validation to divide it"
        raise InputError(f"{training.path}: training and {words} signals are the same array; {solution}")
    if training.signal_shape[1] != file.signal_shape[1]:
        shapes = f"{training.signal_shape} and {file.signal_shape}"
        raise InputError(
            f"{file.path}: training and {words} signals must have the same number of channels, got {shapes}"
        )
    try:
        refuse_other_numbering(words, file.labels.tolist(), training.labels.tolist())
    except InputError as error:
        raise InputError(f"{file.path}: {error}") from error
    return file.select(np.isin(file.selected_labels, training.selected_labels)) if drop_unknown else file
