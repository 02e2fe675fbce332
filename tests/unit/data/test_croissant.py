"""Croissant metadata of a store: what the specification requires, and nothing that is not known."""

import dataclasses
import json

from ltsei.data.croissant import VERSION, Published, croissant, missing
from ltsei.data.meta import Meta

RUNS = {"names": ["day", "receiver"], "train": [[3, "1", "a"], [2, "2", "a"]], "test": [[2, "3", "b"]]}
FILES = ("train.npy", "labels_train.npy", "test.npy", "labels_test.npy", "groups_train.npy")
META = Meta(
    class_names=("A1", "B<2>"),
    sample_rate_hz=2e6,
    signal_shape=(128, 2),
    checksum="0",
    train_counts=(3, 2),
    test_counts=(1, 1),
    notes={"domains": RUNS},
    fingerprints={},
    contents={name: {"sha256": f"{place}" * 64, "bytes": 100 + place} for place, name in enumerate(FILES)},
)
RECORD = {"sha256": "f" * 64, "bytes": 7}
KNOWN = Published("set", "What it is", "CC0", "A 2024", "https://example.org", "A lab", "2024-05-31")
REQUIRED = ("@context", "@type", "conformsTo", "name", "description", "license", "url", "creator", "datePublished")


def test_a_known_data_set_has_every_property_that_the_specification_requires():
    metadata = croissant(META, RECORD, KNOWN)
    assert [name for name in REQUIRED if not metadata.get(name)] == missing(metadata) == []
    assert (metadata["@type"], metadata["conformsTo"]) == ("sc:Dataset", VERSION)
    assert metadata["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert metadata["citeAs"] == "A 2024"
    for file in metadata["distribution"]:
        assert file["@type"] == "cr:FileObject"
        assert all(file[name] for name in ("@id", "name", "contentUrl", "encodingFormat", "sha256", "contentSize"))
    for records in metadata["recordSet"]:
        assert records["@type"] == "cr:RecordSet"
        assert all(each["@type"] == "cr:Field" and each["dataType"] for each in records["field"])
    json.dumps(metadata, allow_nan=False)


def test_every_name_that_it_uses_is_a_term_of_its_context():
    metadata = croissant(META, RECORD, KNOWN)
    of_schema_org = {
        *("name", "description", "license", "url", "creator", "datePublished", "distribution"),
        *("contentUrl", "contentSize", "encodingFormat", "sha256"),
    }

    def names(node):
        for key, value in node.items() if isinstance(node, dict) else ():
            yield key
            if key not in ("@context", "data"):
                for each in value if isinstance(value, list) else [value]:
                    yield from names(each)

    used = {name for name in names(metadata) if not name.startswith("@")}
    assert used - set(metadata["@context"]) == of_schema_org


def test_files_carry_the_checksums_of_the_store_and_its_record():
    files = {each["name"]: each for each in croissant(META, RECORD, KNOWN)["distribution"]}
    assert {name: file["sha256"] for name, file in files.items()} == {
        **{name: record["sha256"] for name, record in META.contents.items()},
        "meta.json": "f" * 64,
    }
    assert files["test.npy"]["contentSize"] == "102 B"


def test_every_field_leads_to_a_file_of_the_distribution_and_labels_to_the_classes():
    metadata = croissant(META, RECORD, KNOWN)
    sets = {each["name"]: {field["name"]: field for field in each["field"]} for each in metadata["recordSet"]}
    assert {name: list(fields) for name, fields in sets.items()} == {
        "classes": ["label", "name"],
        **{"train": ["signal"], "train_labels": ["label"], "train_domains": ["day", "receiver"]},
        **{"test": ["signal"], "test_labels": ["label"], "test_domains": ["day", "receiver"]},
    }
    sources = {
        name: {f["source"]["fileObject"]["@id"] for f in each.values()}
        for name, each in sets.items()
        if name != "classes"
    }
    assert set().union(*sources.values()) <= {file["@id"] for file in metadata["distribution"]}
    assert all(len(files) == 1 for files in sources.values())  # mlcroissant refuses two files without a join
    assert sets["test_labels"]["label"]["references"] == {"field": {"@id": "classes/label"}}
    data = metadata["recordSet"][0]["data"]
    assert data == [{"classes/label": 0, "classes/name": "A1"}, {"classes/label": 1, "classes/name": "B<2>"}]


def test_what_is_unknown_stays_out_and_is_named():
    metadata = croissant(
        dataclasses.replace(META, notes={}), RECORD, Published("set", "What it is", url="https://e.org")
    )
    assert missing(metadata) == ["license", "creator", "datePublished"]
    assert not {"citeAs", *missing(metadata)} & set(metadata)
    assert [each["name"] for each in metadata["recordSet"]] == [
        "classes",
        "train",
        "train_labels",
        "test",
        "test_labels",
    ]
