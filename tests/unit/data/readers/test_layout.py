import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.readers import layout as layouts
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.layout import AXES_3, canonical

SIGNALS = np.random.default_rng(0).normal(size=(7, 30, 2)).astype(np.float32)  # [N, L, channels]
IQ = SIGNALS[..., 0] + 1j * SIGNALS[..., 1]
HALVES = SIGNALS.transpose(0, 2, 1).reshape(7, 60)
PAIRS = SIGNALS.reshape(7, 60)


def decide(shape, num_signals=7, scalar=True, **settings):
    return layouts.decide(shape, scalar=scalar, num_signals=num_signals, channels=1 if scalar else 2, **settings)


@pytest.mark.parametrize("letters", AXES_3)
def test_axes_are_found_in_any_order(letters):
    stored = SIGNALS.transpose(["NLC".index(letter) for letter in letters])
    layout = decide(stored.shape)
    assert layout.name == letters
    assert np.array_equal(canonical(stored, layout), SIGNALS)


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        (SIGNALS[:, None], "NLC"),
        (SIGNALS.transpose(0, 2, 1)[None], "NCL"),
        (SIGNALS[..., None], "NLC"),
    ],
)
def test_singleton_axes_of_four_are_ignored(stored, name):
    layout = decide(stored.shape)
    assert layout.name == name
    assert np.array_equal(canonical(stored, layout), SIGNALS)


@pytest.mark.parametrize("stored", [SIGNALS[:, None, :, 0], SIGNALS[:, :, :1], SIGNALS[None, :, :, 0]])
def test_a_singleton_axis_of_three_is_one_channel(stored):
    assert np.array_equal(canonical(stored, decide(stored.shape)), SIGNALS[:, :, :1])


@pytest.mark.parametrize("stored", [IQ, IQ.T, IQ[:, None], IQ.ravel(), IQ.reshape(1, -1), IQ.reshape(-1, 1)])
def test_complex_numbers_become_two_channels(stored):
    assert np.array_equal(canonical(stored, decide(stored.shape, scalar=False)), SIGNALS)


@pytest.mark.parametrize("names", [("real", "imag"), ("r", "i")])
def test_compounds_become_two_channels(names):
    stored = np.empty((7, 30), dtype=[(name, np.int16) for name in names])
    stored[names[0]], stored[names[1]] = 3, -4
    values = canonical(stored, decide(stored.shape, scalar=False))
    assert np.array_equal(values, np.broadcast_to(np.float32([3, -4]), (7, 30, 2)))


@pytest.mark.parametrize(("whole", "name"), [(HALVES, "concatenated"), (PAIRS, "interleaved")])
@pytest.mark.parametrize("settings", [{}, {"expected_length": 30}])
def test_i_and_q_along_one_axis_are_read_when_the_layout_says_so(whole, name, settings):
    for stored in (whole, whole.T, whole.ravel()):
        assert np.array_equal(canonical(stored, decide(stored.shape, layout=name, **settings)), SIGNALS)


@pytest.mark.parametrize("stored", [HALVES, PAIRS])
def test_the_length_alone_does_not_tell_concatenated_from_interleaved_i_and_q(stored):
    with pytest.raises(AmbiguityError, match=r"concatenated or interleaved .*set layout"):
        decide(stored.shape, expected_length=30)


@pytest.mark.parametrize("shape", [(7, 2), (2, 7), (7, 2, 1), (14,)])
def test_one_pair_for_each_label_is_not_read_as_two_samples_of_one_channel(shape):
    with pytest.raises(AmbiguityError, match=r"a single I/Q sample for each label.*set layout to NL"):
        decide(shape)


@pytest.mark.parametrize("settings", [{"layout": "NL"}, {"expected_length": 2}])
def test_two_samples_of_one_channel_are_read_on_request(settings):
    assert decide((7, 2), **settings).length == 2


@pytest.mark.parametrize("settings", [{"layout": "NL"}, {"expected_length": 60}])
def test_a_matrix_is_one_channel_when_the_layout_or_the_length_says_so(settings):
    layout = decide(HALVES.shape, **settings)
    assert np.array_equal(canonical(HALVES, layout), HALVES[..., None])


def test_a_matrix_of_odd_width_is_one_channel():
    assert decide((7, 61)).channels == 1


@pytest.mark.parametrize(
    ("shape", "num_signals", "names"),
    [
        ((7, 60), 7, "NL or concatenated"),
        ((2, 2, 30), 2, "NCL or CNL"),
        ((30, 30, 2), 30, "NLC or LNC"),
        ((31, 31), 31, "NL or LN"),
    ],
)
def test_several_possible_layouts_are_an_error_that_names_them(shape, num_signals, names):
    with pytest.raises(InputError, match=f"{names}.*set layout"):
        decide(shape, num_signals)


@pytest.mark.parametrize(
    ("shape", "settings", "clause"),
    [
        ((6, 30, 2), {}, "no axis of the shape .* is as long as the 7 labels"),
        ((20,), {}, "no axis of the shape .* is as long as the 7 labels"),
        ((7, 30, 12), {}, "set layout to one of NLC"),
        ((7, 5, 6, 2), {}, "set layout to one of NLC"),
        ((7, 30, 2), {"expected_length": 31}, "with signals of 31 samples"),
        ((7, 30, 2), {"layout": "LNC"}, "the layout LNC does not fit"),
        ((7, 30, 2), {"layout": "NL"}, "the layout NL does not fit"),
        ((7, 61), {"layout": "concatenated"}, "the layout concatenated does not fit"),
    ],
)
def test_no_possible_layout_is_an_error_that_says_why(shape, settings, clause):
    with pytest.raises(InputError, match=clause):
        decide(shape, **settings)


@pytest.mark.parametrize(("shape", "name"), [((7, 12, 30), "NCL"), ((30, 7, 12), "LNC"), ((31, 31), "NL")])
def test_the_error_suggests_a_layout_that_fits(shape, name):
    with pytest.raises(AmbiguityError) as error:
        decide(shape, 7 if 7 in shape else 31)
    assert error.value.example == {"layout": name}


def test_a_named_layout_may_have_any_number_of_channels():
    assert decide((7, 12, 30), layout="NCL").channels == 12


def test_integers_become_floats_of_the_same_value():
    stored = np.arange(7 * 30 * 2, dtype=np.int16).reshape(7, 30, 2)
    values = canonical(stored, decide(stored.shape))
    assert values.dtype == np.float32
    assert np.array_equal(values, stored)


def test_unsigned_bytes_are_offset_binary():
    stored = np.full((7, 30, 2), 128, dtype=np.uint8)
    assert np.array_equal(canonical(stored, decide(stored.shape)), np.full((7, 30, 2), 0.5))


def test_a_block_of_stored_signals_becomes_the_same_block_of_the_result():
    flat = IQ.ravel()
    layout = decide(flat.shape, scalar=False)
    piece = flat[2 * layout.stride : 5 * layout.stride]
    assert np.array_equal(canonical(piece, layout), SIGNALS[2:5])


def test_an_element_is_one_channel_by_default():
    assert layouts.decide((7, 61), scalar=True, num_signals=7).channels == 1


def test_an_empty_axis_is_no_axis_of_channels():
    with pytest.raises(AmbiguityError, match=r"the layout of the shape \(7, 30, 0\) .* is unclear"):
        decide((7, 30, 0))


def test_a_vector_is_cut_into_two_or_more_signals():
    layout = decide((122,), 2)
    assert (layout.name, layout.length, layout.channels) == ("NL", 61, 1)
    with pytest.raises(InputError, match=r"the layout of the shape \(61,\) with 1 labels is unclear"):
        decide((61,), 1)


def test_a_value_for_each_label_is_no_signal():
    with pytest.raises(InputError, match=r"the layout NL does not fit the shape \(7,\) and 7 labels"):
        decide((7,), layout="NL")


def test_signals_of_four_samples_in_two_channels_are_read():
    assert (decide((7, 4, 2)).length, decide((7, 4, 2)).channels) == (4, 2)


def test_signals_are_longer_than_they_have_channels():
    with pytest.raises(AmbiguityError, match=r"the layout of the shape \(7, 2, 2\) with 7 labels is unclear"):
        decide((7, 2, 2))


@pytest.mark.parametrize("shape", [(14,), (14, 1)])
def test_a_vector_that_labels_divide_has_an_axis_of_signals(shape):
    with pytest.raises(AmbiguityError, match=r"with 7 labels with signals of 3 samples is unclear"):
        decide(shape, expected_length=3)


@pytest.mark.parametrize("num_signals", [1, 7])
def test_a_single_number_has_no_axis_of_signals(num_signals):
    with pytest.raises(InputError, match=rf"^no axis of the shape \(\) is as long as the {num_signals} labels$"):
        decide((), num_signals)


def test_the_error_lists_all_layouts():
    names = "NLC, NCL, LNC, LCN, CNL, CLN, NL, LN, concatenated, interleaved"
    with pytest.raises(AmbiguityError, match=rf"set layout to one of {names}$"):
        decide((7, 30, 12))
