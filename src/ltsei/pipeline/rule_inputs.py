"""Inputs of a job that depend on its method or data set: whose results it reads, and the files of the data source."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ltsei.config.tuning import CHOSEN
from ltsei.core.run_seeds import parse_seed
from ltsei.pipeline.data_files import source_files, unlabelled_files
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import CONDITIONS, OPEN_SET, PRIORS, RULES, TEST_RULES, VIEWS
from ltsei.pipeline.stage_inputs import (
    Inputs,
    before_stage3,
    feature_paths,
    open_set,
    result_path,
    rule_of_last_stage,
    stage1,
    stage2,
    stage2_finetune,
    stage3,
    stage3_test,
    stage3_transductive,
    stage3_views,
    taught,
    trained_method,
    training_logits,
)
from ltsei.pipeline.teachers import LOGITS


def inputs(matrix: Matrix, job: JobId) -> Inputs:
    """Return name -> path of those inputs of a job that depend on its method or data set."""
    return READERS[job.rule](matrix, job)


def _prepare(matrix: Matrix, job: JobId) -> Inputs:
    return {"source": source_files(matrix, job.dataset)}


def _prepare_unlabelled(matrix: Matrix, job: JobId) -> Inputs:
    return {"source": unlabelled_files(matrix, job.dataset)}


def _audit(matrix: Matrix, job: JobId) -> Inputs:
    """Return the files of the source where they hold recording or time of signals; others may have been moved away."""
    source = matrix.dataset(job.dataset).source
    return _prepare(matrix, job) if source.get("group_key") or source.get("order_key") else {}


def _stage1_trials(matrix: Matrix, job: JobId) -> Inputs:
    return stage1(matrix, job) | taught(matrix, job, *matrix.trial_stages(job.method)) | _chosen(matrix, job)


def _stage2_trials(matrix: Matrix, job: JobId) -> Inputs:
    inputs = (stage2_finetune if any(matrix.moves_backbone(job.method)) else stage2)(matrix, job)
    return inputs | {"before": [str(inputs["before"])]} | _chosen(matrix, job)


def _stage3_trials(matrix: Matrix, job: JobId) -> Inputs:
    return stage3(matrix, job) | _chosen(matrix, job)


def _chosen(matrix: Matrix, job: JobId) -> Inputs:
    """Return the choice, for a job that runs the chosen trial alone."""
    if job.trials != CHOSEN:
        return {}
    choice = replace(job, rule=f"{RULES[job.rule].stage}_choice", trials="")
    return {"choice": choice.output("choice", matrix.config.results)}


def _choice(matrix: Matrix, job: JobId) -> Inputs:
    results = matrix.config.results
    seeds = [*map(str, matrix.tuning(job.method).choice_seeds)] or [job.seed]
    jobs = [replace(job, seed=seed) for seed in seeds]
    return {
        "logits_val": [path for each in jobs for path in _of_trials(matrix, each, "logits_val")],
        "splits": [replace(each, rule="make_split", method="").output("split", results) for each in jobs],
        "before": [path for each in jobs for path in _of_trials(matrix, each, "recipe")],
    }


def _tuned(matrix: Matrix, job: JobId) -> Inputs:
    stages = matrix.trial_stages(job.method)
    choice = replace(job, rule=f"{stages[0]}_choice")
    earlier = stages[: stages.index(RULES[job.rule].stage or "")]
    before = [choice, *(replace(job, rule=matrix.stage_rule(job.method, stage)) for stage in earlier)]
    return {
        "choice": choice.output("choice", matrix.config.results),
        "archives": _of_trials(matrix, choice, "archive"),
        "before": [each.output("recipe", matrix.config.results) for each in before],
    }


def _of_trials(matrix: Matrix, job: JobId, output: str) -> list[str]:
    """Return an output of each job that runs trials from the same stage."""
    rule = f"{RULES[job.rule].stage}_trials"
    ranges = matrix.tuning(job.method).jobs(parse_seed(job.seed))
    jobs = (replace(job, rule=rule, trials=trials) for trials in ranges)
    return [each.output(output, matrix.config.results) for each in jobs]


def _evaluate(matrix: Matrix, job: JobId) -> Inputs:
    last = _rule_of_test_logits(matrix, job.method)
    trained = rule_of_last_stage(matrix, job.method, before="stage3")
    experts: Inputs = {} if last in TEST_RULES else {"experts": result_path(matrix, job, trained, "experts")}
    return {
        "logits_test": result_path(matrix, job, last, "logits_test"),
        **experts,
        "network": result_path(matrix, job, trained, "network"),
        "before": result_path(matrix, job, last, "recipe"),
    }


def _domain_metrics(matrix: Matrix, job: JobId) -> Inputs:
    return {"logits_test": result_path(matrix, job, _rule_of_test_logits(matrix, job.method), "logits_test")}


def _test_conditions(matrix: Matrix, job: JobId) -> Inputs:
    return trained_method(matrix, job) | _domain_metrics(matrix, job)


def _feature_map(matrix: Matrix, job: JobId) -> Inputs:
    rule = {"stage1": "stage1", "stage2": "stage2_finetune"}[job.network]
    return {"sample": replace(job, rule=rule, network="").output("sample", matrix.config.results)}


def _selection_on_test(matrix: Matrix, job: JobId) -> Inputs:
    """Return the test logits as chosen, what post-hoc steps start from, and all trials where one is chosen."""
    inputs: Inputs = {
        "logits_chosen": result_path(matrix, job, _rule_of_test_logits(matrix, job.method), "logits_test")
    }
    if "stage3" in matrix.stages(job.method):
        inputs |= before_stage3(matrix, job, "test")
    stages = matrix.trial_stages(job.method)
    if stages:
        chosen = replace(job, rule=f"{stages[0]}_choice")
        choice = chosen.output("choice", matrix.config.results)
        inputs |= {"choice": choice, "archives": _of_trials(matrix, chosen, "archive")}
    return inputs


def _cell_figures(matrix: Matrix, job: JobId) -> Inputs:
    trainings = [rule for rule in matrix.rules_of(job.method) if "history" in RULES[rule].outputs]
    return {
        "metrics": result_path(matrix, job, "evaluate", "metrics"),
        "per_class": result_path(matrix, job, "evaluate", "per_class"),
        "histories": [result_path(matrix, job, rule, "history") for rule in trainings],
        "logits_test": result_path(matrix, job, _rule_of_test_logits(matrix, job.method), "logits_test"),
        **feature_paths(matrix, job, "test"),
    }


READERS: Mapping[str, Callable[[Matrix, JobId], Inputs]] = {
    "prepare": _prepare,
    "prepare_unlabelled": _prepare_unlabelled,
    "prepare_unknown": _prepare,
    "audit": _audit,
    "stage1": stage1,
    "stage2": stage2,
    "stage2_finetune": stage2_finetune,
    "stage3": stage3,
    "stage3_test": stage3_test,
    VIEWS: stage3_views,
    "stage3_transductive": stage3_transductive,
    "stage1_trials": _stage1_trials,
    "stage2_trials": _stage2_trials,
    "stage3_trials": _stage3_trials,
    **{rule: _choice for rule in RULES if RULES[rule].tuning == "choice"},
    **{rule: _tuned for rule in RULES if RULES[rule].tuning == "tuned"},
    LOGITS: training_logits,
    "evaluate": _evaluate,
    "domain_metrics": _domain_metrics,
    OPEN_SET: open_set,
    CONDITIONS: _test_conditions,
    PRIORS: _domain_metrics,
    "feature_map": _feature_map,
    "selection_on_test": _selection_on_test,
    "cell_figures": _cell_figures,
}


def map_job(matrix: Matrix, job: JobId) -> JobId:
    """Return the job that maps the features of the backbone on which a cell's evaluation rests."""
    rule, owner = matrix.features_rule(job.method)
    return replace(job, rule="feature_map", method=owner, network=RULES[rule].stage or "")


def _rule_of_test_logits(matrix: Matrix, method: str) -> str:
    if matrix.last_stage(method) != "stage3":
        return rule_of_last_stage(matrix, method)
    return matrix.test_rules(matrix.owner(method, "stage3") or method)[-1]
