"""A method may learn from the logits of another one: which jobs that takes, and when they run again."""

import shutil
from pathlib import Path

import pytest
from conftest import SCRIPTS
from unit.pipeline._recorded import write_results

from ltsei.core.errors import InputError
from ltsei.pipeline import rule_inputs
from ltsei.pipeline.adopt import adoptable
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.renamed import renamed
from ltsei.pipeline.verify import verify

FOLDER = "results/small/ir2/seed0"
STUDENT = {"stage1": {"loss": "distillation", "teacher": "crt"}}


def with_student(experiments, *, only=True, **methods):
    """The experiments with a student of `crt` and further methods, all in one cell."""
    experiments["methods"] |= {"student": STUDENT, **methods}
    used = list({"student": None} | methods) if only else [*experiments["methods"]]
    experiments["experiments"]["main"] |= {"methods": used, "imbalance_ratios": [2]}
    return experiments


def load(experiments, **options):
    return load_matrix(with_student(experiments, **options), SCRIPTS)


def jobs(matrix):
    return [(job.rule, job.method) for job in matrix.jobs() if job.method]


def job(rule, method):
    return JobId(rule, "small", "2", "0", method)


def cell(method):
    return Cell("small", "2", 0, method)


def refusal(experiments, **methods):
    with pytest.raises(InputError) as error:
        load(experiments, **methods)
    return str(error.value)


def test_a_student_needs_the_jobs_of_its_teacher_and_not_its_evaluation(experiments):
    matrix = load(experiments)
    assert jobs(matrix) == [
        *(("stage1", "ce"), ("stage1", "student")),
        *(("features", "ce"), ("stage2", "crt"), ("training_logits", "crt"), ("evaluate", "student")),
    ]
    inputs = rule_inputs.inputs(matrix, job("stage1", "student"))
    place = f"{FOLDER}/crt/training_logits"
    assert inputs["teacher_of_stage1"] == [f"{place}/logits_train.npy", f"{place}/recipe.json"]
    assert inputs["before"] == []


def test_the_jobs_of_a_cell_are_in_the_order_in_which_they_run(experiments):
    pupil = {"from": "student", "stage2": {"mode": "crt", "loss": "distillation", "teacher": "student"}}
    rules = [(each.rule, each.method) for each in load(experiments, pupil=pupil).jobs_of(cell("pupil"))]
    assert rules == [
        *(("prepare", ""), ("make_split", "")),
        *(("stage1", "ce"), ("features", "ce"), ("stage2", "crt"), ("training_logits", "crt")),
        *(("stage1", "student"), ("features", "student"), ("training_logits", "student")),
        *(("stage2", "pupil"), ("evaluate", "pupil")),
    ]


def test_students_of_one_teacher_share_its_logits(experiments):
    other = {"stage1": {"loss": {"name": "distillation", "alpha": 0.9}, "teacher": "crt"}}
    matrix = load(experiments, other=other)
    assert [each for each in jobs(matrix) if each[0] == "training_logits"] == [("training_logits", "crt")]
    assert matrix.rule_owners("training_logits") == ["crt"]


@pytest.mark.parametrize(
    ("teacher", "classifier", "steps", "before"),
    [
        ("ce", "ce/stage1/model.pt", [], ["ce/stage1", "ce/features"]),
        ("crt", "crt/stage2/head.pt", [], ["crt/stage2", "ce/features"]),
        ("tau_norm", "ce/stage1/model.pt", ["tau_norm/stage3"], ["ce/stage1", "ce/features", "tau_norm/stage3"]),
        ("crt_tau", "crt/stage2/head.pt", ["crt_tau/stage3"], ["crt/stage2", "ce/features", "crt_tau/stage3"]),
        ("moved", "moved/stage2/head.pt", [], ["moved/stage2"]),
    ],
)
def test_the_logits_are_those_of_the_last_stage_of_any_method(experiments, teacher, classifier, steps, before):
    experiments["methods"]["moved"] = {"from": "ce", "stage2": {"mode": "finetune", "bn": "train_affine"}}
    matrix = load(experiments, student={"stage1": {"loss": "distillation", "teacher": teacher}})
    inputs = rule_inputs.inputs(matrix, job("training_logits", teacher))
    assert inputs["classifier"] == f"{FOLDER}/{classifier}"
    assert inputs["steps"] == [f"{FOLDER}/{folder}/steps.json" for folder in steps]
    assert inputs["before"] == [f"{FOLDER}/{folder}/recipe.json" for folder in before]
    features = "moved/stage2/features" if teacher == "moved" else "ce/features"
    assert inputs["features_train"] == f"{FOLDER}/{features}/train.npy"
    assert ("evaluate", teacher) not in jobs(matrix)
    assert ("stage3_test", teacher) not in jobs(matrix)


def test_an_alias_of_a_teacher_is_the_same_teacher(experiments):
    experiments["methods"]["alias"] = {"from": "crt"}
    other = {"stage1": {"loss": "distillation", "teacher": "alias"}}
    assert "methods.other: the same recipe as student on small" in refusal(experiments, other=other)


def fingerprints(experiments, method="student"):
    return load_matrix(experiments, SCRIPTS).expected(cell(method))


def test_a_student_has_fingerprints_of_its_own_rules_alone(experiments):
    assert list(fingerprints(with_student(experiments))) == ["prepare", "make_split", "stage1", "evaluate"]


@pytest.mark.parametrize(
    ("method", "stage", "key", "value"),
    [("crt", "stage2", "lr", 0.2), ("ce", "stage1", "epochs", 3)],
)
def test_a_student_learns_anew_where_its_teacher_changes(experiments, method, stage, key, value):
    before = fingerprints(with_student(experiments))
    experiments["methods"][method][stage][key] = value
    after = fingerprints(experiments)
    assert [rule for rule in before if before[rule] != after[rule]] == ["stage1"]


def test_a_student_does_not_depend_on_what_its_teacher_does_not_use(experiments):
    before = fingerprints(with_student(experiments, only=False))
    experiments["methods"]["crt_tau"]["stage3"] = [{"name": "tau_norm", "tau": 0.3}]
    experiments["methods"]["focal"]["stage1"]["epochs"] = 4
    assert fingerprints(experiments) == before


def test_the_teacher_of_a_teacher_counts_too(experiments):
    pupil = {"stage1": {"loss": "distillation", "teacher": "student"}}
    before = fingerprints(with_student(experiments, pupil=pupil), "pupil")
    experiments["methods"]["crt"]["stage2"]["lr"] = 0.2
    assert fingerprints(experiments, "pupil")["stage1"] != before["stage1"]


def test_a_recipe_says_what_the_logits_of_its_teacher_are_made_with(experiments):
    matrix = load(experiments)
    taught = matrix.recipe("stage1", "small", "student").settings.taught_by
    assert list(taught) == ["stage1", "features", "stage2", "training_logits"]
    assert taught["stage2"] == matrix.recipe("stage2", "small", "crt").fingerprint
    assert matrix.recipe("stage1", "small", "ce").settings.taught_by == {}


def test_verify_finds_a_student_whose_teacher_has_changed(experiments, tmp_path):
    write_results(load(experiments), tmp_path)
    experiments["methods"]["crt"]["stage2"]["lr"] = 0.2
    (finding,) = verify(load_matrix(experiments, SCRIPTS), tmp_path)
    assert (finding.state, finding.changed) == ("out of date", ("stage1",))


def test_a_new_name_of_the_teacher_changes_no_fingerprint_and_keeps_its_logits(experiments, tmp_path):
    before = fingerprints(with_student(experiments))
    write_results(load_matrix(experiments, SCRIPTS), tmp_path)
    methods = experiments["methods"]
    methods["retrained"] = methods.pop("crt")
    methods["crt_tau"]["from"] = "retrained"
    methods["student"] = {"stage1": {"loss": "distillation", "teacher": "retrained"}}
    assert fingerprints(experiments) == before
    pairs = [(rule, name) for rule in ("stage2", "training_logits") for name in ("crt", "retrained")]
    moved = [each for pair in renamed(load_matrix(experiments, SCRIPTS), tmp_path) for each in pair]
    assert moved == [job(*pair) for pair in pairs]


def test_a_student_is_adopted_with_its_teacher_and_not_without(experiments, tmp_path):
    pupil = {"stage1": {"loss": "distillation", "teacher": "student"}}
    matrix = load(experiments, pupil=pupil)
    write_results(matrix, tmp_path)
    assert len(adoptable(matrix, tmp_path).paths) == len(matrix.jobs())
    logits = Path(job("training_logits", "crt").output("logits_train", tmp_path))
    logits.write_text("something else")
    found = adoptable(matrix, tmp_path)
    assert list(found.refused) == [job("training_logits", "crt")]
    assert job("stage1", "student") in found.resting and job("stage1", "pupil") in found.resting
    shutil.rmtree(logits.parent)
    assert job("training_logits", "crt") in adoptable(matrix, tmp_path).refused


def test_a_misspelt_teacher_is_refused_with_the_nearest_name(experiments):
    message = refusal(experiments, other={"stage1": {"loss": "distillation", "teacher": "crtt"}})
    assert message.startswith("methods.other.stage1.teacher: unknown method 'crtt' (did you mean 'crt'?)")


@pytest.mark.parametrize("teacher", [3, {"stage1": "fingerprint"}])
def test_a_teacher_is_named(experiments, teacher):
    message = refusal(experiments, other={"stage1": {"loss": "distillation", "teacher": teacher}})
    assert message.startswith(f"methods.other.stage1.teacher: unknown method {teacher!r}")


@pytest.mark.parametrize("where", ["all", "one data set"])
def test_a_teacher_of_all_methods_would_learn_from_itself(experiments, where):
    place = experiments if where == "all" else experiments["datasets"]["small"]
    place.setdefault("defaults", {}).setdefault("stage1", {})["teacher"] = "ce"
    prefix = "" if where == "all" else "datasets.small."
    assert f"{prefix}defaults.stage1.teacher: each method names its own teacher; move it there" in refusal(experiments)


@pytest.mark.parametrize("teacher", ["student", "pupil", "same"])
def test_a_teacher_that_rests_on_the_stage_that_learns_is_refused(experiments, teacher):
    others = {"pupil": {"from": "student", "stage2": {"mode": "crt"}}, "same": {"from": "student"}}
    looped = {"stage1": {"loss": "distillation", "teacher": teacher}}
    message = refusal(experiments, student=looped, **others)
    assert message == f"methods.student.stage1.teacher: {teacher} rests on this stage; choose another method"


def test_teachers_in_a_circle_are_refused(experiments):
    first, second = ({"stage1": {"loss": "distillation", "teacher": name}} for name in ("second", "first"))
    assert refusal(experiments, first=first, second=second).splitlines() == [
        "methods.first.stage1.teacher: second rests on this stage through second.stage1; choose another method",
        "methods.second.stage1.teacher: first rests on this stage through first.stage1; choose another method",
    ]


def test_a_stage_2_may_learn_from_another_stage_2_on_its_own_stage_1(experiments):
    sibling = {"from": "student", "stage2": {"mode": "crt"}}
    pupil = {"from": "student", "stage2": {"mode": "lws", "loss": "distillation", "teacher": "sibling"}}
    matrix = load(experiments, sibling=sibling, pupil=pupil)
    inputs = rule_inputs.inputs(matrix, job("stage2", "pupil"))
    assert inputs["teacher_of_stage2"][0] == f"{FOLDER}/sibling/training_logits/logits_train.npy"
    assert inputs["model"] == f"{FOLDER}/student/stage1/model.pt"


def test_a_loss_that_learns_from_a_teacher_needs_one_and_others_use_none(experiments):
    nested = {"name": "combined", "losses": ["focal", "distillation"], "weights": [1.0, 1.0]}
    for loss in ("distillation", nested):
        message = refusal(experiments, other={"stage1": {"loss": loss}})
        assert message.startswith("methods.other.stage1.teacher: missing; ")
        assert message.endswith("learns from the logits of another method, name it")
    assert refusal(experiments, other={"stage1": {"teacher": "crt"}}) == (
        "methods.other.stage1.teacher: without effect, since cross_entropy uses no teacher; set a loss such as "
        "distillation, or remove it"
    )


def test_a_mixer_may_mix_what_a_student_learns(experiments):
    load(experiments, other={"stage1": {"loss": "distillation", "teacher": "crt", "mixer": "mixup"}})


def test_a_tuned_student_learns_from_the_same_teacher_on_every_seed(experiments):
    with_student(experiments)["experiments"]["main"]["tuning"] = {"trials": 4, "choice_seeds": [5]}
    matrix = load_matrix(experiments, SCRIPTS)
    trials = [each for each in matrix.jobs() if each.rule == "stage1_trials"]
    for each in trials:
        place = f"results/small/ir2/seed{each.seed}/crt/training_logits"
        assert rule_inputs.inputs(matrix, each)["teacher_of_stage1"][0] == f"{place}/logits_train.npy"
        assert JobId("training_logits", "small", "2", each.seed, "crt") in matrix.jobs_of(cell("student.tuned"))
    assert {each.seed for each in trials} == {"0", "5"}
    tuned = matrix.recipe("stage1_trials", "small", "student.tuned").settings.stages["stage1"]
    assert tuned.taught_by == matrix.recipe("stage1", "small", "student").settings.taught_by


def test_a_sweep_may_vary_the_teacher_and_one_of_its_methods_may_be_one(experiments):
    grid = {"stage1": {"loss": "distillation"}, "sweep": {"stage1.teacher": ["ce", "crt"]}}
    pupil = {"stage1": {"loss": "distillation", "teacher": "grid.crt"}}
    matrix = load(experiments, student=grid | {"sweep": {"stage1.teacher": ["ce"]}}, grid=grid, pupil=pupil)
    assert matrix.rule_owners("training_logits") == ["ce", "crt", "grid.crt"]


def test_the_preflight_tries_teachers_that_are_in_no_block(experiments):
    names = load(experiments).stage_settings()
    assert {"methods.crt.stage2 on small", "methods.ce.stage1 on small"} <= set(names)
