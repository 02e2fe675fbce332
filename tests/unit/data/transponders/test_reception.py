"""Messages at known places are received at every rate; a frame with an error, or from nobody, is not."""

import numpy as np
import pytest
from transmitted import frame, recording

from ltsei.core.errors import InputError
from ltsei.data.adsb import emitter, mode_s, waveform
from ltsei.data.transponders import reception
from ltsei.data.transponders.reception import received

ADDRESS, OTHER = 0x4D2023, 0xA4BA02


class Recorded:
    """Samples in memory."""

    def __init__(self, signals):
        self.signals, (self.count, self.channels) = signals.astype(np.float32), signals.shape

    def read(self, start, stop):
        return self.signals[start:stop]


def messages(frames, rate_hz, **options):
    signals, starts = recording(frames, rate_hz, **options)
    return received(Recorded(signals), rate_hz, "receiving"), starts


def bits_of(frames):
    return [
        tuple(np.unpackbits(row)[: 112 if kind >= 16 else 56])
        for row, kind in zip(frames.content, frames.downlink_format, strict=True)
    ]


MIXED = [frame(kind, ADDRESS, seed) for seed, kind in enumerate((17, 11, 4, 20, 18, 0, 5, 16, 21, 17))]


@pytest.mark.parametrize("rate_hz", [2e6, 2.4e6, 3.2e6, 10e6, 50e6])
def test_every_bit_of_every_format_is_recovered_at_every_rate(rate_hz):
    frames, starts = messages(MIXED, rate_hz)
    assert bits_of(frames) == [tuple(bits) for bits in MIXED]
    assert set(frames.address) == {ADDRESS}
    assert frames.proven.tolist() == [bool(kind in (17, 11, 18)) for kind in (17, 11, 4, 20, 18, 0, 5, 16, 21, 17)]
    assert np.abs(frames.start - starts).max() < max(1, 0.1e-6 * rate_hz)


@pytest.mark.parametrize("rate_hz", [4e6, 12.5e6])
def test_frames_of_simulated_transmitters_are_received(rate_hz):
    rngs = [np.random.default_rng(seed) for seed in range(12)]
    draws = waveform.draw(rngs, 25.0)
    transmitter = emitter.make_emitter(np.random.default_rng(1), 1.0)
    sent = waveform.receive(transmitter, emitter.pulse_tables(transmitter), draws, rate_hz)
    quiet = np.random.default_rng(0).normal(size=(len(sent), round(40e-6 * rate_hz), 2)) * 0.02 * np.abs(sent).max()
    signals = np.concatenate([quiet, sent, quiet], axis=1).reshape(-1, 2)
    frames = received(Recorded(signals), rate_hz, "receiving")
    assert bits_of(frames) == [tuple(bits) for bits in draws.frames]


@pytest.mark.parametrize("bit", [5, 20, 70, 111])
def test_a_flipped_bit_is_refused(bit):
    wrong = MIXED[0].copy()
    wrong[bit] ^= 1
    frames, _ = messages([MIXED[-1], wrong], 2.4e6)
    assert bits_of(frames) == [tuple(MIXED[-1])]


def test_an_overlaid_address_counts_only_if_a_message_within_a_minute_proves_it(monkeypatch):
    sent = [frame(4, OTHER, 1), frame(11, ADDRESS, 2, code=7), frame(17, ADDRESS, 3), frame(20, ADDRESS, 4)]
    frames, _ = messages(sent, 2e6)
    assert frames.downlink_format.tolist() == [11, 17, 20]
    monkeypatch.setattr(reception, "SEEN_S", 250e-6)
    frames, _ = messages([*sent, frame(21, ADDRESS, 5)], 2e6)
    assert frames.downlink_format.tolist() == [11, 17, 20]  # the DF21 comes 400 µs after the DF17


def test_an_interrogator_code_beyond_79_is_an_error():
    frames, _ = messages([frame(17, ADDRESS), frame(11, ADDRESS, 1, code=79), frame(11, ADDRESS, 2, code=80)], 2e6)
    assert frames.downlink_format.tolist() == [17, 11]


@pytest.mark.parametrize("rate_hz", [2e6, 20e6])
def test_pieces_of_a_recording_give_the_messages_of_the_whole(monkeypatch, rate_hz):
    whole, _ = messages(MIXED, rate_hz)
    monkeypatch.setattr(reception, "CHUNK_SAMPLES", round(150e-6 * rate_hz))
    pieces, _ = messages(MIXED, rate_hz)
    assert bits_of(pieces) == bits_of(whole)
    assert pieces.start == pytest.approx(whole.start, abs=1e-6)


def test_noise_and_damaged_samples_hold_no_message():
    noise = np.random.default_rng(0).normal(size=(200_000, 2))
    assert len(received(Recorded(noise), 2e6, "receiving")) == 0
    signals, _ = recording(MIXED, 2e6)
    signals[5] = np.nan
    assert len(received(Recorded(signals), 2e6, "receiving")) == len(MIXED)


def test_one_channel_and_low_rates_are_refused():
    with pytest.raises(InputError, match="expected I and Q, got one real channel"):
        received(Recorded(np.zeros((10, 1))), 2e6, "receiving")
    with pytest.raises(InputError, match="1000000 Hz is too low"):
        received(Recorded(np.zeros((10, 2))), 1e6, "receiving")


def test_the_parity_of_the_tests_is_that_of_the_standard():
    known = np.unpackbits(np.frombuffer(bytes.fromhex("8D4840D6202CC371C32CE0576098"), np.uint8))
    assert np.array_equal(mode_s.crc24(known[:88]), known[88:])
