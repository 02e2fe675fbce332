"""The first gate: everything about an experiment file that can be known without running anything (no torch)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ltsei import components
from ltsei.config import Config
from ltsei.errors import InputError
from ltsei.longtail import long_tail_counts
from ltsei.matrix import STAGES, Matrix, ratio_value
from ltsei.recipe import component_specs
from ltsei.settings import Training
from ltsei.validation import validate


def load(mapping: Mapping[str, Any], scripts: Path) -> Matrix:
    """Return the matrix that `mapping` (the YAML file as read) describes.

    Raises:
        InputError: every mistake found, one a line, each with its dotted path.
    """
    config = validate(Config, dict(mapping), where=lambda path: path or "config")
    _raise(_reference_problems(config))
    matrix = Matrix(config, scripts)
    _raise(_recipe_problems(matrix))
    checks = (
        _agreement_problems,
        _moving_problems,
        _validation_problems,
        _given_problems,
        _twin_problems,
        _ratio_problems,
        _file_problems,
        _figure_problems,
    )
    _raise(problem for check in checks for problem in check(matrix))
    return matrix


def _raise(problems: Iterable[str]) -> None:
    lines = list(dict.fromkeys(problems))
    if lines:
        raise InputError("\n".join(lines))


def _reference_problems(config: Config) -> Iterator[str]:
    """Yield a line for each name that stands for nothing."""
    yield from _unknown("run", config.run, config.experiments, "experiment")
    yield from _unknown("baseline", [config.baseline] if config.baseline else [], config.methods, "method")
    for name, experiment in config.experiments.items():
        yield from _unknown(f"experiments.{name}.datasets", experiment.datasets, config.datasets, "dataset")
        yield from _unknown(f"experiments.{name}.methods", config.block_methods(experiment), config.methods, "method")
    for name in config.methods:
        yield from _parent_problems(config, name)


def _unknown(where: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[str]:
    return (
        f"{where}[{index}]: {components.unknown(name, known, what)}"
        for index, name in enumerate(names)
        if name not in known
    )


def _parent_problems(config: Config, name: str) -> Iterator[str]:
    method = config.methods[name]
    if method.stage1 is None and method.from_ is None:
        yield f"methods.{name}: has neither stage1 nor from; write `stage1: {{}}` to train with the defaults"
    if method.stage1 is not None and method.from_ is not None:
        yield f"methods.{name}.from: nothing of {method.from_!r} is reused, since stage1 is defined here; remove one"
    seen, parent = [name], method.from_
    while parent is not None:
        if parent not in config.methods:
            yield f"methods.{seen[-1]}.from: {components.unknown(parent, config.methods, 'method')}"
            return
        if parent in seen:
            yield f"methods.{name}.from: goes in a circle: {' -> '.join([*seen, parent])}"
            return
        seen.append(parent)
        parent = config.methods[parent].from_


def _owned(matrix: Matrix) -> Iterator[tuple[str, str, str]]:
    """Yield (stage, dataset, method) for everything that has a recipe."""
    for stage in STAGES:
        for method in matrix.owners(stage):
            for dataset in matrix.config.datasets:
                yield stage, dataset, method


def _recipe_problems(matrix: Matrix) -> Iterator[str]:
    """Yield the mistakes inside the stages' settings."""
    for stage, dataset, method in _owned(matrix):
        try:
            matrix.recipe(stage, dataset, method)
        except InputError as error:
            yield from str(error).splitlines()


def _agreement_problems(matrix: Matrix) -> Iterator[str]:
    """Yield where parts of one method do not go together."""
    for stage, dataset, method in _owned(matrix):
        head = _head(matrix, dataset, method, stage)
        for family, spec in component_specs(matrix.recipe(stage, dataset, method).settings):
            for inner, name in components.nested(family, spec):
                required = components.declared(inner, name, "REQUIRES", {})
                if head not in required.get("head", [head]):
                    allowed = " or ".join(required["head"])
                    yield f"methods.{method}.{stage}: {name} needs the head {allowed}, got {head}"
        yield from _double_balancing(matrix, stage, dataset, method)


def _moving_problems(matrix: Matrix) -> Iterator[str]:
    """Yield methods whose stage 2 is done by another rule on each data set."""
    for method in matrix.owners("stage2"):
        if len(matrix.moves_backbone(method)) > 1:
            yield f"methods.{method}.stage2: moves the backbone on some data sets only; use a method for each"


def _validation_problems(matrix: Matrix) -> Iterator[str]:
    """Yield what a cell of the matrix would choose on validation data that its data set does not have."""
    for stage, dataset, method in matrix.used():
        if matrix.dataset(dataset).split.validation is not None:
            continue
        settings, where = matrix.recipe(stage, dataset, method).settings, f"methods.{method}.{stage}"
        missing = f"but datasets.{dataset}.split.validation is none; give a value or a validation part"
        if isinstance(settings, Training) and (key := settings.needs_validation()):
            yield f"{where}.{key}: is decided on validation data, {missing}"
        for family, spec in component_specs(settings):
            sweep = components.declared(family, spec["name"], "SWEEPS", None)
            if sweep and spec[sweep] is None:
                yield f"{where}: {spec['name']}.{sweep} is to be chosen on validation data, {missing}"


def _given_problems(matrix: Matrix) -> Iterator[str]:
    """Yield data sets with a validation file that the split does not use, or the other way round."""
    for dataset in dict.fromkeys(cell.dataset for cell in matrix.cells()):
        source, validation = matrix.dataset(dataset).source, matrix.dataset(dataset).split.validation
        given, file = validation is not None and validation.given, source.get("val")
        if given and file is None and "val" in source:
            yield (
                f"datasets.{dataset}.split.validation: got given, but datasets.{dataset}.source.val names no file; "
                "set it, or write per_class or fraction"
            )
        if file is not None and not given:
            yield (
                f"datasets.{dataset}.source.val: its signals are for validation alone; remove it, or write "
                f"`datasets.{dataset}.split.validation: given`"
            )


def _double_balancing(matrix: Matrix, stage: str, dataset: str, method: str) -> Iterator[str]:
    """Yield where the class prior is corrected twice (Kang et al. 2020 and Cao et al. 2019 correct it once)."""
    correcting = _correcting(matrix.recipe(stage, dataset, method).settings)
    if stage == "stage3" and correcting:
        before = matrix.last_stage(method, before="stage3")
        trained = matrix.recipe(before, dataset, matrix.owner(method, before))
        correcting = [*_correcting(trained.settings), *correcting]
    if len(correcting) > 1 and "double_balancing" not in matrix.config.methods[method].allow:
        yield (
            f"methods.{method}.{stage}: {' and '.join(correcting)} each correct the class prior, together they "
            "overshoot; keep one, or write `allow: [double_balancing]`"
        )


def _correcting(settings: Any) -> list[str]:
    return [
        f"{family}/{spec['name']}"
        for family, spec in component_specs(settings)
        if any(components.declared(*member, "CORRECTS_PRIOR", False) for member in components.nested(family, spec))
    ]


def _head(matrix: Matrix, dataset: str, method: str, stage: str) -> str:
    """Return the name of the head in force in a stage."""
    trained = stage if stage != "stage3" else matrix.last_stage(method, before="stage3")
    head: str = matrix.recipe(trained, dataset, matrix.owner(method, trained)).settings.head["name"]
    return head


def _twin_problems(matrix: Matrix) -> Iterator[str]:
    """Yield methods which would compute the same results under two names."""
    for dataset in matrix.config.datasets:
        seen: dict[tuple[tuple[str, str], ...], str] = {}
        for method in matrix.config.methods:
            if not matrix.stages(method):
                continue
            key = tuple(
                (stage, matrix.recipe(stage, dataset, owner).fingerprint)
                for stage in STAGES
                if (owner := matrix.owner(method, stage))
            )
            if key in seen:
                yield (
                    f"methods.{method}: the same recipe as {seen[key]} on {dataset}; "
                    f"write `{method}: {{from: {seen[key]}}}` to use its results under a second name"
                )
            seen.setdefault(key, method)


def _ratio_problems(matrix: Matrix) -> Iterator[str]:
    """Yield ratios that leave the rarest class of a data set without signals, where its settings say so."""
    for dataset, ir in dict.fromkeys((cell.dataset, cell.ir) for cell in matrix.cells()):
        n_max = matrix.dataset(dataset).split.n_max
        if n_max is not None and ir != "natural" and long_tail_counts(n_max, ratio_value(ir), 2)[-1] == 0:
            yield (
                f"imbalance_ratios: {ir} leaves the rarest class of {dataset} without signals, since "
                f"datasets.{dataset}.split.n_max is {n_max}; the ratio must not exceed it"
            )


def _file_problems(matrix: Matrix) -> Iterator[str]:
    """Yield files of data sources which an enabled block needs and which are not there."""
    for dataset in dict.fromkeys(cell.dataset for cell in matrix.cells()):
        for key, path in source_files(matrix, dataset).items():
            if not Path(path).is_file():
                yield f"datasets.{dataset}.source.{key}: no file {path!r}; paths start at the working directory"


def _figure_problems(matrix: Matrix) -> Iterator[str]:
    """Yield cells that are to have figures and that no enabled block holds."""
    cells = matrix.cells()
    for index, chosen in enumerate(matrix.figure_cells()):
        if chosen in cells:
            continue
        known = {key: {str(getattr(cell, key)) for cell in cells} for key in vars(chosen)}
        wrong = [
            components.unknown(str(got), known[key], "imbalance ratio" if key == "ir" else key)
            for key, got in vars(chosen).items()
            if str(got) not in known[key]
        ]
        yield f"figures.cells[{index}]: {'; '.join(wrong) or 'no block that is on holds this combination'}"


def made_sources(matrix: Matrix) -> dict[str, dict[str, Any]]:
    """Return the sources of the matrix that read no file, under names for messages."""
    used = dict.fromkeys(cell.dataset for cell in matrix.cells())
    return {f"datasets.{name}.source": matrix.dataset(name).source for name in used if not source_files(matrix, name)}


def source_files(matrix: Matrix, dataset: str) -> dict[str, str]:
    """Return the files which a data set's source reads: parameter -> path."""
    source = matrix.dataset(dataset).source
    keys = components.declared("datasets", source["name"], "PATHS", [])
    return {key: source[key] for key in keys if source[key] is not None}
