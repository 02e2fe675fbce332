"""The tuned version of every method of a block with `tuning`: a method of its own, whose name ends in ``.tuned``.

A tuned method builds on the tuned version of the method that it reuses, so that every stage is tuned with the same
effort, whoever uses it. Where nothing varies, it is an ordinary method or another name for the one in the file.
"""

from ltsei.config.experiment import Config, Method
from ltsei.config.search_space import search_space
from ltsei.config.tuned_method import TunedMethod
from ltsei.config.tuning import TUNED, Tuning
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
