"""Small recordings in the layouts of public data sets."""

import hashlib
import io
import itertools
import json
import tarfile

import numpy as np

COUNT = 400
"""Samples of a recording."""
EMITTERS, DISTANCES, RUNS = ("3123D7B", "3123D52", "3123EFE"), (2, 8), (1, 2)


def noise(seed, datatype="f4", channels=2, count=COUNT):
    """Return random samples of a NumPy type, [count, channels]; integers take their whole range."""
    rng, kind = np.random.default_rng(seed), np.dtype(datatype)
    if kind.kind == "f":
        return rng.normal(size=(count, channels)).astype(kind)
    limits = np.iinfo(kind)
    return rng.integers(limits.min, limits.max, size=(count, channels), endpoint=True).astype(kind)


def oracle(folder, suffix=".cf32", datatype="<f4"):
    """Write a file for each emitter, distance and run under the names of ORACLE; return path -> samples, sorted."""
    written = {}
    for emitter in EMITTERS:
        for distance in DISTANCES:
            for run in RUNS:
                path = folder / f"WiFi_air_X310_{emitter}_{distance}ft_run{run}{suffix}"
                written[path] = noise(len(written), datatype)
                written[path].tofile(path)
    return dict(sorted(written.items()))


ORACLE = {"pattern": "WiFi_air_X310_{label}_{distance}ft_run{run}", "length": 100, "test": {"run": 2}}


def metadata(datatype, annotations=(), captures=({"core:sample_start": 0},), **fields):
    """Return SigMF metadata; annotations are (start, count, label), the last two of them optional."""
    keys = ("core:sample_start", "core:sample_count", "core:label")
    return {
        "global": {"core:datatype": datatype, "core:sample_rate": 1e6, "core:version": "1.0.0", **fields},
        "captures": list(captures),
        "annotations": [dict(zip(keys, each, strict=False)) for each in annotations],
    }


def sigmf(path, samples, content):
    """Write a pair of SigMF files."""
    samples.tofile(path.with_suffix(".sigmf-data"))
    path.with_suffix(".sigmf-meta").write_text(json.dumps(content))


def archive(path, members):
    """Write a SigMF archive of members: name -> (samples, metadata), either of which may be None."""
    with tarfile.open(path, "w") as tar:
        for name, (samples, content) in members.items():
            parts = {"data": samples, "meta": content}
            texts = {"data": lambda value: value.tobytes(), "meta": lambda value: json.dumps(value).encode()}
            for part, value in parts.items():
                if value is not None:
                    text = texts[part](value)
                    entry = tarfile.TarInfo(f"{name}/{name}.sigmf-{part}")
                    entry.size = len(text)
                    tar.addfile(entry, io.BytesIO(text))


def labelled_sigmf(folder, datatype="<f4", name="cf32_le", channels=2, **fields):
    """Write four recordings of two labels, two of them as archives; return the samples of each."""
    recordings = [noise(seed, datatype, channels) for seed in range(4)]
    for index, samples in enumerate(recordings):
        label = "ab"[index % 2]
        digest = hashlib.sha512(samples.tobytes()).hexdigest()
        content = metadata(name, [(10, 200, label), (250, 100, label)], **{"core:sha512": digest, **fields})
        if index < 2:
            sigmf(folder / f"r{index}", samples, content)
        else:
            archive(folder / f"r{index}.sigmf", {f"r{index}": (samples, content)})
    return recordings


def oracle_sigmf(folder, count=4000):
    """Write the pairs of SigMF files of ORACLE: the samples have double precision, the metadata say cf32."""
    for index, (emitter, distance, run) in enumerate(itertools.product(EMITTERS, DISTANCES, RUNS)):
        samples = noise(index, "<f8", count=count)
        content = metadata("cf32", [(0, count)], **{"core:sample_rate": 5e6})
        content["global"]["core:sha512"] = hashlib.sha512(samples.tobytes()).hexdigest()
        content["annotations"][0]["genesys:transmitter"] = {"model": "Ettus USRP X310"}
        path = folder / f"{distance}ft" / f"WiFi_air_X310_{emitter}_{distance}ft_run{run}"
        path.parent.mkdir(parents=True, exist_ok=True)
        sigmf(path, samples, {"_metadata": content})
