"""Trials of one cell: results as of jobs of their own, resumed after an interruption, chosen by validation alone."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from tones import Paths, make_store, paths_in, split_of

from ltsei.config.recipe import Choice, Trials
from ltsei.config.search_space import search_space, with_values
from ltsei.config.stages import Stage1, Stage2, Stage3
from ltsei.core.errors import InputError, Interrupted
from ltsei.runtime.attempt import Attempt
from ltsei.runtime.checkpoint import Resume
from ltsei.training import stage1, stage2
from ltsei.training.trials import run
from ltsei.training.trials.cell import CellOfTrial
from ltsei.training.trials.choice import choose, extract
from ltsei.training.trials.design import values

CPU = torch.device("cpu")
STORE = make_store()
SPLIT = split_of(STORE, validation={"protocol": "balanced", "per_class": 4})
LABELS = STORE.train_labels[SPLIT.val]
COMMON = {"loss": "cross_entropy", "batch_size": 8, "epochs": 2, "lr": 0.05, "weight_decay": 1e-4}
FIRST = Stage1(backbone={"name": "convnet_adsb", "width": 0.05}, head="linear", sampler="instance_balanced", **COMMON)
SECOND = Stage2(mode="crt", head="linear", sampler="class_balanced", **COMMON)
STAGES = {"stage1": FIRST, "stage2": SECOND, "stage3": Stage3(steps=[{"name": "tau_norm", "tau": 0.5}])}
SETTINGS = Trials(stages=STAGES, space=search_space(STAGES))


def job(folder, settings=SETTINGS, attempt=None, identity="these data"):
    attempt = attempt or Attempt(Resume(folder, fingerprint="f00d", minutes=10))
    cell = CellOfTrial(STORE, SPLIT, 0, CPU, attempt)
    return run.Run(settings, {}, cell, str(folder), identity)


def outputs_in(folder):
    folder.mkdir(exist_ok=True)
    return Paths(logits_val=folder / "logits_val.npy", archive=folder / "trials.zip")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trials")
    outputs = outputs_in(folder)
    run.run(job(folder / "resume"), range(3), outputs)
    return outputs


def test_the_first_trial_is_the_default_recipe_and_the_others_differ(finished):
    assert values(SETTINGS.space, 0) == {}
    trained = stage1.train(FIRST, STORE, SPLIT, seed=0, device=CPU)
    with zipfile.ZipFile(finished.archive) as archive, archive.open("000/stage1/logits_val") as file:
        assert np.array_equal(np.load(file), trained.logits["val"])
    logits = np.load(finished.logits_val)
    assert logits.shape == (3, len(SPLIT.val), 3)
    assert not np.array_equal(logits[0], logits[1])


def test_a_trial_is_what_its_recipe_gives_as_a_job_of_its_own(finished, tmp_path):
    recipes = with_values(STAGES, values(SETTINGS.space, 2))
    before = stage1.train(recipes["stage1"], STORE, SPLIT, seed=0, device=CPU)
    features = stage1.features(before.checkpoint, recipes["stage1"], STORE, SPLIT, device=CPU)
    labels = STORE.train_labels
    trained = stage2.train(recipes["stage2"], before.checkpoint, features, labels, SPLIT, seed=0, device=CPU)
    paths = paths_in(tmp_path, "stage2")
    trained.write(paths)
    extracted = paths_in(tmp_path / "chosen", "stage2")
    extract([finished.archive], 2, "stage2", {name: path for name, path in extracted.items() if name != "recipe"})
    for name in ("model", "history", "logits_val", "logits_test", "experts", "network"):
        assert extracted[name].read_bytes() == paths[name].read_bytes()


def test_a_stopped_job_resumes_within_its_trial_and_ends_with_the_same_bytes(finished, tmp_path):
    steps = iter(range(1000))
    stop = Attempt(Resume(tmp_path, fingerprint="f00d", minutes=10), stop=lambda: next(steps) == 30)
    outputs = outputs_in(tmp_path / "outputs")
    with pytest.raises(Interrupted):
        run.run(job(tmp_path / "resume", attempt=stop), range(3), outputs)
    assert list((tmp_path / "resume").rglob("state.pt"))
    done = list((tmp_path / "resume").rglob(run.RECORD))
    assert done
    written = {path: path.stat().st_mtime_ns for path in done}
    run.run(job(tmp_path / "resume"), range(3), outputs)
    assert {path: path.stat().st_mtime_ns for path in done} == written
    for name in ("logits_val", "archive"):
        assert outputs[name].read_bytes() == finished[name].read_bytes()
    run.clean(tmp_path / "resume")
    assert not (tmp_path / "resume").exists()


def test_finished_trials_of_other_data_are_run_again(finished, tmp_path):
    run.run(job(tmp_path / "resume"), range(1), outputs_in(tmp_path / "first"))
    (record,) = (tmp_path / "resume" / "000" / "stage3").glob(run.RECORD)
    before = record.read_text()
    run.run(job(tmp_path / "resume", identity="others"), range(1), outputs_in(tmp_path / "second"))
    assert json.loads(before)["identity"] != json.loads(record.read_text())["identity"]


def test_a_trial_that_diverges_is_not_the_end_of_the_others(tmp_path):
    hot = {"stage1": FIRST.model_copy(update={"lr": 1e30})}
    space = [each for each in search_space(hot) if each.name == "stage1.lr"]
    sane = [space[0].model_copy(update={"low": 0.01, "high": 0.1})]
    outputs = outputs_in(tmp_path)
    run.run(job(tmp_path / "resume", Trials(stages=hot, space=tuple(sane))), range(2), outputs)
    logits = np.load(outputs.logits_val)
    assert np.isnan(logits[0]).all()
    assert np.isfinite(logits[1]).all()
    with zipfile.ZipFile(outputs.archive) as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == {"001"}
    chosen = choose(Choice(trials=2, select_by="val_balanced_accuracy", space=tuple(sane)), [(logits, LABELS)])
    assert (chosen["chosen"], chosen["trials"][0]["score"]) == (1, None)


def test_a_trial_that_diverged_under_other_settings_counts_again(tmp_path):
    hot = {"stage1": FIRST.model_copy(update={"lr": 1e30})}
    run.run(job(tmp_path / "resume", Trials(stages=hot, space=())), range(1), outputs_in(tmp_path / "hot"))
    calm = Trials(stages={"stage1": FIRST}, space=())
    outputs = outputs_in(tmp_path / "calm")
    run.run(job(tmp_path / "resume", calm, identity="other settings"), range(1), outputs)
    assert np.isfinite(np.load(outputs.logits_val)).all()
    with zipfile.ZipFile(outputs.archive) as archive:
        assert "000/stage1/model" in archive.namelist()


def logits_with(correct):
    """Return logits of which the first `correct` signals of each class are right."""
    rank = np.array([np.sum(LABELS[:index] == label) for index, label in enumerate(LABELS)])
    predicted = np.where(rank < correct, LABELS, (LABELS + 1) % 3)
    return np.eye(3)[predicted]


def test_the_best_trial_is_chosen_the_first_of_equals_and_none_without_validation():
    settings = Choice(trials=4, select_by="val_balanced_accuracy", space=SETTINGS.space)
    logits = np.stack([logits_with(correct) for correct in (1, 3, 3, 2)])
    choice = choose(settings, [(logits, LABELS)])
    assert choice["chosen"] == 1
    assert [row["balanced_accuracy"] for row in choice["trials"]] == [0.25, 0.75, 0.75, 0.5]
    assert choice["trials"][0]["parameters"]["stage1.lr"] == 0.05
    assert choice["trials"][1]["parameters"]["stage1.lr"] == values(SETTINGS.space, 1)["stage1.lr"]
    with pytest.raises(InputError, match="no validation signals"):
        choose(settings, [(logits[:, :0], LABELS[:0])])
    with pytest.raises(InputError, match="all of them diverged"):
        choose(settings, [(np.full_like(logits, np.nan), LABELS)])


def test_a_trial_is_chosen_by_its_mean_score_over_seeds():
    settings = Choice(trials=3, select_by="val_balanced_accuracy", space=SETTINGS.space)
    first, second = (np.stack([logits_with(correct) for correct in each]) for each in ([4, 3, 1], [0, 3, 4]))
    choice = choose(settings, [(first, LABELS), (second, LABELS)])
    assert choice["chosen"] == 1
    assert [row["score"] for row in choice["trials"]] == [0.5, 0.75, 0.625]
    second[1] = np.nan
    assert choose(settings, [(first, LABELS), (second, LABELS)])["trials"][1]["score"] is None


def test_results_that_no_archive_holds_are_named(finished, tmp_path):
    with pytest.raises(InputError, match="holds no results of stage1 of trial 7"):
        extract([finished.archive], 7, "stage1", {"model": str(tmp_path / "model.pt")})


def test_trials_depend_on_the_code_of_their_own_stages_alone():
    names = replace(job("unused"), settings=Trials(stages={"stage1": FIRST}, space=())).settings.modules
    assert names == ("ltsei.training.trials.stage1",)
    assert SETTINGS.modules == tuple(f"ltsei.training.trials.{stage}" for stage in STAGES)
