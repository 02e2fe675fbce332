"""Names in the experiment file that do not exist: experiments, data sets, methods, parents."""

from collections.abc import Collection, Iterable, Iterator

from ltsei.config.experiment import Config
from ltsei.config.stages import STAGES
from ltsei.core.errors import unknown


def unknown_names(config: Config) -> Iterator[str]:
    """Yield a line for each name that does not exist, and for each `from:` that leads nowhere."""
    yield from _unknown("run", config.run, config.experiments, "experiment")
    yield from _unknown("baseline", [config.baseline] if config.baseline else [], config.methods, "method")
    for name, experiment in config.experiments.items():
        yield from _unknown(f"experiments.{name}.datasets", experiment.datasets, config.datasets, "dataset")
        if experiment.methods != "all":
            yield from _unknown(f"experiments.{name}.methods", experiment.methods, config.methods, "method")
        yield from _unknown(f"experiments.{name}.exclude", experiment.exclude, config.methods, "method")
        if not config.block_methods(experiment):
            yield f"experiments.{name}.exclude: leaves no method; a block needs one at least"
    for name in config.methods:
        yield from _parents(config, name)


def _unknown(where: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[str]:
    return (f"{where}[{index}]: {unknown(name, known, what)}" for index, name in enumerate(names) if name not in known)


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
