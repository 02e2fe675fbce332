"""A store as Croissant metadata (MLCommons, version 1.0): JSON-LD that data catalogues and search engines read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ltsei.data.domains import signal_domains
from ltsei.data.meta import Meta

VERSION = "http://mlcommons.org/croissant/1.0"
TERMS = (
    *("citeAs", "column", "extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes"),
    *("isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "separator", "source", "subField", "transform"),
)
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in TERMS},
}
"""Of the specification, section "JSON-LD context"."""
FORMATS = {".npy": "application/x-npy", ".json": "application/json"}
Json = dict[str, Any]
Part = Literal["train", "test"]


@dataclass(frozen=True)
class Published:
    """What is known of a data set beyond its files; empty texts are left out.

    Attributes:
        name: of the data set.
        description: what it is.
        license, citation, url: conditions of use, what to cite, where it is published.
        creator, published: who made it, and when (ISO 8601).
    """

    name: str
    description: str
    license: str = ""
    citation: str = ""
    url: str = ""
    creator: str = ""
    published: str = ""


def croissant(meta: Meta, record: Mapping[str, Any], published: Published) -> Json:
    """Return the metadata of a store.

    Args:
        meta: of the store.
        record: SHA-256 and size of its meta.json.
        published: what is known of the data set.
    """
    known = {
        "license": published.license,
        "citeAs": published.citation,
        "url": published.url,
        "creator": {"@type": "Organization", "name": published.creator} if published.creator else "",
        "datePublished": published.published,
    }
    return {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": published.name,
        "description": published.description,
        **{key: value for key, value in known.items() if value},
        "distribution": [_file(name, each) for name, each in {**meta.contents, "meta.json": record}.items()],
        "recordSet": [_classes(meta), *_parts(meta)],
    }


def missing(metadata: Mapping[str, Any]) -> list[str]:
    """Return the properties that the specification requires of a data set and that are not known."""
    return [name for name in ("license", "url", "creator", "datePublished") if name not in metadata]


def _file(name: str, record: Mapping[str, Any]) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{record['bytes']} B",
        "encodingFormat": FORMATS[name[name.rindex(".") :]],
        "sha256": record["sha256"],
    }


def _classes(meta: Meta) -> Json:
    """Return the names of the classes as records."""
    fields = [
        _field("classes", "label", "sc:Integer", "Label of the class"),
        _field("classes", "name", "sc:Text", "Name of the class"),
    ]
    return _records("classes", f"{meta.num_classes} classes", fields) | {
        "dataType": "sc:Enumeration",
        "key": {"@id": "classes/label"},
        "data": [{"classes/label": label, "classes/name": name} for label, name in enumerate(meta.class_names)],
    }


def _parts(meta: Meta) -> Iterator[Json]:
    """Yield a record set per file of each part: the specification joins files by values, not by the order of rows."""
    *size, channels = meta.signal_shape
    rate = "" if meta.sample_rate_hz is None else f", {meta.sample_rate_hz:g} samples per second"
    shape = f"{' x '.join(map(str, size))} samples and {channels} channels{rate}, float32"
    parts: Mapping[Part, Sequence[int]] = {"train": meta.train_counts, "test": meta.test_counts}
    for part, counts in parts.items():
        labels, domains = f"{part}_labels", f"{part}_domains"
        signal = _field(part, "signal", "sc:Float", f"Signal of {shape}", f"{part}.npy") | {"repeated": True}
        yield _records(part, f"{sum(counts)} signals", [signal])
        label = _field(labels, "label", "sc:Integer", "Label of the class", f"labels_{part}.npy")
        order = f"in the order of the signals of {part}"
        yield _records(labels, f"Labels {order}", [label | {"references": {"field": {"@id": "classes/label"}}}])
        names = signal_domains(meta.notes, part)
        if names:
            fields = [_field(domains, name, "sc:Text", f"Domain: {name}", "meta.json") for name in names]
            yield _records(domains, f"Domains {order}, as runs of equal values", fields)


def _records(name: str, description: str, fields: Sequence[Json]) -> Json:
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": description, "field": list(fields)}


def _field(records: str, name: str, kind: str, description: str, file: str = "") -> Json:
    """Return a field, with its source unless its records are part of the metadata."""
    extract = {"jsonPath": "$.notes.domains"} if file == "meta.json" else {"fileProperty": "content"}
    source = {"source": {"fileObject": {"@id": file}, "extract": extract}} if file else {}
    identity = {"@type": "cr:Field", "@id": f"{records}/{name}", "name": name, "description": description}
    return {**identity, "dataType": kind, **source}
