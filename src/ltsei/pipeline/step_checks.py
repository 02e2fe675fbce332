"""Parts of a training step that do not fit together."""

from collections.abc import Iterator

from ltsei.config.stages import Pretraining, Stage1
from ltsei.config.training import Training
from ltsei.core import registry
from ltsei.pipeline.matrix import Matrix


def unusable_steps(matrix: Matrix) -> Iterator[str]:
    """Yield combinations of mixer, partner sampler, loss and augmentations that make no sense, each with its reason."""
    for stage, dataset, method in matrix.defined_stages():
        settings = matrix.recipe(stage, dataset, method).settings
        if isinstance(settings, Training):
            problems = [problem for check in CHECKS for problem in check(settings)]
            yield from (f"methods.{method}.{stage}{problem}" for problem in problems)


def foreign_pretrainings(matrix: Matrix) -> Iterator[str]:
    """Yield stages 1 whose backbone is not the one that was pre-trained for them."""
    for stage, dataset, method in matrix.defined_stages():
        owner = matrix.owner(method, "pretrain")
        if stage == "stage1" and owner:
            trained, used = (
                matrix.recipe(name, dataset, of).settings for name, of in (("pretrain", owner), (stage, method))
            )
            for key in ("backbone", "length", "normalize"):
                got, expected = getattr(used, key), getattr(trained, key)
                if got != expected:
                    yield f"methods.{method}.stage1.{key}: got {got}, expected that of the pre-training, {expected}"


def _partners(settings: Training) -> Iterator[str]:
    users = [name for family, name in _step_parts(settings) if registry.declared(family, name, "PARTNER", False)]
    if users and settings.partner_sampler is None:
        yield f".partner_sampler: missing; {users[0]} uses a second batch, say how it is drawn"
    if settings.partner_sampler is not None and not users and settings.mixer is None:
        yield ".partner_sampler: without effect; set a mixer, or a loss that uses a second batch, or remove it"


def _labels(settings: Training) -> Iterator[str]:
    if settings.mixer is None:
        return
    for _, name in registry.nested_names("losses", settings.loss):
        if reason := registry.declared("losses", name, "HARD_LABELS", None):
            mixer = settings.mixer["name"]
            yield f".mixer: {mixer} mixes labels, but the loss {name} takes one label per signal: {reason}"


def _views(settings: Training) -> Iterator[str]:
    if registry.most_declared("losses", settings.loss, "VIEWS", 1) == 1:
        return
    name = settings.loss["name"]
    if not getattr(settings, "augmentations", []):
        yield f".augmentations: missing; {name} compares views of a signal, which would all be the same"
    if settings.mixer is not None:
        yield f".mixer: {name} compares views of a signal, which a mixture does not have; remove one of the two"


def _without_labels(settings: Training) -> Iterator[str]:
    name, pretrains = settings.loss["name"], isinstance(settings, Pretraining)
    label_free = registry.most_declared("losses", settings.loss, "LABEL_FREE", False)
    if pretrains and not label_free:
        yield f".loss: {name} needs labels, which pre-training has not; use a loss without, such as nt_xent"
    if label_free and not pretrains:
        yield f".loss: {name} uses no labels, so the head would learn nothing; use it under `pretrain`"
    if pretrains and registry.most_declared("samplers", settings.sampler, "CORRECTS_PRIOR", False):
        yield f".sampler: {settings.sampler['name']} draws by labels, which pre-training has not; use instance_balanced"
    if pretrains and settings.mixer is not None:
        yield ".mixer: mixes labels, which pre-training has not; remove it"
    for spec in settings.augmentations if isinstance(settings, Pretraining) else []:
        if registry.declared("augmentations", spec["name"], "USES_LABELS", False):
            yield f".augmentations: {spec['name']} uses labels, which pre-training has not; remove it"


def _teacher(settings: Training) -> Iterator[str]:
    learns = registry.most_declared("losses", settings.loss, "TEACHER", False)
    name = settings.loss["name"]
    if learns and settings.teacher is None:
        yield f".teacher: missing; {name} learns from the logits of another method, name it"
    if settings.teacher is not None and getattr(settings, "signals", "long_tailed") != "long_tailed":
        yield ".teacher: has logits of the long-tailed signals alone; remove it, or `signals`"
    if settings.teacher is not None and not learns:
        yield f".teacher: without effect, since {name} uses no teacher; set a loss such as distillation, or remove it"


def _unlabelled(settings: Training) -> Iterator[str]:
    name, learns = settings.loss["name"], registry.most_declared("losses", settings.loss, "UNLABELLED", False)
    if not isinstance(settings, Stage1):
        if learns:
            yield f".loss: {name} learns from unlabelled signals, which stage 1 alone draws; use it there"
        return
    if learns and settings.unlabelled_ratio is None:
        yield f".unlabelled_ratio: missing; {name} learns from unlabelled signals, say how many per labelled one"
    if not learns and (settings.unlabelled_ratio is not None or settings.strong_augmentations):
        key = "strong_augmentations" if settings.unlabelled_ratio is None else "unlabelled_ratio"
        yield f".{key}: without effect, since {name} uses no unlabelled signals; set a loss such as fixmatch"
    for key in ("augmentations", "strong_augmentations") if learns else ():
        for spec in getattr(settings, key):
            if registry.declared("augmentations", spec["name"], "USES_LABELS", False):
                yield f".{key}: {spec['name']} uses labels, which unlabelled signals do not have; remove it"


CHECKS = (_partners, _labels, _views, _without_labels, _teacher, _unlabelled)
"""Each yields what is wrong with the settings of a training: the key, and the reason."""


def _step_parts(settings: Training) -> Iterator[tuple[str, str]]:
    """Yield (family, name) of loss and mixer, nested ones included."""
    yield from registry.nested_names("losses", settings.loss)
    if settings.mixer is not None:
        yield from registry.nested_names("mixers", settings.mixer)
