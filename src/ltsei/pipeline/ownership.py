"""Which method owns the work that a method uses, and which data set the prepared signals: what `from:` means."""

import functools
import itertools

from ltsei.config.derived_datasets import lineage
from ltsei.config.experiment import Config
from ltsei.config.stages import STAGES
from ltsei.config.tuned_method import TunedMethod
from ltsei.config.tuning import Tuning
from ltsei.pipeline.job_id import JobId

ORDER = tuple(STAGES)


class Ownership:
    """The stages of each method and the prepared signals of each data set, its own and those it reuses."""

    def __init__(self, config: Config) -> None:
        """Take a configuration whose names all exist."""
        self.config = config

    def stages(self, method: str) -> tuple[str, ...]:
        """Return the stages that a method defines itself; none for an alias."""
        return tuple(stage for stage in STAGES if getattr(self.config.methods[method], stage) is not None)

    @functools.cache  # noqa: B019 (lives as long as its process)
    def owner(self, method: str, stage: str) -> str | None:
        """Return the method whose work `method` uses for `stage`, None where it has no such stage."""
        own = self.stages(method)
        if stage in own:
            return method
        parent = self.config.methods[method].from_
        if parent is None or (own and ORDER.index(stage) > ORDER.index(own[0])):
            return None
        return self.owner(parent, stage)

    def teacher(self, method: str, stage: str) -> str | None:
        """Return the method from which a stage that `method` defines learns, None where it has no teacher."""
        settings = getattr(self.config.methods[method], stage)
        teacher: str | None = settings.get("teacher") if isinstance(settings, dict) else None
        return teacher

    def uses_unlabelled(self, method: str) -> bool:
        """Return whether the stage 1 that `method` uses learns from unlabelled signals."""
        owner = self.owner(method, "stage1")
        settings = getattr(self.config.methods[owner], "stage1", None) if owner else None
        return isinstance(settings, dict) and settings.get("unlabelled_ratio") is not None

    def trial_stages(self, method: str) -> tuple[str, ...]:
        """Return the stages of a tuned method that each trial carries out; none for other methods."""
        settings = self.config.methods[method]
        return settings.trial_stages if isinstance(settings, TunedMethod) else ()

    def tuning(self, method: str) -> Tuning:
        """Return how a tuned method is tuned."""
        settings = self.config.methods[method]
        if not isinstance(settings, TunedMethod):
            raise ValueError(f"{method}: not a tuned method")
        return settings.tuning

    def owners(self, stage: str) -> list[str]:
        """Return the methods that define `stage` themselves."""
        return [method for method in self.config.methods if stage in self.stages(method)]

    def last_stage(self, method: str, before: str | None = None) -> str:
        """Return a method's last stage, or its last one before the stage `before`."""
        limit = ORDER.index(before) if before else len(ORDER)
        return next(stage for stage in reversed(ORDER[:limit]) if self.owner(method, stage))

    def canonical(self, method: str) -> str:
        """Return the method itself, or the one that it is an alias of."""
        parent = self.config.methods[method].from_
        return method if self.stages(method) or parent is None else self.canonical(parent)

    def canonical_methods(self) -> list[str]:
        """Return the methods with results of their own: all but the aliases."""
        return list(dict.fromkeys(map(self.canonical, self.config.methods)))

    def store(self, dataset: str) -> str:
        """Return the data set under whose name the prepared signals lie that `dataset` uses.

        Other unknown classes make other prepared signals.
        """
        datasets = self.config.datasets
        unknown = datasets[dataset].unknown_classes
        same = itertools.takewhile(lambda name: datasets[name].unknown_classes == unknown, lineage(datasets, dataset))
        return list(same)[-1]

    def all_stores(self) -> list[str]:
        """Return the data sets with prepared signals of their own, enabled or not."""
        return list(dict.fromkeys(map(self.store, self.config.datasets)))

    def unlabelled_stores(self) -> list[str]:
        """Return those that have unlabelled signals, too."""
        return [name for name in self.all_stores() if self.config.datasets[name].unlabelled is not None]

    def unknown_stores(self) -> list[str]:
        """Return those that have signals of unknown classes, too."""
        return [name for name in self.all_stores() if self.config.datasets[name].unknown_classes is not None]

    def store_job(self, dataset: str, rule: str = "prepare") -> JobId:
        """Return the job that prepares the signals of a data set, or that of another rule on these signals alone."""
        return JobId(rule, self.store(dataset))

    def balances_twice(self, method: str) -> bool:
        """Return whether a stage that a method uses is allowed to correct the class prior more than once."""
        owners = {self.owner(method, stage) for stage in STAGES} - {None}
        return any(self.config.methods[owner].allow for owner in owners if owner)
