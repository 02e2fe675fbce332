"""The tuned version of every method of a block with `tuning`: a method of its own, whose name ends in ``.tuned``.

A tuned method builds on the tuned version of the method that it reuses, so that every stage is tuned with the same
effort, whoever uses it. Where nothing varies, it is an ordinary method or another name for the one in the file.
"""

from collections.abc import Iterator

from ltsei.config.experiment import Config, Method
from ltsei.config.search_space import numbers, search_space, with_values
from ltsei.config.stages import STAGES
from ltsei.config.tuned_method import TunedMethod
from ltsei.config.tuning import TUNED, Tuning
from ltsei.core.errors import unknown
from ltsei.pipeline.matrix import Matrix


def with_tuned_methods(matrix: Matrix, config: Config) -> Config:
    """Return a configuration with the tuned versions of the methods of its enabled blocks.

    Args:
        matrix: of the configuration without tuning.
        config: the same with tuning.
    """
    methods = dict(config.methods)
    for name in config.run:
        block = config.experiments[name]
        if block.tuning:
            for method in matrix.config.block_methods(matrix.config.experiments[name]):
                _add(matrix, methods, method, block.tuning, block.datasets[0], named=True)
    return config.model_copy(update={"methods": methods})


def _add(matrix: Matrix, methods: dict[str, Method], method: str, tuning: Tuning, dataset: str, *, named: bool) -> str:
    """Add the tuned version of a method, and of those that it builds on; return its name.

    Args:
        matrix: of the configuration without tuning.
        methods: of the configuration, those with tuning included.
        method: in the file.
        tuning: of the block.
        dataset: of the block, for the parameters of the method.
        named: whether a version of its own is needed even where nothing differs.
    """
    if method + TUNED in methods:
        return method + TUNED
    settings, own = matrix.config.methods[method], matrix.stages(method)
    base = settings.from_ and _add(matrix, methods, settings.from_, tuning, dataset, named=False)
    varied = [stage for stage in own if stage in tuning.stages and _space(matrix, dataset, method, stage, tuning)]
    if not varied and base == settings.from_ and not named:
        return method
    change: dict[str, object] = {"title": f"{settings.title or method} (tuned)", "from_": base}
    if base == settings.from_ and (not varied or own[0] != varied[0]):
        unchanged = own[: own.index(varied[0])] if varied else own
        change |= {"from_": method, **dict.fromkeys(unchanged)}
    changed = settings.model_copy(update=change)
    if varied:
        stages = own[own.index(varied[0]) :]
        fields = {name: getattr(changed, name) for name in Method.model_fields}
        changed = TunedMethod.model_construct(**fields, trial_stages=stages, tuning=tuning)
    methods[method + TUNED] = changed
    return method + TUNED


def _space(matrix: Matrix, dataset: str, method: str, stage: str, tuning: Tuning) -> bool:
    return bool(search_space({stage: matrix.recipe(stage, dataset, method).settings}, tuning.search))


def tuning_without_validation(matrix: Matrix) -> Iterator[str]:
    """Yield the blocks that tune on a data set without validation signals."""
    for name in matrix.config.run:
        block = matrix.config.experiments[name]
        for dataset in block.datasets if block.tuning else []:
            if matrix.dataset(dataset).split.validation is None:
                yield (
                    f"experiments.{name}.tuning: trials are chosen on validation signals, and "
                    f"datasets.{dataset}.split.validation is none"
                )


def shared_choice_seeds(matrix: Matrix) -> Iterator[str]:
    """Yield the blocks that choose trials on seeds with which they also measure."""
    for name in matrix.config.run:
        block = matrix.config.experiments[name]
        shared = set(block.tuning.choice_seeds) & set(block.run_seeds()) if block.tuning else set()
        if shared:
            yield (
                f"experiments.{name}.tuning.choice_seeds: {', '.join(map(str, sorted(shared)))} is also among the "
                "block's seeds; choose others, or leave the key out, and each seed chooses for itself"
            )


def different_tunings(matrix: Matrix) -> Iterator[str]:
    """Yield the blocks whose tuning differs from that of a block before, since they share tuned methods."""
    blocks = {name: matrix.config.experiments[name].tuning for name in matrix.config.run}
    tuned = {name: tuning for name, tuning in blocks.items() if tuning}
    for name, tuning in tuned.items():
        first = next(iter(tuned))
        if tuning != tuned[first]:
            yield f"experiments.{name}.tuning: differs from that of {first}; tuned methods are shared between blocks"


def unusable_ranges(matrix: Matrix) -> Iterator[str]:
    """Yield ranges of parameters that no method has, and those whose ends a method does not allow."""
    for name in matrix.config.run:
        tuning = matrix.config.experiments[name].tuning
        if tuning:
            yield from _unknown_parameters(matrix, name, tuning)
    for method in matrix.config.methods:
        if matrix.trial_stages(method):
            yield from _outside(matrix, method)


def _unknown_parameters(matrix: Matrix, block: str, tuning: Tuning) -> Iterator[str]:
    known: dict[str, None] = {}
    for cell in matrix.blocks()[block]:
        for stage in STAGES:
            owner = matrix.owner(cell.method, stage)
            if owner:
                known |= dict.fromkeys(numbers({stage: matrix.recipe(stage, cell.dataset, owner).settings}))
    short = {name.rpartition(".")[2] for name in known}
    for key in tuning.search:
        if key not in known and key not in short:
            yield f"experiments.{block}.tuning.search.{key}: {unknown(key, sorted(short), 'parameter')}"


def _outside(matrix: Matrix, method: str) -> Iterator[str]:
    rule = f"{matrix.trial_stages(method)[0]}_trials"
    for dataset in dict.fromkeys(cell.dataset for cell in matrix.cells() if cell.method == method):
        settings = matrix.recipe(rule, dataset, method).settings
        for dimension in settings.space:
            for end in (dimension.low, dimension.high):
                try:
                    with_values(settings.stages, {dimension.name: round(end) if dimension.whole else end})
                except ValueError as error:
                    yield (
                        f"methods.{method.removesuffix(TUNED)} on {dataset}: {dimension.name} = {end:g}, an end of its "
                        f"range for tuning, is not possible: {_reason(error)}"
                    )


def _reason(error: ValueError) -> str:
    return " ".join(str(error).splitlines()[-2:]).strip()
