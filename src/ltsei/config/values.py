"""Types of single values of the experiment file: names, paths, ratios, seeds."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, Lt
from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

from ltsei.core.errors import InputError
from ltsei.core.run_seeds import parse_seed
from ltsei.core.shell import active_characters
from ltsei.core.wording import Words

VARIABLE = re.compile(r"\$\{?[A-Za-z_]")
CHARACTERS = "(letters, digits, dots, hyphens, underscores)"


def _readable(name: Any) -> Any:
    """Refuse a name that cannot be part of a path, with the nearest one that can."""
    if isinstance(name, str) and (bad := re.findall(r"[^A-Za-z0-9_.-]", name)):
        shown = ", ".join(dict.fromkeys({" ": "a space", "/": "a slash"}.get(each, repr(each)) for each in bad))
        better = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).lstrip("_.-")
        raise InputError(
            f": got {name!r}, but a name is part of paths {CHARACTERS} and has no place for {shown}"
            + (f"; write {better}" if better else "")
        )
    return name


def expanded(path: str) -> str:
    """Return a path with `~` replaced by the home folder; InputError where it names an environment variable."""
    if VARIABLE.search(path):
        raise InputError(
            f": got {path!r}, but environment variables are not replaced, since the next command may have others; "
            "write the path itself"
        )
    if not path.startswith("~"):
        return path
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        raise InputError(f": got {path!r}, but there is no such home folder; write the path itself") from None


def _inert(path: str) -> str:
    """Refuse a path on which a shell would act."""
    if clause := active_characters(path):
        raise InputError(f": {clause}")
    return path


def expanded_source(source: dict[str, Any]) -> dict[str, Any]:
    """Return a source with `~` replaced in its paths, which are those texts that may begin with it, nested ones too."""
    return {key: _expanded_setting(f".{key}", value) for key, value in source.items()}


def _expanded_setting(where: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_expanded_setting(where, item) for item in value]
    if isinstance(value, dict):
        return {key: _expanded_setting(f"{where}.{key}", item) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    try:
        return expanded(value)
    except InputError as error:
        raise InputError(f"{where}{error}") from None


def _device(device: Any) -> Any:
    """Refuse the number of a GPU."""
    if isinstance(device, str) and (match := re.fullmatch(r"(?:cuda|gpu):?(\d+)", device)):
        raise InputError(
            f": got {device!r}; which GPU is used is not part of the experiment: write `device: cuda` and start "
            f"`CUDA_VISIBLE_DEVICES={match[1]} snakemake ...`"
        )
    return device


def _switch(value: Any) -> Any:
    """Return true or false as `--config key=true` gives it, which is text."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Name = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"),
    BeforeValidator(_readable),
    Words(f"a name {CHARACTERS}", f"names {CHARACTERS}"),
]
Folder = Annotated[
    str,
    StringConstraints(pattern=r"^[^{}<>]+$"),
    AfterValidator(expanded),
    AfterValidator(_inert),
    Words(
        "a path without { } < > $, quotes, backticks and backslashes",
        "paths without { } < > $, quotes, backticks and backslashes",
    ),
]
Teacher = Annotated[
    str | dict[str, str], WithJsonSchema({"type": "string"}), Words("a key of `methods`", "keys of `methods`")
]
"""In the experiment file a method; in a recipe, rule -> fingerprint of all that the logits of that one rest on."""
StepSpec = Annotated[str | dict[str, Any], Words("a component of stage3_steps", "components of stage3_steps")]
"""Resolved with the other settings of its method, not here."""
Ratio = Annotated[float, Ge(1), Lt(1e9), Words("a number of at least 1", "numbers of at least 1")] | Literal["natural"]
Seed = Annotated[int, Ge(0), Lt(2**32)]
RunSeed = Annotated[Seed | str, AfterValidator(parse_seed), Words("a seed such as 0 or 0-3", "seeds such as 0 or 0-3")]
Millimetres = Annotated[float, Ge(40), Le(400)]
Device = Annotated[Literal["auto", "cpu", "cuda"], BeforeValidator(_device)]
Switch = Annotated[bool, BeforeValidator(_switch)]
