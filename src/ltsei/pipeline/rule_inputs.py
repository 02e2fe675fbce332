"""Inputs of a job that depend on its method or data set: whose results it reads, and the files of the data source."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ltsei.config.tuning import CHOSEN
from ltsei.core.run_seeds import parse_seed
from ltsei.pipeline.data_files import source_files
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES
from ltsei.pipeline.teachers import LOGITS

Inputs = dict[str, str | list[str]]


def inputs(matrix: Matrix, job: JobId) -> Inputs:
    """Return name -> path of those inputs of a job that depend on its method or data set."""
    return READERS[job.rule](matrix, job)


def _prepare(matrix: Matrix, job: JobId) -> Inputs:
    return {"source": source_files(matrix, job.dataset)}


def _stage1(matrix: Matrix, job: JobId) -> Inputs:
    """Return the pre-trained backbone that stage 1 starts from, no files where it starts anew."""
    taught = _taught(matrix, job, "stage1")
    if matrix.owner(job.method, "pretrain") is None:
        return {"pretrained": [], "before": [], **taught}
    results = {"pretrained": "model", "before": "recipe"}
    return {name: [_result(matrix, job, "pretrain", output)] for name, output in results.items()} | taught


def _stage2(matrix: Matrix, job: JobId) -> Inputs:
    return {
        "model": _result(matrix, job, "stage1", "model"),
        "before": _result(matrix, job, "features", "recipe"),
        **_features(matrix, job, "train", "val", "test"),
        **_taught(matrix, job, "stage2"),
    }


def _stage2_finetune(matrix: Matrix, job: JobId) -> Inputs:
    results = {"model": "model", "before": "recipe"}
    inputs: Inputs = {name: _result(matrix, job, "stage1", output) for name, output in results.items()}
    return inputs | _taught(matrix, job, "stage2")


def _taught(matrix: Matrix, job: JobId, *stages: str) -> Inputs:
    """Return the logits of the teacher of each stage and the record beside them, no files without a teacher."""
    inputs: Inputs = {}
    for stage in stages:
        teacher = matrix.teacher(job.method, stage)
        of_teacher = replace(job, method=teacher or "", trials="")
        names = RULES[LOGITS].outputs if teacher else ()
        inputs[f"teacher_of_{stage}"] = [_result(matrix, of_teacher, LOGITS, name) for name in names]
    return inputs


def _training_logits(matrix: Matrix, job: JobId) -> Inputs:
    trained = _rule_of_last_stage(matrix, job.method, before="stage3")
    adjusted = ["stage3"] if matrix.last_stage(job.method) == "stage3" else []
    rules = dict.fromkeys([trained, matrix.features_rule(job.method)[0], *adjusted])
    return {
        "classifier": _result(matrix, job, trained, "model"),
        **_features(matrix, job, "train"),
        "steps": [_result(matrix, job, rule, "steps") for rule in adjusted],
        "before": [_result(matrix, job, rule, "recipe") for rule in rules],
    }


def _stage3(matrix: Matrix, job: JobId) -> Inputs:
    trained = _rule_of_last_stage(matrix, job.method, before="stage3")
    before = [_result(matrix, job, trained, "recipe")]
    if matrix.uses_features(job.method, "stage3"):
        before.append(_result(matrix, job, matrix.features_rule(job.method)[0], "recipe"))
    return _before_stage3(matrix, job, "val") | {"before": before}


def _stage3_test(matrix: Matrix, job: JobId) -> Inputs:
    return _before_stage3(matrix, job, "test") | {
        "steps": _result(matrix, job, "stage3", "steps"),
        "before": _result(matrix, job, "stage3", "recipe"),
    }


def _before_stage3(matrix: Matrix, job: JobId, part: str) -> Inputs:
    """Return what stage 3 starts from: classifier, logits of a part, and features where a step uses them."""
    trained = _rule_of_last_stage(matrix, job.method, before="stage3")
    parts = [part] if matrix.uses_features(job.method, "stage3") else []
    parts += ["train"] if matrix.uses_features(job.method, "stage3", "train_features") else []
    return {
        "classifier": _result(matrix, job, trained, "model"),
        f"logits_{part}": _result(matrix, job, trained, f"logits_{part}"),
        **_features(matrix, job, *parts),
    }


def _stage1_trials(matrix: Matrix, job: JobId) -> Inputs:
    return _stage1(matrix, job) | _taught(matrix, job, *matrix.trial_stages(job.method)) | _chosen(matrix, job)


def _stage2_trials(matrix: Matrix, job: JobId) -> Inputs:
    inputs = (_stage2_finetune if any(matrix.moves_backbone(job.method)) else _stage2)(matrix, job)
    return inputs | {"before": [str(inputs["before"])]} | _chosen(matrix, job)


def _stage3_trials(matrix: Matrix, job: JobId) -> Inputs:
    return _stage3(matrix, job) | _chosen(matrix, job)


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
    trained = _rule_of_last_stage(matrix, job.method, before="stage3")
    experts: Inputs = {} if last == "stage3_test" else {"experts": _result(matrix, job, trained, "experts")}
    return {
        "logits_test": _result(matrix, job, last, "logits_test"),
        **experts,
        "network": _result(matrix, job, trained, "network"),
        "before": _result(matrix, job, last, "recipe"),
    }


def _feature_map(matrix: Matrix, job: JobId) -> Inputs:
    rule = {"stage1": "stage1", "stage2": "stage2_finetune"}[job.network]
    return {"sample": replace(job, rule=rule, network="").output("sample", matrix.config.results)}


def _selection_on_test(matrix: Matrix, job: JobId) -> Inputs:
    """Return the test logits as chosen, what post-hoc steps start from, and all trials where one is chosen."""
    inputs: Inputs = {"logits_chosen": _result(matrix, job, _rule_of_test_logits(matrix, job.method), "logits_test")}
    if "stage3" in matrix.stages(job.method):
        inputs |= _before_stage3(matrix, job, "test")
    stages = matrix.trial_stages(job.method)
    if stages:
        chosen = replace(job, rule=f"{stages[0]}_choice")
        choice = chosen.output("choice", matrix.config.results)
        inputs |= {"choice": choice, "archives": _of_trials(matrix, chosen, "archive")}
    return inputs


def _cell_figures(matrix: Matrix, job: JobId) -> Inputs:
    trainings = [rule for rule in matrix.rules_of(job.method) if "history" in RULES[rule].outputs]
    return {
        "metrics": _result(matrix, job, "evaluate", "metrics"),
        "per_class": _result(matrix, job, "evaluate", "per_class"),
        "histories": [_result(matrix, job, rule, "history") for rule in trainings],
        "logits_test": _result(matrix, job, _rule_of_test_logits(matrix, job.method), "logits_test"),
        **_features(matrix, job, "test"),
    }


READERS: Mapping[str, Callable[[Matrix, JobId], Inputs]] = {
    "prepare": _prepare,
    "stage1": _stage1,
    "stage2": _stage2,
    "stage2_finetune": _stage2_finetune,
    "stage3": _stage3,
    "stage3_test": _stage3_test,
    "stage1_trials": _stage1_trials,
    "stage2_trials": _stage2_trials,
    "stage3_trials": _stage3_trials,
    **{rule: _choice for rule in RULES if RULES[rule].tuning == "choice"},
    **{rule: _tuned for rule in RULES if RULES[rule].tuning == "tuned"},
    LOGITS: _training_logits,
    "evaluate": _evaluate,
    "feature_map": _feature_map,
    "selection_on_test": _selection_on_test,
    "cell_figures": _cell_figures,
}


def map_job(matrix: Matrix, job: JobId) -> JobId:
    """Return the job that maps the features of the backbone on which a cell's evaluation rests."""
    rule, owner = matrix.features_rule(job.method)
    return replace(job, rule="feature_map", method=owner, network=RULES[rule].stage or "")


def _rule_of_last_stage(matrix: Matrix, method: str, before: str | None = None) -> str:
    stage = matrix.last_stage(method, before=before)
    return matrix.stage_rule(matrix.owner(method, stage) or method, stage)


def _rule_of_test_logits(matrix: Matrix, method: str) -> str:
    return "stage3_test" if matrix.last_stage(method) == "stage3" else _rule_of_last_stage(matrix, method)


def _result(matrix: Matrix, job: JobId, rule: str, output: str) -> str:
    """Return the path of a result that a job uses, whichever method owns it."""
    owner = matrix.rule_owner(job.method, rule)
    return replace(job, rule=rule, method=owner).output(output, matrix.config.results)


def _features(matrix: Matrix, job: JobId, *parts: str) -> Inputs:
    """Return the features of a method's backbone."""
    rule = matrix.features_rule(job.method)[0]
    return {f"features_{part}": _result(matrix, job, rule, f"features_{part}") for part in parts}
