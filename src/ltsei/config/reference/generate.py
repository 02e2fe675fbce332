"""What is generated from the code: the schema, the page of components and methods, the tables of `config/README.md`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import NoneType
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ltsei.config.dataset import Dataset
from ltsei.config.experiment import Config, Experiment, Figures, Method
from ltsei.config.reference import schema
from ltsei.config.reference.bibliography import references
from ltsei.config.reference.markdown import allowed, component, default, table
from ltsei.config.reference.methods_page import methods_page
from ltsei.config.results_of_others import OtherResults
from ltsei.config.stages import Stage1, Stage2, family_of
from ltsei.config.training import Training
from ltsei.config.tuning import Range, Tuning
from ltsei.core import registry
from ltsei.core.annotations import members
from ltsei.core.parsing import annotation_of
from ltsei.core.wording import tags

TABLE = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""A generated table with its marks, and its name."""
Row = tuple[str, ...]


def write(root: Path) -> None:
    """Write everything that is generated into a repository.

    Args:
        root: folder with `config` and `docs`.
    """
    for path, text in generated(root).items():
        path.write_text(text, encoding="utf-8")


def generated(root: Path) -> dict[Path, str]:
    """Return path -> text of the generated files; of the README the tables alone are generated."""
    config, readme = root / "config", root / "config" / "README.md"
    experiments = yaml.safe_load((config / "experiments.yaml").read_text(encoding="utf-8"))
    bibliography = references((root / "docs" / "references.bib").read_text(encoding="utf-8"))
    return {
        config / "experiments.schema.json": schema.text(),
        root / "docs" / "methods.md": methods_page(experiments, bibliography),
        readme: with_tables(readme.read_text(encoding="utf-8")),
    }


def with_tables(page: str) -> str:
    """Return a page with the table between each pair of marks made anew."""
    return TABLE.sub(lambda match: f"{match[1]}\n{_table(match[2])}\n{match[3]}", page)


def _table(name: str) -> str:
    if name == "Training":
        return table(["key", "stage", "meaning", "allowed", "default"], _training_rows())
    if name == "Optimization":
        return table(["key", "name", "meaning", "settings"], _optimization_rows())
    models: Mapping[str, tuple[type[BaseModel], str]] = {
        "Config": (Config, ""),
        "Dataset": (Dataset, ""),
        "Method": (Method, ""),
        "Experiment": (Experiment, ""),
        "Tuning": (Tuning, "tuning."),
        "Range": (Range, ""),
        "Figures": (Figures, "figures."),
        "OtherResults": (OtherResults, ""),
    }
    model, prefix = models[name]
    return table(["key", "meaning", "allowed", "default"], _rows(model, prefix))


def _rows(model: type[BaseModel], prefix: str = "") -> Iterator[Row]:
    """Yield the row of each key, those of a group of keys on rows of their own."""
    for key, field in _keyed(model.model_fields.items()):
        group = field.annotation
        if isinstance(group, type) and issubclass(group, BaseModel) and model is Dataset:
            yield from _rows(group, f"{prefix}{key}.")
        else:
            yield f"`{prefix}{key}`", *_cells(field)


def _cells(field: FieldInfo) -> Row:
    """Return meaning, what is allowed, and default of a field."""
    return str(field.description), allowed(annotation_of(field)), default(_default(field))


def _default(field: FieldInfo) -> Any:
    """Return a default as the experiment file may write it."""
    if field.is_required():
        return registry.REQUIRED
    if family := family_of(field):
        return component(family, field.default) if isinstance(field.default, dict) and field.default else field.default
    if isinstance(field.default, BaseModel):
        settings = field.default.model_dump(exclude_none=True, exclude_defaults=True)
        return settings if not tags(type(field.default)) else field.default.model_dump()["name"]
    return field.default


def _training_rows() -> Iterator[Row]:
    """Yield the keys of the trainings: first those of one stage, then those of both."""
    of_both = Training.model_fields
    for number, model in (("1", Stage1), ("2", Stage2)):
        own = ((name, field) for name, field in model.model_fields.items() if name not in of_both)
        yield from ((f"`{key}`", number, *_cells(field)) for key, field in _keyed(own))
    yield from ((f"`{key}`", "1, 2", *_cells(field)) for key, field in _keyed(of_both.items()))


def _optimization_rows() -> Iterator[Row]:
    """Yield each optimizer, each schedule and early stopping with its settings."""
    for key in ("optimizer", "schedule", "early_stopping"):
        for model in members(annotation_of(Training.model_fields[key])):
            if model is not NoneType:
                names = ", ".join(f"`{name}`" for name in tags(model))
                yield f"`{key}`", names, str(model.__doc__).removesuffix("."), "; ".join(_settings(model))


def _settings(model: type[BaseModel]) -> Iterator[str]:
    """Yield each setting of an optimizer or a schedule: key, meaning, what is allowed, default."""
    for name, field in model.model_fields.items():
        if name != "name":
            meaning, words, value = _cells(field)
            yield f"`{name}`: {meaning}, {words} ({value})"


def _keyed(fields: Iterable[tuple[str, FieldInfo]]) -> Iterator[tuple[str, FieldInfo]]:
    return ((field.alias or name, field) for name, field in fields)
