"""The JSON schema of the experiment file, by which editors complete and check it while it is written.

It is made from the same sources as the checks of the pipeline: the models of the file, and the signatures and
docstrings of the components. As an overlay may set any part of a file, the schema requires no key, and a component
without a name may have the parameters of any member of its family. What relates several values is left to the
pipeline.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from ltsei.config.experiment import Config
from ltsei.config.reference.descriptions import describe, family_summary
from ltsei.config.stages import Pretraining, Stage1, Stage2, Stage3, family_of
from ltsei.core import annotations, registry
from ltsei.core.parsing import adapter

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The newest dialect that all common editors know."""
Schema = dict[str, Any]


def write(path: Path) -> None:
    """Write the schema as JSON."""
    path.write_text(text(), encoding="utf-8")


def text() -> str:
    """Return the schema as JSON, with each property of the file and each definition on a line of its own."""
    return _lines(experiment_schema(), "properties", "$defs") + "\n"


def _lines(schema: Schema, *expanded: str) -> str:
    """Return a JSON object with one line per key; the objects under the keys `expanded` likewise."""
    values = {
        key: _lines(value) if key in expanded else json.dumps(value, ensure_ascii=False)
        for key, value in schema.items()
    }
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {value}" for key, value in values.items()) + "\n}"


def experiment_schema() -> Schema:
    """Return the JSON schema of an experiment file or an overlay."""
    definitions: Schema = {}
    for model in (Config, Pretraining, Stage1, Stage2, Stage3):
        own = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions |= own.pop("$defs", {}) | {model.__name__: own}
    for each in _models(Config, Pretraining, Stage1, Stage2, Stage3):
        _refer_to_families(definitions[each.__name__]["properties"], each)
    for stage, name in {"pretrain": "Pretraining", "stage1": "Stage1", "stage2": "Stage2"}.items():
        settings = _reference(name)
        _replace(definitions["StageSettings"]["properties"], stage, settings)
        _replace(definitions["Method"]["properties"], stage, {"anyOf": [settings, {"type": "null"}]})
    steps = definitions.pop("Stage3")["properties"]["steps"]
    _replace(definitions["Method"]["properties"], "stage3", {"anyOf": [steps, {"type": "null"}]})
    root = definitions.pop("Config")
    families = {name: schema for family in registry.FAMILIES for name, schema in _family(family)}
    return {"$schema": DIALECT, **_relaxed(root), "$defs": {**_relaxed(definitions), **families}}


def _models(*models: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield models and all models inside them, each once."""
    pending: list[type[BaseModel]] = list(models)
    seen: set[type[BaseModel]] = set()
    while pending:
        model = pending.pop()
        if model not in seen:
            seen.add(model)
            yield model
            pending += [kind for field in model.model_fields.values() for kind in _kinds(field.annotation)]


def _kinds(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _kinds(argument)


def _refer_to_families(properties: Schema, model: type[BaseModel]) -> None:
    """Let each property that holds components refer to their family."""
    for name, field in model.model_fields.items():
        if family := family_of(field):
            if get_origin(field.annotation) is list:
                properties[name]["items"] = _reference(_key(family))
            else:
                _replace(properties, name, _reference(_key(family)))


def _replace(properties: Schema, key: str, schema: Schema) -> None:
    """Replace what a property may be; its description and its default stay."""
    unchanged = {part: properties[key][part] for part in ("description", "default") if part in properties[key]}
    properties[key] = {**schema, **unchanged}


def _relaxed(schema: Any) -> Any:
    """Return a schema that requires no key, refuses keys of a wrong form, and lets a name stand for its mapping."""
    if isinstance(schema, list):
        return [_relaxed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _relaxed(value) for key, value in schema.items() if key not in ("required", "discriminator")}
    if isinstance(result.get("title"), str):
        del result["title"]
    if "patternProperties" in result:
        result["additionalProperties"] = False
    if "discriminator" in schema:
        result["anyOf"] = [{"enum": list(schema["discriminator"]["mapping"])}, *result.pop("oneOf")]
    return result


def _family(family: str) -> Iterator[tuple[str, Schema]]:
    """Yield key and schema of a family, and of each member."""
    members = {name: _member(family, name) for name in registry.names(family)}
    named = [_reference(f"{_key(family)}.{name}") for name in members]
    unnamed = {"type": "object", "properties": _any_parameter(family, members), "additionalProperties": False}
    yield _key(family), {"description": family_summary(family), "anyOf": [{"enum": list(members)}, *named, unnamed]}
    for name, schema in members.items():
        yield f"{_key(family)}.{name}", schema


def _member(family: str, name: str) -> Schema:
    """Return the schema of a component that is written as a mapping with its name."""
    description = describe(family, name)
    properties: Schema = {"name": {"const": name, "description": description.summary}}
    for key, parameter in registry.parameters(family, name).items():
        properties[key] = {**_parameter(parameter), "description": description.parameters.get(key, "")}
        if parameter.default is not registry.REQUIRED:
            properties[key]["default"] = parameter.default
    return {
        "description": "\n\n".join([description.summary, *description.text]),
        "type": "object",
        "properties": properties,
        "required": ["name"],
        "additionalProperties": False,
    }


def _any_parameter(family: str, members: Mapping[str, Schema]) -> Schema:
    """Return the properties of a component without a name: each may be what any member of the family allows."""
    choices: dict[str, dict[str, Schema]] = {}
    for name, member in members.items():
        for key, schema in member["properties"].items():
            allowed = {part: value for part, value in schema.items() if part not in ("description", "default")}
            reference = _reference(f"{_key(family)}.{name}/properties/{key}")
            choices.setdefault(key, {}).setdefault(json.dumps(allowed), reference)
    del choices["name"]
    return {
        key: references[0] if len(references) == 1 else {"anyOf": references}
        for key, references in ((key, list(options.values())) for key, options in choices.items())
    }


def _parameter(parameter: registry.Parameter) -> Schema:
    if parameter.family is None:
        return adapter(parameter.annotation).json_schema()
    optional = type(None) in annotations.members(parameter.annotation)
    reference = _reference(_key(parameter.family))
    if parameter.is_list:
        plain: Mapping[str, Any] = adapter(parameter.annotation).json_schema()
        reference = {**{key: plain[key] for key in ("minItems", "maxItems") if key in plain}, "items": reference}
        reference = {"type": "array", **reference}
    return {"anyOf": [reference, {"type": "null"}]} if optional else reference


def _reference(key: str) -> Schema:
    return {"$ref": f"#/$defs/{key}"}


def _key(family: str) -> str:
    return family.replace("/", ".")
