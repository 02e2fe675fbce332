"""Small files in the layouts of public data sets, faithfully rebuilt."""

import pickle

import h5py
import numpy as np

TRANSMITTERS, RECEIVERS, DATES = ("14-10", "7-7", "20-15"), ("1-1", "8-20"), ("2021_03_01", "2021_03_08")


def bursts(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def wisig(path, equalized=(0, 1)):
    """Write a compact set of WiSig; transmitter 0 sends 4 packets in each cell, the others 3 and 2."""
    cells = [
        [[[bursts(100 * t + 10 * r + d, 4 - t, 256, 2) + 9 * e for e in equalized] for d in range(2)] for r in range(2)]
        for t in range(3)
    ]
    value = {
        "tx_list": list(TRANSMITTERS),
        "rx_list": list(RECEIVERS),
        "capture_date_list": list(DATES),
        "equalized_list": list(equalized),
        "max_sig": 4,
        "data": cells,
    }
    path.write_bytes(pickle.dumps(value))
    return cells


def radioml_2016(path):
    """Write the dict of (modulation, snr) -> [n, 2, 128] as Python 2 did: names are bytes, protocol 2."""
    value = {(name, snr): bursts(abs(snr), 5, 2, 128).astype("f4") for name in ("8PSK", "BPSK") for snr in (-10, 0, 18)}
    path.write_bytes(pickle.dumps(value, protocol=2))
    return value


def radioml_2018(path):
    """Write X [N, 1024, 2], one-hot Y and Z, the signal-to-noise ratio."""
    with h5py.File(path, "w") as file:
        file["X"] = bursts(0, 12, 1024, 2).astype("f4")
        file["Y"] = np.eye(3, dtype=np.int64)[np.arange(12) % 3]
        file["Z"] = np.repeat([-20, 0, 30], 4)[:, None]


def lora(path, length=64):
    """Write a file of LoRa_RFFI: I and Q one after the other, labels from 1, [1, N]."""
    with h5py.File(path, "w") as file:
        file["data"] = bursts(1, 20, 2 * length)
        file["label"] = (np.arange(20) % 5 + 1.0)[None]


def days(path, numbers=(6, 6, 4)):
    """Write one group for each day, as ``Outdoor/1/X``."""
    with h5py.File(path, "w") as file:
        for day, number in enumerate(numbers, start=1):
            file[f"Outdoor/{day}/X"] = bursts(day, number, 1, 100, 2).astype("f4")
            file[f"Outdoor/{day}/Y"] = np.arange(number) % 2


def rows(number=8, length=30, seed=5):
    """Return signals [number, length] and labels 1 and 2."""
    return bursts(seed, number, length).round(6), np.arange(number) % 2 + 1


def ucr(path, separator="\t"):
    """Write a file of the UCR archive: a label and a signal on each line."""
    signals, labels = rows()
    lines = (separator.join([str(label), *map(repr, row)]) for label, row in zip(labels, signals.tolist(), strict=True))
    path.write_text("\n".join(lines) + "\n")
    return signals, labels


def ts(path, channels=1):
    """Write a .ts file of sktime."""
    parts, (_, labels) = [rows(seed=seed)[0] for seed in range(channels)], rows()
    dimension = f"@univariate {'true' if channels == 1 else 'false'}\n"
    header = f"#Made up\n@problemName Made\n@timeStamps false\n@missing false\n{dimension}@equalLength true\n"
    lines = [
        ":".join([*(",".join(map(repr, part[index].tolist())) for part in parts), f"class{label}"])
        for index, label in enumerate(labels)
    ]
    path.write_text(f"{header}@seriesLength 30\n@classLabel true class1 class2\n@data\n" + "\n".join(lines) + "\n")
    return np.stack(parts, axis=-1)


def arff(path):
    """Write a univariate .arff file of the UCR archive."""
    signals, labels = rows()
    attributes = "".join(f"@attribute att{index} numeric\n" for index in range(signals.shape[1]))
    lines = (",".join([*map(repr, row), str(label)]) for row, label in zip(signals.tolist(), labels, strict=True))
    path.write_text(f"@relation Made\n{attributes}@attribute target {{1,2}}\n@data\n" + "\n".join(lines) + "\n")
    return signals


def csv_file(path, names=None, extra=()):
    """Write a .csv file with the label first, then further columns: (name, values), then the signal."""
    signals, labels = rows()
    header = [",".join(["label", *(name for name, _ in extra), *names])] if names else []
    lines = [
        ",".join(
            [str(labels[index]), *(str(values[index]) for _, values in extra), *map(repr, signals[index].tolist())]
        )
        for index in range(len(labels))
    ]
    path.write_text("\n".join([*header, *lines]) + "\n")
    return signals
