"""A trial of every recipe before any job: one step on a few made-up signals of a few classes."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.stage3_steps._shared import Outputs, TrainingSet
from ltsei.config.recipe_components import component_specs
from ltsei.config.stages import Pretraining, Stage1, Stage2, Stage3
from ltsei.config.training import Training
from ltsei.core import registry
from ltsei.core.context import Context, Spec, build_component, prior_context
from ltsei.core.errors import InputError
from ltsei.core.parsing import Frozen
from ltsei.numerics import seeds
from ltsei.training import stage2, stage2_finetune, stage3
from ltsei.training.fit import fit
from ltsei.training.model import Classifier, build_classifier, context_of_head
from ltsei.training.objective import build_objective
from ltsei.training.signal_kind import LENGTH, SignalKind

FEATURES = 16


def check(
    named: Mapping[str, Pretraining | Stage1 | Stage2 | Stage3],
    sources: Mapping[str, Spec] | None = None,
    before: Mapping[str, Stage1] | None = None,
    signals: Mapping[str, SignalKind] | None = None,
) -> None:
    """Build every component and run one training step, or all post-hoc steps, of every recipe.

    Args:
        named: recipes by name; the names open the messages, such as ``methods.crt.stage2 on adsb``.
        sources: data sources that read no file, by name.
        before: the stage 1 that each stage 2 builds on, by the same names; without it one with the same head.
        signals: those of the data set of each recipe, by the same names; I/Q signals where there is no entry.

    Raises:
        InputError: all failures, one per line.
    """
    attempts: dict[str, Callable[[], object]] = {
        name: partial(build_component, "sources", spec, None) for name, spec in (sources or {}).items()
    }
    heads: dict[str, Context] = {}
    before = before or {}
    for name, recipe in named.items():
        kind = (signals or {}).get(name, SignalKind())
        match recipe:
            case Pretraining():
                attempts[name] = partial(_pretraining, recipe, kind)
            case Stage1():
                attempts[name] = partial(_stage1, recipe, kind, heads)
            case Stage2() if recipe.moves_backbone and name in before:
                attempts[name] = partial(_stage2_finetune, recipe, kind, before[name])
            case Stage2():
                attempts[name] = partial(_stage2, recipe, kind, before.get(name))
            case Stage3():
                attempts[name] = partial(_stage3, recipe, kind)
    problems = {name: problem for name, attempt in attempts.items() if (problem := _problem(attempt))}
    if problems:
        raise InputError("\n".join(f"{name}: {problem}" for name, problem in problems.items()))


def _problem(attempt: Callable[[], object]) -> str | None:
    try:
        attempt()
    except InputError as error:
        return str(error)
    except Exception as error:  # a wrong value can fail anywhere inside torch, and all failures are reported
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({frame.filename}, line {frame.lineno})"
    return None


def _stage1(recipe: Stage1, kind: SignalKind, heads: dict[str, Context]) -> None:
    """Try out a stage 1; of recipes with the same network one runs it, the others use made-up features.

    Args:
        recipe: of the stage.
        kind: of the signals.
        heads: the context of a head on each network that has been run; a new one is added.
    """
    context = _context(recipe, kind, recipe.length or LENGTH)
    network = repr([kind, recipe.backbone, recipe.precision, recipe.length, recipe.augmentations])
    if network in heads:
        known = heads[network]
        features = {key: getattr(known, key) for key in ("in_features", "bias_columns", "branches")}
        context = replace(context, **features)
        with torch.random.fork_rng(devices=[]):
            model = Classifier(nn.Identity(), context.build("heads", recipe.head))
        _step(recipe, model, context, _random(context.class_counts, cast(int, known.in_features)))
        return
    model = build_classifier(recipe.backbone, recipe.head, context, seed=0, precision=recipe.precision)
    inputs = _random(context.class_counts, *context.signal_shape)
    heads[network] = context_of_head(context, model.backbone)
    _step(recipe, model, heads[network], inputs, augmentations=recipe.augmentations)


def _pretraining(recipe: Pretraining, kind: SignalKind) -> None:
    context = _context(recipe, kind, recipe.length or LENGTH)
    model = build_classifier(recipe.backbone, "linear", context, seed=0, precision=recipe.precision)
    known = context_of_head(context, model.backbone)
    inputs = _random(context.class_counts, *context.signal_shape)
    _step(recipe, model, known, inputs, augmentations=recipe.augmentations)


def _stage2(recipe: Stage2, kind: SignalKind, before: Stage1 | None) -> None:
    """Try out a stage 2 on made-up features, on the head of its stage 1 if that is known."""
    branches = before.backbone.get("branches", 1) if before else 1
    context = _context(recipe, kind, LENGTH, in_features=FEATURES * branches, branches=branches)
    with torch.random.fork_rng(devices=[]):
        head = context.build("heads", before.head if before else recipe.head)
        prepared = stage2.prepare(recipe, context, head)
    inputs = _random(context.class_counts, FEATURES * branches)
    _step(recipe, Classifier(nn.Identity(), prepared.head), context, inputs)
    for spec in recipe.augmentations:
        context.build("augmentations", spec)
    prepared.fold(prepared.head)


def _stage2_finetune(recipe: Stage2, kind: SignalKind, before: Stage1) -> None:
    """Try out a stage 2 that changes the backbone of the stage 1 before it."""
    context = _context(recipe, kind, before.length or LENGTH)
    trained = build_classifier(before.backbone, before.head, context, seed=0)
    with torch.random.fork_rng(devices=[]):
        known = context_of_head(context, trained.backbone)
        model, prepared = stage2_finetune.assemble(recipe, known, trained.backbone, trained.head)
    inputs = _random(context.class_counts, *context.signal_shape)
    _step(recipe, model, known, inputs, augmentations=recipe.augmentations)
    prepared.fold(model.head)


def _stage3(recipe: Stage3, kind: SignalKind) -> None:
    counts = _class_counts(recipe)
    labels, features = _labels(counts), _random(counts, FEATURES).double().numpy()
    weight = np.eye(len(counts), FEATURES)
    outputs = Outputs(features @ weight.T, features, weight, np.zeros(len(counts)))
    stage3.adjust(recipe, outputs, labels, counts, TrainingSet(features, labels))
    context = prior_context(counts, signal_shape=(LENGTH, kind.channels), sample_rate_hz=kind.sample_rate_hz)
    for step in recipe.steps:
        for spec in step.get("augmentations", []):
            changed = context.build("augmentations", spec)
            changed(_random(counts, *context.signal_shape), torch.Generator())


def _class_counts(recipe: Frozen) -> np.ndarray:
    """Return 4, 2, 1, 1, ... signals for the number of classes that a component lists values for, else for three."""
    lengths = [
        len(spec[key])
        for component in component_specs(recipe)
        for family, spec in registry.nested_specs(*component)
        for key in registry.declared(family, spec["name"], "PER_CLASS", [])
        if spec[key] is not None
    ]
    return np.array([4, 2, *[1] * (lengths[0] - 2 if lengths else 1)])


def _labels(class_counts: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(len(class_counts)), class_counts)


def _step(recipe: Training, model: Classifier, context: Context, inputs: Tensor, **parts: Any) -> None:
    """Train for one epoch of one batch."""
    objective = build_objective(recipe, context, seed=0, device=inputs.device, **parts)
    one_step = recipe.model_copy(update={"epochs": 1, "warmup_epochs": 0, "batch_size": len(inputs)})
    data = inputs, torch.from_numpy(_labels(context.class_counts))
    known: dict[str, Any] = {"validation": data if objective.labelled else None}
    if recipe.teacher is not None:
        known["teacher"] = np.eye(len(context.class_counts), dtype=np.float32)[data[1].numpy()]
    if isinstance(recipe, Stage1) and recipe.unlabelled_ratio:
        known["unlabelled"] = inputs
    fit(model, *data, objective, recipe=one_step, seed=0, purpose="preflight", **known)


def _context(recipe: Training, kind: SignalKind, length: int, **known: Any) -> Context:
    shape = (*(kind.size or (length,)), kind.channels)
    return prior_context(_class_counts(recipe), signal_shape=shape, sample_rate_hz=kind.sample_rate_hz, **known)


def _random(class_counts: np.ndarray, *shape: int) -> Tensor:
    values = seeds.generator(0, "preflight").standard_normal((class_counts.sum(), *shape))
    return torch.from_numpy(values.astype(np.float32))
