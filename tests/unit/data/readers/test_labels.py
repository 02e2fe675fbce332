import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.readers.labels import class_map, contiguous, label_vector, refuse_unknown

LABELS = np.array([2, 0, 1, 1, 0])
ONE_HOT = np.eye(3)[LABELS]


@pytest.mark.parametrize(
    "stored",
    [
        LABELS,
        LABELS[:, None],
        LABELS[None],
        LABELS.astype(np.float64),
        LABELS.astype(np.uint8),
        ONE_HOT,
        ONE_HOT.T,
        ONE_HOT.astype(bool),
    ],
)
def test_numeric_labels_become_one_integer_vector(stored):
    labels = label_vector(stored)
    assert labels.dtype == np.int64
    assert np.array_equal(labels, LABELS)


@pytest.mark.parametrize("stored", [np.array(["b", "a "]), np.array([[b"b"], [b"a"]]), np.array([["b", "a"]])])
def test_text_labels_become_one_stripped_vector(stored):
    assert label_vector(stored).tolist() == ["b", "a"]


@pytest.mark.parametrize(
    ("stored", "clause"),
    [
        (np.array([0.0, 0.5]), "whole numbers, got 0.5"),
        (np.array([0.0, np.nan]), "whole numbers, got nan"),
        (np.array([0.0, np.inf]), "whole numbers, got inf"),
        (np.array([1j, 0]), "of whole numbers or text"),
        (np.zeros((2, 2, 2)), "a vector or one-hot"),
        (np.array([[1, 1], [0, 1]]), "neither a vector nor one-hot"),
    ],
)
def test_other_labels_are_refused(stored, clause):
    with pytest.raises(InputError, match=clause):
        label_vector(stored)


@pytest.mark.parametrize("values", [[0, 1, 2], [1, 2, 3], [3, 7, 9], [7864416, 7864425, 7864471]])
def test_any_numbering_becomes_contiguous_and_names_the_classes(values):
    labels = np.array(values)[LABELS]
    classes = class_map(labels, None, None)
    assert classes == {str(value): value for value in values}
    assert np.array_equal(contiguous(labels, classes), LABELS)


def test_text_labels_are_numbered_alphabetically():
    labels = np.array(["zulu", "alpha", "zulu"])
    classes = class_map(labels, None, None)
    assert list(classes) == ["alpha", "zulu"]
    assert contiguous(labels, classes).tolist() == [1, 0, 1]


@pytest.mark.parametrize("base", [0, 1])
def test_class_names_belong_to_labels_from_zero_or_from_one(base):
    assert class_map(LABELS + base, None, np.array(["a", "b", "c"])) == {"a": base, "b": base + 1, "c": base + 2}


def test_names_of_classes_without_training_signals_are_left_out():
    assert class_map(np.array([0, 2]), None, np.array(["a", "b", "c"])) == {"a": 0, "c": 2}


@pytest.mark.parametrize(
    ("train", "test", "names", "clause"),
    [
        ([0, 1], [1, 5], None, "the test part has signals of classes that training lacks: 5;"),
        ([0, 0], None, None, "at least two classes"),
        ([0, 5], None, ["a", "b"], "2 class names do not match labels from 0 to 5"),
        ([0, 1], None, ["a", "a"], "class names must differ"),
    ],
)
def test_classes_that_do_not_match_are_refused(train, test, names, clause):
    with pytest.raises(InputError, match=clause):
        class_map(np.array(train), test and np.array(test), names and np.array(names))


def test_unknown_classes_are_listed_with_their_part():
    with pytest.raises(InputError, match="the validation part has signals of classes that training lacks: 5, 7; set"):
        refuse_unknown("validation", np.array([7, 0, 5, 7]), [0, 1])


@pytest.mark.parametrize(("labels", "listed"), [([10, 9, 2], "9, 10"), (["b", "B", "a"], "B, a, b")])
def test_unknown_classes_are_listed_in_ascending_order(labels, listed):
    with pytest.raises(InputError, match=f"lacks: {listed}; set"):
        refuse_unknown("test", np.array(labels), [2])


@pytest.mark.parametrize(("number", "end"), [(20, r"18, 19; set"), (21, r"18, 19, \.\.\. \(21 in all\); set")])
def test_at_most_twenty_unknown_classes_are_listed(number, end):
    with pytest.raises(InputError, match=end):
        refuse_unknown("test", np.arange(number), [])


def test_a_long_list_of_unknown_classes_is_shortened():
    with pytest.raises(InputError, match=r"lacks: 10, 11, .*, 29, \.\.\. \(25 in all\); set drop_unknown"):
        refuse_unknown("test", np.arange(10, 35), [0, 1])


def test_text_labels_need_no_class_names():
    assert class_map(np.array(["b", "a"]), None, np.array(["x", "y", "z"])) == {"a": "a", "b": "b"}


@pytest.mark.parametrize("train", [[-1, 0, 1], [0, 1, 4], [0, 3, 4], [0, 1, 2, 3, 4]])
def test_labels_outside_the_class_names_are_refused(train):
    with pytest.raises(InputError, match=rf"^3 class names do not match labels from {train[0]} to {train[-1]}$"):
        class_map(np.array(train), None, np.array(["a", "b", "c"]))


def test_labels_from_zero_need_a_name_for_zero():
    with pytest.raises(InputError, match=r"^2 class names do not match labels from 0 to 2$"):
        class_map(np.array([0, 1, 2]), None, np.array(["a", "b"]))


@pytest.mark.parametrize("matrix", [[[2, 0], [-1, 2]], [[1, 0], [-1, 2]], [[0, 0], [1, 0]]])
def test_a_matrix_with_other_numbers_than_one_1_in_each_row_or_column_is_not_one_hot(matrix):
    with pytest.raises(InputError, match=r"^labels of shape \(2, 2\) are neither a vector nor one-hot$"):
        label_vector(np.array(matrix))
