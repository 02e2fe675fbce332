"""Inputs of the stages of a method: what each starts from, whichever method owns it."""

from dataclasses import replace

from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_outputs import UNKNOWN
from ltsei.pipeline.rule_table import RULES, VIEWS
from ltsei.pipeline.teachers import LOGITS

Inputs = dict[str, str | list[str]]
"""Name of an input -> its path, or paths."""


def stage1(matrix: Matrix, job: JobId) -> Inputs:
    """Return the pre-trained backbone and the unlabelled signals of stage 1, no files where it has none."""
    pretrains = matrix.owner(job.method, "pretrain") is not None
    results = {"pretrained": "model", "before": "recipe"}
    inputs: Inputs = {
        name: [result_path(matrix, job, "pretrain", output)] if pretrains else [] for name, output in results.items()
    }
    inputs |= taught(matrix, job, "stage1")
    if not matrix.uses_unlabelled(job.method):
        return inputs | {"unlabelled": []}
    signals = matrix.store_job(job.dataset, "prepare_unlabelled")
    array, record = (signals.output(name, matrix.config.results) for name in ("unlabelled", "recipe"))
    return inputs | {"unlabelled": [array, record], "before": [record, *inputs["before"]]}


def stage2(matrix: Matrix, job: JobId) -> Inputs:
    """Return the features and the classifier of stage 1."""
    return {
        "model": result_path(matrix, job, "stage1", "model"),
        "before": result_path(matrix, job, "features", "recipe"),
        **feature_paths(matrix, job, "train", "val", "test"),
        **taught(matrix, job, "stage2"),
    }


def stage2_finetune(matrix: Matrix, job: JobId) -> Inputs:
    """Return backbone and classifier of stage 1."""
    results = {"model": "model", "before": "recipe"}
    inputs: Inputs = {name: result_path(matrix, job, "stage1", output) for name, output in results.items()}
    return inputs | taught(matrix, job, "stage2")


def training_logits(matrix: Matrix, job: JobId) -> Inputs:
    """Return what the training logits of a teacher are computed from."""
    trained = rule_of_last_stage(matrix, job.method, before="stage3")
    adjusted = ["stage3"] if matrix.last_stage(job.method) == "stage3" else []
    rules = dict.fromkeys([trained, matrix.features_rule(job.method)[0], *adjusted])
    return {
        "classifier": result_path(matrix, job, trained, "model"),
        **feature_paths(matrix, job, "train"),
        "steps": [result_path(matrix, job, rule, "steps") for rule in adjusted],
        "before": [result_path(matrix, job, rule, "recipe") for rule in rules],
    }


def stage3(matrix: Matrix, job: JobId) -> Inputs:
    """Return what stage 3 chooses its parameters with: the validation part."""
    trained = rule_of_last_stage(matrix, job.method, before="stage3")
    before = [result_path(matrix, job, trained, "recipe")]
    if matrix.uses_features(job.method, "stage3"):
        before.append(result_path(matrix, job, matrix.features_rule(job.method)[0], "recipe"))
    return before_stage3(matrix, job, "val") | {"before": before}


def stage3_test(matrix: Matrix, job: JobId) -> Inputs:
    """Return what stage 3 is applied to: the test part, and the steps as chosen."""
    return before_stage3(matrix, job, "test") | {
        "steps": result_path(matrix, job, "stage3", "steps"),
        "before": result_path(matrix, job, "stage3", "recipe"),
    }


def stage3_views(matrix: Matrix, job: JobId) -> Inputs:
    """Return the backbone and the classifier of the experts."""
    trained = rule_of_last_stage(matrix, job.method, before="stage3")
    return _network(matrix, job) | {"before": result_path(matrix, job, trained, "recipe")}


def open_set(matrix: Matrix, job: JobId) -> Inputs:
    """Return the trained method and the unknown signals."""
    unknown = matrix.store_job(job.dataset, "prepare_unknown")
    return trained_method(matrix, job) | {name: unknown.output(name, matrix.config.results) for name in UNKNOWN}


def trained_method(matrix: Matrix, job: JobId) -> Inputs:
    """Return backbone and classifier, and the post-hoc steps as chosen in a list, empty without any."""
    adjusted = ["stage3"] if matrix.last_stage(job.method) == "stage3" else []
    return _network(matrix, job) | {"steps": [result_path(matrix, job, each, "steps") for each in adjusted]}


def _network(matrix: Matrix, job: JobId) -> Inputs:
    trained = rule_of_last_stage(matrix, job.method, before="stage3")
    tuned = matrix.owner(job.method, "stage2")
    stage = "stage2" if tuned and any(matrix.moves_backbone(tuned)) else "stage1"
    backbone = matrix.stage_rule(matrix.owner(job.method, stage) or job.method, stage)
    return {
        "backbone": result_path(matrix, job, backbone, "model"),
        "classifier": result_path(matrix, job, trained, "model"),
    }


def stage3_transductive(matrix: Matrix, job: JobId) -> Inputs:
    """Return what stage 3 is applied to where a step learns from it: the test part, views of it, and the steps."""
    inputs = stage3_test(matrix, job)
    views = result_path(matrix, job, VIEWS, "views")
    return inputs | {"views": views, "before": [str(inputs["before"]), result_path(matrix, job, VIEWS, "recipe")]}


def before_stage3(matrix: Matrix, job: JobId, part: str) -> Inputs:
    """Return what stage 3 starts from: classifier, logits of a part, and features where a step uses them."""
    trained = rule_of_last_stage(matrix, job.method, before="stage3")
    parts = [part] if matrix.uses_features(job.method, "stage3") else []
    parts += ["train"] if matrix.uses_features(job.method, "stage3", "train_features") else []
    return {
        "classifier": result_path(matrix, job, trained, "model"),
        f"logits_{part}": result_path(matrix, job, trained, f"logits_{part}"),
        **feature_paths(matrix, job, *parts),
    }


def taught(matrix: Matrix, job: JobId, *stages: str) -> Inputs:
    """Return the logits of the teacher of each stage and the record beside them, no files without a teacher."""
    inputs: Inputs = {}
    for stage in stages:
        teacher = matrix.teacher(job.method, stage)
        of_teacher = replace(job, method=teacher or "", trials="")
        names = RULES[LOGITS].outputs if teacher else ()
        inputs[f"teacher_of_{stage}"] = [result_path(matrix, of_teacher, LOGITS, name) for name in names]
    return inputs


def rule_of_last_stage(matrix: Matrix, method: str, before: str | None = None) -> str:
    """Return the rule that writes the results of a method's last stage, or of its last one before `before`."""
    stage = matrix.last_stage(method, before=before)
    return matrix.stage_rule(matrix.owner(method, stage) or method, stage)


def result_path(matrix: Matrix, job: JobId, rule: str, output: str) -> str:
    """Return the path of a result that a job uses, whichever method owns it."""
    owner = matrix.rule_owner(job.method, rule)
    return replace(job, rule=rule, method=owner).output(output, matrix.config.results)


def feature_paths(matrix: Matrix, job: JobId, *parts: str) -> Inputs:
    """Return the features of a method's backbone."""
    rule = matrix.features_rule(job.method)[0]
    return {f"features_{part}": result_path(matrix, job, rule, f"features_{part}") for part in parts}
