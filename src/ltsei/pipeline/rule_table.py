"""The workflow's rules in one table: what each is called, what it writes and where, whose results these are.

Everything that names a rule or a result file reads this table: the Snakemake rules, the matrix, provenance, planning,
progress and the report. A new rule is a row here, a rule in `workflow/rules`, a script of the same name in
`workflow/scripts`, and the function that it calls.
"""

from collections.abc import Mapping
from dataclasses import replace

from ltsei.pipeline.rule import BLOCK, DATASET, METHOD, REPORT, SPLIT, Rule
from ltsei.pipeline.rule_outputs import (
    ADJUSTED,
    EVALUATION,
    FEATURES,
    LOGITS_TEST,
    LOGITS_TRAIN,
    OF_TRIALS,
    OF_UNKNOWN,
    RECIPE,
    SAMPLE,
    SIGNALS,
    TRAINED,
    UNKNOWN,
    UNLABELLED,
)

OPEN_SET, CONDITIONS, PRIORS = "open_set", "test_conditions", "test_priors"
"""Rules that test a cell further, where its data set has unknown classes, conditions or priors."""
APPLYING = (OPEN_SET, CONDITIONS)
"""Those that apply the trained network of a method once more."""
UNLABELLED_DATA = "unlabelled_data"
"""Stands for the checksum of the unlabelled signals' source, as ``data`` for that of the labelled ones'."""

TRIALS = f"{METHOD}/trials/{{trials}}"


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


VIEWS = "stage3_views"
"""The rule that shows the test signals and views of them to the experts."""
TUNED_RULE = "_tuned"
"""Ends the name of a rule that takes the results of the chosen trial."""


def tuned(rule: Rule) -> Rule:
    """Return the rule that takes the results of the chosen trial instead of carrying out a stage."""
    return replace(
        rule, name=rule.name + TUNED_RULE, label=f"tuned {rule.label}", tuning="tuned", trains=False, uses_gpu=False
    )


PRETRAIN = Rule(
    name="pretrain",
    label="pre-training",
    place=METHOD,
    folder="pretrain",
    outputs={"model": "model.pt", "history": "history.csv"} | RECIPE,
    stage="pretrain",
    trains=True,
    uses_gpu=True,
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
    Rule("prepare_unlabelled", "preparation of unlabelled signals", DATASET, "unlabelled", UNLABELLED | RECIPE),
    Rule("prepare_unknown", "preparation of unknown classes", DATASET, "unknown", UNKNOWN, recorded=False),
    Rule("make_split", "split", SPLIT, "", {"split": "split.npz"}),
    PRETRAIN,
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
    Rule(VIEWS, "views of test", METHOD, VIEWS, {"views": "views.npy"} | RECIPE, stage="stage3", uses_gpu=True),
    Rule(
        "stage3_transductive",
        "stage 3 on test, with views",
        METHOD,
        "stage3_test",
        LOGITS_TEST | RECIPE,
        stage="stage3",
    ),
    Rule("training_logits", "training logits", METHOD, "training_logits", LOGITS_TRAIN | RECIPE),
    Rule("evaluate", "evaluation", METHOD, "", EVALUATION | RECIPE),
    Rule("domain_metrics", "metrics by domain", METHOD, "", {"domains": "domains.json"}, recorded=False),
    Rule(OPEN_SET, "open-set metrics", METHOD, "open_set", OF_UNKNOWN, uses_gpu=True, recorded=False),
    Rule(
        *(CONDITIONS, "test conditions", METHOD, "", {"scores": "test_conditions.csv"}),
        uses_gpu=True,
        recorded=False,
    ),
    Rule(PRIORS, "test priors", METHOD, "", {"accuracies": "test_priors.json"}, recorded=False),
    Rule("examples", "example signals", DATASET, "signals", {"examples": "examples.json"}, recorded=False),
    Rule("audit", "leakage audit", DATASET, "", {"findings": "audit.json", "page": "audit.html"}, recorded=False),
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
    Rule("block_report", "block page", BLOCK, "", {"html": "report.html"}, script_of="report", recorded=False),
    Rule("block_tables", "block tables", BLOCK, "tables", {}, script_of="report_tables", recorded=False),
    Rule("block_figures", "block figures", BLOCK, "figures", {}, script_of="report_figures", recorded=False),
    Rule("report", "report page", REPORT, "", {"html": "report.html"}, recorded=False),
    Rule("report_tables", "report tables", REPORT, "tables", {}, recorded=False),
    Rule("report_figures", "report figures", REPORT, "figures", {}, recorded=False),
    Rule("partial_report", "partial report", REPORT, "", {"html": "partial.html"}, script_of="report", recorded=False),
)
TEST_RULES = ("stage3_test", VIEWS, "stage3_transductive")
"""The rules that apply stage 3 to the test signals: the first, or the others where a step uses views of them."""
RULES: Mapping[str, Rule] = {rule.name: rule for rule in TABLE}
"""Every rule by its name, in the order in which their jobs run."""
SCRIPTS = tuple(dict.fromkeys(rule.script for rule in TABLE))
"""The scripts of all rules."""
RECORDED = ("data", UNLABELLED_DATA, *(rule.name for rule in TABLE if rule.recorded))
"""What a number depends on, in the order in which it is made: the sources' bytes, then each rule."""


def untuned(rule: str) -> str:
    """Return the rule that carries out the stage for one that takes its results from a trial; others as they are."""
    return rule.removesuffix(TUNED_RULE) if rule in RULES and RULES[rule].tuning == "tuned" else rule


def rule_label(rule: str) -> str:
    """Return the label of a rule, or of ``data``; a rule that is not in the table has its own name."""
    return RULES[rule].label if rule in RULES else rule.replace("_", " ")
