"""What the experiment file may say: frozen types that reject unknown keys and report every error at once (no torch)."""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import AfterValidator, Field

from ltsei.config.dataset import Dataset, StageSettings
from ltsei.config.derived_datasets import completed
from ltsei.config.reserved_names import not_reserved, not_tuned
from ltsei.config.results_of_others import ResultsOfOthers
from ltsei.config.tuning import TUNED, Tuning
from ltsei.config.values import Device, Folder, Millimetres, Name, Ratio, RunSeed, Seed, StepSpec, Switch
from ltsei.core import run_seeds
from ltsei.core.parsing import Frozen
from ltsei.runtime.attempt import SignalMemory


class Method(Frozen):
    """A named recipe: stages of its own, on top of those that it reuses."""

    from_: Name | None = Field(
        default=None, alias="from", description="the method whose work is reused up to the first stage defined here"
    )
    pretrain: dict[str, Any] | None = Field(
        default=None, description="settings of a pre-training without labels; null: none of its own"
    )
    stage1: dict[str, Any] | None = Field(
        default=None, description="settings of stage 1 as a training; null: no stage 1 of its own"
    )
    stage2: dict[str, Any] | None = Field(
        default=None, description="settings of stage 2 as a training; null: no stage 2 of its own"
    )
    stage3: list[StepSpec] | None = Field(
        default=None, description="post-hoc steps, in order; null: no stage 3 of its own"
    )
    allow: list[Literal["double_balancing"]] = Field(
        default=[], description="`double_balancing`: more than one part of the method may correct the class prior"
    )
    sweep: dict[str, Any] | None = Field(
        default=None,
        description="makes a method of each combination of values: setting → list of values, or a mapping from labels "
        "to values; `invalid` says whether combinations that make no sense are an error (`refuse`, the default) or are "
        "left out (`leave_out`); null: one method",
    )
    title: str | None = Field(default=None, description="name in the report; null: the key")
    kind: str = Field(default="other", description="kind of method, by which the report groups methods")


class SeedGrid(Frozen):
    """Every combination of split seeds and training seeds."""

    split: Annotated[list[Seed], MinLen(1)] = Field(description="seeds that draw training and validation signals")
    train: Annotated[list[Seed], MinLen(1)] = Field(description="seeds of initial weights, batches and augmentations")


class Experiment(Frozen):
    """A block of the matrix: every combination of its data sets, methods, ratios and seeds."""

    title: str = Field(default="", description="heading in the report; empty: the key")
    datasets: Annotated[list[Name], MinLen(1)] = Field(description="keys of `datasets`")
    methods: Annotated[list[Name], MinLen(1)] | Literal["all"] = Field(description="keys of `methods`, or all of them")
    exclude: list[Name] = Field(
        default=[], description="methods that this block leaves out, for use with `methods: all`"
    )
    imbalance_ratios: Annotated[list[Ratio], MinLen(1)] = Field(
        description="signals of the largest class over those of the smallest; `natural`: all that the source has"
    )
    seeds: Annotated[list[Seed], MinLen(1)] | SeedGrid = Field(
        description="each seed drives the split and the training; `{split: [0, 1, 2], train: [0, 1, 2]}`: every "
        "combination of a split seed and a training seed, written `0-2` where they differ"
    )
    tuning: Tuning | None = Field(
        default=None, description="adds to every method the same method with tuned parameters; null: recipes as given"
    )

    def run_seeds(self) -> list[run_seeds.RunSeed]:
        """Return the seeds of the block's runs."""
        if isinstance(self.seeds, SeedGrid):
            return [run_seeds.run_seed(split, train) for split in self.seeds.split for train in self.seeds.train]
        return list(self.seeds)


class FigureCell(Frozen):
    """A cell of the matrix, as the experiment file names it."""

    dataset: Name = Field(description="key of `datasets`")
    imbalance_ratio: Ratio = Field(description="as in the experiment")
    seed: RunSeed = Field(description="as in the experiment; `0-3` is split seed 0 with training seed 3")
    method: Name = Field(description="key of `methods`")


class Figures(Frozen):
    """Which cells get figures as files, and how these look."""

    cells: Literal["none", "first_seed"] | Annotated[list[FigureCell], MinLen(1)] = Field(
        default="none",
        description="cells with figures: `first_seed` of every data set, ratio and method, or cells of the blocks that "
        "are on, as in `{dataset: adsb_synth, imbalance_ratio: 100, seed: 0, method: crt}`",
    )
    formats: Annotated[list[Literal["svg", "pdf", "png"]], MinLen(1)] = Field(
        default=["pdf", "png"], description="formats of the files"
    )
    dpi: Annotated[int, Gt(0), Le(2400)] = Field(default=400, description="dots per inch of PNG files")
    width_mm: Millimetres = Field(
        default=85.0,
        description="width of a figure in millimetres: 85 is one column of a journal; letters are 7.2 points high at "
        "any width",
    )
    wide_mm: Millimetres = Field(
        default=176.0, description="width in millimetres of the figures of the matrix that span two columns"
    )
    tsne_3d: bool = Field(default=False, description="also the map `tsne_3d`, in three dimensions")
    tsne_perplexity: Annotated[float, Ge(1)] = Field(
        default=30.0, description="perplexity of t-SNE; at most a third of the signals"
    )
    tsne_iterations: Annotated[int, Ge(250)] = Field(default=1000, description="iterations of t-SNE")
    max_signals: Annotated[int, Ge(10)] = Field(
        default=5000, description="test signals that t-SNE gets, drawn where there are more; 5000 take a minute or two"
    )
    top_confusions: Annotated[int, Gt(0)] = Field(
        default=10, description="pairs of classes in the figure of that name, each with its number of signals"
    )


class Config(Frozen):
    """The whole experiment file."""

    results: Folder = Field(default="results", description="folder of all results; `~` is the home folder")
    device: Device = Field(
        default="auto",
        description="where networks are trained; `auto`: on a GPU if there is one; the variable CUDA_VISIBLE_DEVICES "
        "chooses among several",
    )
    checkpoint_minutes: Annotated[float, Gt(0)] = Field(
        default=10.0, description="minutes between saved states of a training"
    )
    on_failure: Literal["report", "stop"] = Field(
        default="report",
        description="what a failed cell does: `report` (the others finish and it is a row of the reports) or `stop` "
        "(nothing new starts)",
    )
    jobs_per_device: Annotated[int, Gt(0)] = Field(
        default=1, description="jobs that may share one GPU on a machine without a scheduler"
    )
    signal_memory: SignalMemory = Field(
        default="auto",
        description="where a training keeps its signals: on the `device`, in memory of the `host` (batches reach a GPU "
        "by way of pinned memory), or on `disk` (each batch is read and preprocessed anew); `auto`: the first of them "
        "of which they take at most half. Results are the same bytes",
    )
    smoke: Switch = Field(
        default=False,
        description="whether this is a smoke run: every enabled cell for two epochs on few signals, results in the "
        "folder `smoke` below `results`",
    )
    datasets: Annotated[dict[Name, Dataset], AfterValidator(not_reserved), AfterValidator(completed)] = Field(
        description="name → data set"
    )
    defaults: StageSettings = Field(default=StageSettings(), description="settings below those of every method")
    methods: Annotated[dict[Name, Method], AfterValidator(not_tuned)] = Field(description="name → method")
    baseline: Name | None = Field(
        default=None,
        description="the method to which others are compared; a block without it compares with its first method",
    )
    run: Annotated[list[Name], MinLen(1)] = Field(description="keys of the experiments that are on")
    experiments: dict[Name, Experiment] = Field(description="name → block of the matrix")
    results_of_others: ResultsOfOthers = Field(
        default=[],
        description="published tables and results folders of other matrices, as in `{table: published.csv}` and "
        "`{folder: ../other/results}`: the report shows their numbers beside those of the same data set and ratio, "
        "without a place and in no test; nothing runs again but reports",
    )
    figures: Figures = Field(default=Figures(), description="figures of chosen cells as files")
    selection_on_test: Switch | None = Field(
        default=None,
        description="whether the report also says by how much a choice on the test part, which is forbidden, would "
        "have flattered each method; null: where an enabled block has `tuning`, or compares a data set with its oracle",
    )

    def seed_pairs(self) -> list[run_seeds.SeedPair]:
        """Return the seeds of all blocks, enabled or not, whose split and training differ."""
        seeds = (seed for block in self.experiments.values() for seed in block.run_seeds())
        return list(dict.fromkeys(seed for seed in seeds if isinstance(seed, run_seeds.SeedPair)))

    def block_methods(self, block: Experiment) -> list[str]:
        """Return the methods of a block but for those it excludes; ``all`` are those of the file.

        With `tuning`, each is followed by its tuned version.
        """
        every = [method for method in self.methods if not method.endswith(TUNED)]
        chosen = every if block.methods == "all" else block.methods
        methods = [method for method in chosen if method not in block.exclude]
        return [name for method in methods for name in ([method, method + TUNED] if block.tuning else [method])]
