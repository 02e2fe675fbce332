import pytest

from ltsei.core.errors import InputError
from ltsei.data.readers.label_sets import refuse_other_numbering


@pytest.mark.parametrize(
    ("test", "known", "clause"),
    [
        (range(1, 20), range(19), r"test labels are 1\.\.\.19 where training has 0\.\.\.18: they look shifted by one;"),
        (range(19), range(1, 20), "they look shifted by one;"),
        ({1, 2, 3, 4, 5, 6, 8, 9, 10}, set(range(9)), "they look shifted by one;"),
        (range(1000, 1010), range(10), "they look shifted by 1000;"),
        ({"0", "1"}, {0, 1}, "one is text, the other numbers, apparently of the same classes;"),
        ({40, 50}, {1, 2, 3}, "they have no class in common;"),
    ],
)
def test_another_numbering_is_named(test, known, clause):
    with pytest.raises(InputError, match=clause):
        refuse_other_numbering("test", list(test), list(known))


@pytest.mark.parametrize(
    ("test", "known"),
    [
        (range(19), range(19)),
        ([3, 4], range(19)),
        (range(20), range(19)),
        ([3, 19], range(19)),
        ([0, 1, 2, 3, 4, 5, 6, 9], [0, 2, 3, 4, 5, 8, 9]),
        (["a", "b", "new"], ["a", "b", "c"]),
    ],
)
def test_classes_that_training_merely_lacks_are_left_to_drop_unknown(test, known):
    refuse_other_numbering("test", list(test), list(known))
