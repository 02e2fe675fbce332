"""Fields of Mode S messages that are set to zero."""

from dataclasses import replace

import numpy as np
import pytest

from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.audit import message
from ltsei.data.audit.sample import PartSample
from ltsei.data.message_mask import masked

RATE_HZ = 4e6
MICROSECOND = 4


def messages(mask, **settings):
    source = {"name": "synthetic_adsb", "emitters": 2, "train_per_class": 3, "test_per_class": 2} | settings
    return build_component("sources", source | {"sample_rate_hz": RATE_HZ, "mask": mask}, None)


def signals(part):
    return np.concatenate(list(part.chunks()))


@pytest.mark.parametrize(
    ("cut", "fields", "hidden"),
    [
        ([], ["aa"], [(16, 40)]),
        ([], ["me", "pi"], [(40, 120)]),
        ([], ["all_but_preamble"], [(8, 120)]),
        (["aa"], ["pi"], [(72, 96)]),
        (["aa"], ["me"], [(16, 72)]),
        (["aa"], ["aa"], []),
    ],
)
def test_the_samples_of_the_fields_are_zero_and_all_others_as_they_were(cut, fields, hidden):
    recordings = messages(cut)
    result = masked(recordings, fields)
    assert result.notes["mask"] == fields
    for name in ("train", "test"):
        before, after = signals(getattr(recordings, name)), signals(getattr(result, name))
        expected = np.ones(before.shape[1], bool)
        for start, stop in hidden:
            expected[start * MICROSECOND : stop * MICROSECOND] = False
        np.testing.assert_array_equal(after, np.where(expected[:, None], before, 0))
        assert after.dtype == np.float32
        np.testing.assert_array_equal(getattr(result, name).labels, getattr(recordings, name).labels)


def test_without_a_mask_the_recordings_are_the_same_object():
    recordings = messages(["aa"])
    assert masked(recordings, []) is recordings


@pytest.mark.parametrize(("fields", "known"), [([], True), (["pi"], False)])
def test_the_audit_solves_no_address_from_a_parity_that_is_hidden(fields, known):
    part = masked(messages(["aa"]), fields).train
    sample = PartSample(signals(part), np.arange(len(part.labels)), part.labels)
    assert (message.read(sample, ("aa",), RATE_HZ).addresses is not None) == known


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"sample_rate_hz": None}, "mask: got an unknown rate"),
        ({"sample_rate_hz": 1.1e6}, "mask: got 1.1e\\+06 Hz"),
        ({"sample_rate_hz": 8e6}, "got signals of 384 samples, but Mode S frames at 8e\\+06 Hz have 960, or 768"),
    ],
)
def test_signals_that_are_no_frames_are_refused(change, text):
    with pytest.raises(InputError, match=text):
        masked(replace(messages(["aa"]), **change), ["pi"])
