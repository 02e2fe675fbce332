"""The files that data sources read, and whether they are still those that the stores were made from."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ltsei.core import content, registry
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.data.checksums import changed_files, missing_files
from ltsei.data.meta import Meta, read_meta
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import UNLABELLED_DATA


def source_files(matrix: Matrix, dataset: str) -> list[str]:
    """Return every file that a data set's source reads, label files and sidecars included; none for a synthetic one."""
    return _input_files("sources", matrix.dataset(dataset).source)


def unlabelled_files(matrix: Matrix, dataset: str) -> list[str]:
    """Return every file of unlabelled signals that a data set reads."""
    unlabelled = matrix.dataset(dataset).unlabelled
    return _input_files("unlabelled", unlabelled) if unlabelled else []


def _input_files(family: str, source: Mapping[str, Any]) -> list[str]:
    parameters = dict(source)
    name = parameters.pop("name")
    functions = [node.name for node in registry.syntax_tree(family, name).body if isinstance(node, ast.FunctionDef)]
    if "input_files" not in functions:
        return []
    files: list[str] = importlib.import_module(registry.module_name(family, name)).input_files(**parameters)
    return files


def unlabelled_checksum(matrix: Matrix, dataset: str, results: Path) -> str | None:
    """Return the checksum of the source of a data set's stored unlabelled signals; None where these cannot be read."""
    try:
        record = content.read_record(matrix.store_job(dataset, "prepare_unlabelled").last_output(results))
    except DamagedError:
        return None
    checksum: str | None = record["fingerprints"].get(UNLABELLED_DATA)
    return checksum


def sources_without_files(matrix: Matrix) -> dict[str, dict[str, Any]]:
    """Return the sources of the matrix that read no file, under names for messages."""
    names = [name for name in matrix.stores() if not source_files(matrix, name)]
    return {f"datasets.{name}.source": matrix.dataset(name).source for name in names}


def changes(matrix: Matrix, dataset: str, results: Path, *, quick: bool = False) -> list[str]:
    """Return a sentence for each file that is not what the store of a data set was made from.

    A file that no longer exists does not count: raw recordings may be moved away once the store is there.

    Args:
        matrix: the present configuration.
        dataset: whose store; without one that can be read, nothing is compared.
        results: the folder in which it lies.
        quick: whether to read only files that were written after the store.
    """
    path = matrix.store_job(dataset).last_output(results)
    try:
        meta = read_meta(path)
    except DamagedError:
        return []
    compared = [file for file in meta.files if not quick or content.is_newer(file, path)]
    added = sorted(set(source_files(matrix, dataset)) - {*meta.files, *missing_files(meta)}) if meta.files else []
    return [
        *(line for file in compared for line in _change(meta, file, dataset)),
        *(f"{file}: belongs to {dataset}, which was prepared without it" for file in added),
    ]


def _change(meta: Meta, file: str, dataset: str) -> Iterator[str]:
    try:
        if changed_files(replace(meta, files={file: meta.files[file]})):
            yield f"{file}: changed since {dataset} was prepared from it"
    except InputError as error:
        yield str(error)
