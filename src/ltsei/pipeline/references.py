"""Names in the experiment file that do not exist: experiments, data sets, methods, parents."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from ltsei.config.experiment import Config
from ltsei.config.stages import STAGES
from ltsei.core.errors import unknown
from ltsei.pipeline.ownership import ORDER, Ownership

Step = tuple[str, str]
"""A method and a stage that it defines."""
NOTHING: Mapping[str, str] = MappingProxyType({})


def unknown_names(config: Config, left_out: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each name that does not exist, and for each `from:` that leads nowhere.

    `left_out` are the combinations of sweeps that make no sense, each with its reason.
    """
    yield from _unknown("run", config.run, config.experiments, "experiment")
    yield from _unknown("baseline", [config.baseline] if config.baseline else [], config.methods, "method")
    for name, experiment in config.experiments.items():
        yield from _unknown(f"experiments.{name}.datasets", experiment.datasets, config.datasets, "dataset")
        if experiment.methods != "all":
            yield from _unknown(f"experiments.{name}.methods", experiment.methods, config.methods, "method", left_out)
        yield from _unknown(f"experiments.{name}.exclude", experiment.exclude, config.methods, "method")
        if not config.block_methods(experiment):
            yield f"experiments.{name}.exclude: leaves no method; a block needs one at least"
    for name in config.methods:
        yield from _parents(config, name)
    yield from _teachers(config)


def _unknown(
    where: str, names: Iterable[str], known: Collection[str], what: str, left_out: Mapping[str, str] = NOTHING
) -> Iterator[str]:
    for index, name in enumerate(names):
        if name in left_out:
            yield f"{where}[{index}]: {name} is left out of its sweep, since it makes no sense: {left_out[name]}"
        elif name not in known:
            yield f"{where}[{index}]: {unknown(name, known, what)}"


def _parents(config: Config, name: str) -> Iterator[str]:
    """Yield what is wrong with a method's `from:` and with its parents."""
    method = config.methods[name]
    defined = [stage for stage in STAGES if getattr(method, stage) is not None]
    if (method.from_ is None or "pretrain" in defined) and "stage1" not in defined:
        yield f"methods.{name}: has neither stage1 nor from; write `stage1: {{}}` to train with the defaults"
    first = "pretrain" if _pretrains(config, method.from_) else "stage1"
    if method.from_ is not None and defined and list(STAGES).index(defined[0]) <= list(STAGES).index(first):
        reused = defined[0]
        yield f"methods.{name}.from: nothing of {method.from_!r} is reused, since {reused} is defined here; remove one"
    seen, parent = [name], method.from_
    while parent is not None:
        if parent not in config.methods:
            yield f"methods.{seen[-1]}.from: {unknown(parent, config.methods, 'method')}"
            return
        if parent in seen:
            yield f"methods.{name}.from: refers to itself: {' -> '.join([*seen, parent])}"
            return
        seen.append(parent)
        parent = config.methods[parent].from_


def _teachers(config: Config) -> Iterator[str]:
    """Yield teachers that do not exist, and those that are set for all methods, themselves among them."""
    defaults = {f"datasets.{name}.defaults": dataset.defaults for name, dataset in config.datasets.items()}
    for where, settings in ({"defaults": config.defaults} | defaults).items():
        yield from (
            f"{where}.{stage}.teacher: each method names its own teacher; move it there"
            for stage, keys in settings
            if "teacher" in keys
        )
    for name, method in config.methods.items():
        for stage in STAGES:
            keys = getattr(method, stage)
            teacher = keys.get("teacher") if isinstance(keys, dict) else None
            if teacher is not None and not (isinstance(teacher, str) and teacher in config.methods):
                yield f"methods.{name}.{stage}.teacher: {unknown(teacher, config.methods, 'method')}"


def circular_teachers(owned: Ownership) -> Iterator[str]:
    """Yield the teachers whose logits rest on the very stage that learns from them."""
    for method in owned.config.methods:
        for stage in owned.stages(method):
            teacher = owned.teacher(method, stage)
            if teacher and (circle := _circle(owned, (method, stage))):
                way = " and ".join(f"{name}.{each}" for name, each in circle[1:-1])
                through = f" through {way}" if way else ""
                yield f"methods.{method}.{stage}.teacher: {teacher} rests on this stage{through}; choose another method"


def _circle(owned: Ownership, start: Step) -> list[Step]:
    """Return a way from a stage of a method over what it rests on back to itself; empty where there is none."""
    pending, seen = [[start]], set[Step]()
    while pending:
        path = pending.pop()
        for step in _rests_on(owned, *path[-1]):
            if step == start:
                return [*path, step]
            if step not in seen:
                seen.add(step)
                pending.append([*path, step])
    return []


def _rests_on(owned: Ownership, method: str, stage: str) -> Iterator[Step]:
    """Yield the stages before one that a method defines, and all stages of its teacher, each with its owner."""
    users = [(each, method) for each in ORDER[: ORDER.index(stage)]]
    if teacher := owned.teacher(method, stage):
        users += [(each, teacher) for each in ORDER]
    yield from ((owner, each) for each, user in users if (owner := owned.owner(user, each)))


def _pretrains(config: Config, name: str | None) -> bool:
    """Return whether a method, or one whose work it reuses, has a pre-training."""
    seen: list[str] = []
    while name in config.methods and name not in seen:
        seen.append(name)
        method = config.methods[name]
        if method.pretrain is not None:
            return True
        name = method.from_
    return False
