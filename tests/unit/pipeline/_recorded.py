"""Made-up results of every job of a matrix, with the records that the jobs would write."""

from pathlib import Path

import numpy as np

from ltsei.core import content, files
from ltsei.data.meta import Meta, write_meta
from ltsei.data.split import Split, write_split
from ltsei.pipeline.adopt import expected, expected_of_data
from ltsei.pipeline.rule_table import RULES

DATA = {"small": {"checksum": "bytes", "unlabelled_data": "more bytes"}}


def write_results(matrix, results):
    """Write the files of every job of a matrix; the records match its configuration and the code."""
    for job in matrix.jobs():
        outputs = {name: Path(job.output(name, results)) for name in RULES[job.rule].outputs}
        if job.rule == "make_split":
            fingerprints = expected_of_data(matrix, job, DATA)
            write_split(outputs["split"], Split(np.arange(8), np.arange(0), np.array([5, 3]), 5 / 3, fingerprints))
            continue
        for name, path in outputs.items():
            if name not in ("recipe", "meta"):
                files.write_text(path, f"{name} of {job}")
        write_record(matrix, job, outputs)


def write_record(matrix, job, outputs):
    """Write meta.json or recipe.json of a job whose other outputs exist."""
    record = outputs["meta" if job.rule == "prepare" else "recipe"]
    names = [path.relative_to(record.parent).as_posix() for path in outputs.values() if path != record]
    contents = content.contents(record.parent, names)
    if job.rule == "prepare":
        fingerprints = {"prepare": matrix.recipe("prepare", job.dataset).fingerprint, "data": "bytes"}
        meta = Meta(("a", "b"), None, (4, 2), "bytes", (5, 3), (1, 1), {}, fingerprints, contents=contents)
        write_meta(record, meta)
        return
    fingerprints = expected(matrix, job, DATA)
    text = {"rule": job.rule, **job.wildcards, "fingerprints": fingerprints, "recipe": {}, "made": {}}
    files.write_json(record, content.sealed({**text, "contents": contents}))


def without_hashes(results):
    """Turn all records into those of an earlier version."""
    for path in [*results.rglob("recipe.json"), *results.rglob("meta.json")]:
        record = content.read_record(path)
        del record["contents"]
        files.write_json(path, record)
    for path in results.rglob("split.npz"):
        arrays = files.read_npz(path)
        del arrays["seal"]
        files.write_npz(path, **arrays)


def flip(path, position=-2):
    """Flip one bit of a file, and keep its size."""
    content_bytes = bytearray(path.read_bytes())
    content_bytes[position] ^= 1
    path.write_bytes(content_bytes)
