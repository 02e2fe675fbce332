"""The workflow's rules in one table: what each is called, what it writes and where, whose results these are.

Everything that names a rule or a result file reads this table: the Snakemake rules, the matrix, provenance, planning,
progress and the report. A new rule is a row here, a rule in `workflow/rules`, a script of the same name in
`workflow/scripts`, and the function that it calls.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, Self

DATASET = "{dataset}"
SPLIT = f"{DATASET}/ir{{ir}}/seed{{seed}}"
METHOD = f"{SPLIT}/{{method}}"
REPORT = "report"
BLOCK = f"{REPORT}/{{block}}"
WILDCARD = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Rule:
    """One kind of job.

    Attributes:
        name: of the Snakemake rule and of its script.
        label: its name in tables, on the page and on the terminal.
        place: where its jobs differ: a folder below the results folder, with wildcards.
        folder: of its results, below `place`.
        outputs: name -> file in `folder`, the last one written last.
        stage: the stage of a method that it carries out or extends; None where the method's settings do not matter.
        tuning: what it does for a tuned method: run trials, of which `stage` is the first stage; choose one; or take
            the results of the chosen one.
        trains: whether it runs epochs: it has a history, and a saved state from which it resumes.
        uses_gpu: whether it computes on the GPU where there is one.
        recorded: whether its fingerprint is kept with everything made from its results.
    """

    name: str
    label: str
    place: str
    folder: str
    outputs: Mapping[str, str]
    stage: str | None = None
    tuning: Literal["", "trials", "choice", "tuned"] = ""
    trains: bool = False
    uses_gpu: bool = False
    recorded: bool = True

    @property
    def script(self) -> str:
        """Name of its script; several rules may share one."""
        return self.tuning or SHARED_SCRIPTS.get(self.name, self.name)

    def path(self, output: str) -> str:
        """Return the path of an output below the results folder, with wildcards."""
        return "/".join(filter(None, (self.place, self.folder, self.outputs[output])))

    @property
    def log(self) -> str:
        """Path of the log, with wildcards; the lease of a running job lies beside it."""
        return f"{self.place}/logs/{self.name}.log"

    @property
    def benchmark(self) -> str:
        """Path of Snakemake's benchmark file, with wildcards."""
        return f"{self.place}/benchmarks/{self.name}.tsv"


SIGNALS = {
    "train": "train.npy",
    "labels_train": "labels_train.npy",
    "test": "test.npy",
    "labels_test": "labels_test.npy",
    "groups_train": "groups_train.npy",
    "meta": "meta.json",
}
LOGITS_VAL = {"logits_val": "logits_val.npy"}
LOGITS_TEST = {"logits_test": "logits_test.npy"}
"""In a file of their own, so that no job that trains or chooses has them among its inputs."""
NETWORK = {"experts": "experts.npz", "network": "network.json"}
TRAINED = {"history": "history.csv"} | LOGITS_VAL | LOGITS_TEST | NETWORK
"""What every training leaves beside its weights: epochs, logits, gate and choices of experts, size of the network."""
SAMPLE = {"sample": "sample.npz"}
"""Features of a few test signals, for a map."""
FEATURES = {"features_train": "train.npy", "features_val": "val.npy", "features_test": "test.npy"}
RECIPE = {"recipe": "recipe.json"}
ADJUSTED = LOGITS_VAL | {"steps": "steps.json", "sweep": "sweep.csv"}
"""Validation logits after the post-hoc steps, these steps with the values chosen, and all values that they tried."""
EVALUATION = {
    "metrics": "metrics.json",
    "per_class": "per_class.csv",
    "diagnostics": "diagnostics.json",
    "confusion": "confusion.csv",
}

SHARED_SCRIPTS = {
    "block_report": "report",
    "block_tables": "report_tables",
    "block_figures": "report_figures",
    "partial_report": "report",
}
"""Rules that run the script of another rule for another selection of cells."""
TRIALS = f"{METHOD}/trials/{{trials}}"
OF_TRIALS = LOGITS_VAL | {"archive": "trials.zip"} | RECIPE
"""Validation logits of all trials of a job, and all their other results."""


def trials_and_choice(stage: str, label: str) -> tuple[Rule, Rule]:
    """Return the rules that run the trials of methods whose first tuned stage this is, and that choose one."""
    return (
        Rule(
            f"{stage}_trials",
            f"trials from {label}",
            TRIALS,
            "",
            OF_TRIALS,
            stage,
            "trials",
            uses_gpu=stage == "stage1",
        ),
        Rule(
            f"{stage}_choice",
            f"choice from {label}",
            METHOD,
            "choice",
            {"choice": "choice.json"} | RECIPE,
            stage,
            "choice",
        ),
    )


TUNED_RULE = "_tuned"
"""Ends the name of a rule that takes the results of the chosen trial."""


def tuned(rule: Rule) -> Rule:
    """Return the rule that takes the results of the chosen trial instead of carrying out a stage."""
    return replace(
        rule, name=rule.name + TUNED_RULE, label=f"tuned {rule.label}", tuning="tuned", trains=False, uses_gpu=False
    )


STAGE1 = Rule(
    name="stage1",
    label="stage 1",
    place=METHOD,
    folder="stage1",
    outputs={"model": "model.pt"} | TRAINED | SAMPLE | RECIPE,
    stage="stage1",
    trains=True,
    uses_gpu=True,
)
STAGE2 = Rule("stage2", "stage 2", METHOD, "stage2", {"model": "head.pt"} | TRAINED | RECIPE, "stage2", trains=True)
STAGE2_FINETUNE = Rule(
    name="stage2_finetune",
    label="stage 2 (fine-tuning)",
    place=METHOD,
    folder="stage2",
    outputs={name: f"features/{file}" for name, file in FEATURES.items()}
    | {"model": "head.pt"}
    | TRAINED
    | SAMPLE
    | RECIPE,
    stage="stage2",
    trains=True,
    uses_gpu=True,
)
STAGE3 = Rule("stage3", "stage 3", METHOD, "stage3", ADJUSTED | RECIPE, "stage3")
TABLE = (
    Rule("prepare", "preparation", DATASET, "signals", SIGNALS),
    Rule("make_split", "split", SPLIT, "", {"split": "split.npz"}),
    STAGE1,
    *trials_and_choice("stage1", "stage 1"),
    tuned(STAGE1),
    Rule("features", "features", METHOD, "features", FEATURES | RECIPE, stage="stage1", uses_gpu=True),
    STAGE2,
    STAGE2_FINETUNE,
    *trials_and_choice("stage2", "stage 2"),
    tuned(STAGE2),
    tuned(STAGE2_FINETUNE),
    STAGE3,
    *trials_and_choice("stage3", "stage 3"),
    tuned(STAGE3),
    Rule("stage3_test", "stage 3 on test", METHOD, "stage3_test", LOGITS_TEST | RECIPE, stage="stage3"),
    Rule("evaluate", "evaluation", METHOD, "", EVALUATION | RECIPE),
    Rule("examples", "example signals", DATASET, "signals", {"examples": "examples.json"}, recorded=False),
    Rule("feature_map", "feature map", f"{METHOD}/{{network}}", "", {"map": "map.json"}, recorded=False),
    Rule(
        "selection_on_test",
        "selection on test (forbidden)",
        METHOD,
        "selection_on_test",
        {"selection": "selection.json"},
        recorded=False,
    ),
    Rule("cell_figures", "cell figures", f"{REPORT}/figures/{METHOD}", "", {"index": "index.json"}, recorded=False),
    Rule("block_report", "block page", BLOCK, "", {"html": "report.html"}, recorded=False),
    Rule("block_tables", "block tables", BLOCK, "tables", {}, recorded=False),
    Rule("block_figures", "block figures", BLOCK, "figures", {}, recorded=False),
    Rule("report", "report page", REPORT, "", {"html": "report.html"}, recorded=False),
    Rule("report_tables", "report tables", REPORT, "tables", {}, recorded=False),
    Rule("report_figures", "report figures", REPORT, "figures", {}, recorded=False),
    Rule("partial_report", "partial report", REPORT, "", {"html": "partial.html"}, recorded=False),
)
RULES: Mapping[str, Rule] = {rule.name: rule for rule in TABLE}
"""Every rule by its name, in the order in which their jobs run."""
SCRIPTS = tuple(dict.fromkeys(rule.script for rule in TABLE))
"""The scripts of all rules."""
RECORDED = ("data", *(rule.name for rule in TABLE if rule.recorded))
"""What a number depends on, in the order in which it is made: the source's bytes, then each rule."""


def stage_rule(rule: str) -> str:
    """Return the rule that carries out a stage for the rule that takes its results from a trial; others as they are."""
    return rule.removesuffix(TUNED_RULE) if rule in RULES and RULES[rule].tuning == "tuned" else rule


def rule_label(rule: str) -> str:
    """Return the label of a rule, or of ``data``; a rule that is not in the table has its own name."""
    return RULES[rule].label if rule in RULES else rule.replace("_", " ")


@dataclass(frozen=True, order=True)
class JobId:
    """One job: its rule and the values of the rule's wildcards; those it does not have are empty."""

    rule: str
    dataset: str = ""
    ir: str = ""
    seed: str = ""
    method: str = ""
    network: str = ""
    block: str = ""
    trials: str = ""

    def __str__(self) -> str:
        return " ".join([self.rule, "/".join(self.wildcards.values())])

    @classmethod
    def of_file(cls, rule: str, path: str) -> Self:
        """Return the job of a rule that writes the file at `path`, below the results folder.

        Raises:
            ValueError: no job of this rule writes such a file.
        """
        pattern = WILDCARD.sub(r"(?P<\1>[^/]+)", RULES[rule].place)
        match = re.match(f"{pattern}/", path)
        if match is None:
            raise ValueError(f"{path}: not below {RULES[rule].place}")
        return cls(rule, **match.groupdict())

    @property
    def wildcards(self) -> dict[str, str]:
        """Name -> value of the wildcards that it has."""
        return {name: value for name, value in list(asdict(self).items())[1:] if value}

    @property
    def number_of_trials(self) -> int:
        """How many trials it runs; 1 for the chosen one alone and for a job that runs none."""
        first, _, last = self.trials.partition("-")
        return int(last) - int(first) + 1 if last else 1

    @property
    def kind(self) -> "JobId":
        """The job without ratio and seed, which hardly change how long it takes."""
        return replace(self, ir="", seed="")

    def output(self, name: str, results: str | Path) -> str:
        """Return the path of an output."""
        return f"{results}/{RULES[self.rule].path(name).format(**self.wildcards)}"

    def folder(self, results: str | Path) -> str:
        """Return the folder of its results."""
        rule = RULES[self.rule]
        return "/".join(filter(None, (str(results), rule.place.format(**self.wildcards), rule.folder)))

    def last_output(self, results: str | Path) -> Path:
        """Return the path of the file that it writes last."""
        return Path(self.output(list(RULES[self.rule].outputs)[-1], results))

    def log(self, results: str | Path) -> str:
        """Return the path of its log."""
        return f"{results}/{RULES[self.rule].log.format(**self.wildcards)}"

    def benchmark(self, results: str | Path) -> str:
        """Return the path of Snakemake's benchmark file of it."""
        return f"{results}/{RULES[self.rule].benchmark.format(**self.wildcards)}"


def files_on_disk(results: Path, pattern: str) -> list[tuple[str, Path]]:
    """Return (path below `results`, path) of the files there that a path with wildcards stands for, sorted."""
    return [(path.relative_to(results).as_posix(), path) for path in sorted(results.glob(WILDCARD.sub("*", pattern)))]
