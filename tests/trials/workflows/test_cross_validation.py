"""Cross-validation of every kind of model: a report for each fold, and one model over all rows."""

import shutil
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import fmean, geometric_mean

import numpy as np
import pytest

from automl.export.load_model import load_classifier
from search_spaces import SPACES, Defaults, PretrainedText, Pretraining, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.toy import LABELS, toy_dataset, toy_job, toy_texts
from trials.data import all_labels, both_splits, chosen_rows
from trials.data.dataset import Split, TextDataset, TrialData
from trials.data.encoding.tokenization import encode
from trials.data.fold_split import folds_of
from trials.files import read_validation_logits
from trials.pretraining.corpus import corpus_of
from trials.probe import fitter
from trials.protocol import BUDGET_STEPS, Evaluation, Folds, TrialEnd, TrialJob, TrialReport
from trials.run import run_trial
from trials.tasks import evaluate, task_of
from trials.workflows import fitting, train_trial

ROWS = 120
KINDS = ("transformer", "linear", "probe")


def texts_dataset() -> TextDataset:
    def split(rows: int, seed: int) -> Split:
        texts, labels = toy_texts(rows, seed)
        return Split(tuple(texts), np.array(labels, dtype=np.int64))

    return TextDataset("toy", LABELS, split(90, 0), split(30, 1), split(30, 2), "0" * 64)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("checkpoint") / "encoder")


@pytest.fixture(params=KINDS)
def task(request, tmp_path, checkpoint) -> tuple[TrialJob, TrialData]:
    job = toy_job(tmp_path, folds=Folds(count=3, seed=5), cache=tmp_path / "cache", budget_examples=900)
    if request.param == "transformer":
        return job, toy_dataset()
    if request.param == "linear":
        return replace(job, point=SPACES["linear"](Defaults())), texts_dataset()
    space = Space("probe", SPACES["probe"])
    point = space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint)})
    return replace(job, point=point), encode(texts_dataset(), PretrainedText(str(checkpoint), 64), 64, None)


def evaluations(reports: list[TrialReport]) -> list[Evaluation]:
    return [report.evaluation for report in reports if report.evaluation is not None]


def test_each_fold_is_reported_and_then_their_mean_with_a_model(task):
    job, data = task
    reports = list(run_trial(job, data))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    *folds, last = evaluations(reports)
    assert [(fold.fold, fold.step, fold.is_best) for fold in folds] == [(0, 20, False), (1, 40, False), (2, 60, False)]
    assert (last.fold, last.step, last.is_best) == (None, BUDGET_STEPS, True)
    for name, mean in last.metrics.items():
        assert mean == pytest.approx(fmean(fold.metrics[name] for fold in folds))
    assert last.metrics["log_loss"] < 1.09, "it has learnt something"
    low, high = min(fold.temperature for fold in folds), max(fold.temperature for fold in folds)
    assert low / 2 < last.temperature < 2 * high and last.temperature != 1.0
    examples = [evaluation.examples for evaluation in (*folds, last)]
    assert examples == sorted(set(examples))
    full = job.budget_examples if "Point" in type(job.point).__name__ else ROWS
    assert examples[-1] == 3 * full, "three times two thirds, and once all of it"
    classifier = load_classifier(job.checkpoint)
    assert classifier.logits(["a ball", "a vote"]).shape == (2, len(LABELS))


def test_no_model_is_kept_before_all_folds_are_done(task):
    job, data = task
    trial = run_trial(job, data)
    for _ in islice((report for report in trial if report.evaluation), 3):
        assert not job.checkpoint.exists()
    trial.close()
    assert not job.checkpoint.exists()


def test_outputs_of_all_rows_by_models_that_did_not_see_them_lie_beside_the_model(task):
    """Each fold's part of them scores as the fold did, but for the temperature, which all rows together give."""
    job, data = task
    *folds, last = evaluations(list(run_trial(job, data)))
    outputs, labels = read_validation_logits(job.checkpoint), all_labels(data)
    assert outputs is not None and outputs.shape == (ROWS, len(LABELS))
    for fold, part in zip(folds, folds_of(data, 3, 5), strict=False):
        own = outputs[part.held_out] * last.temperature / fold.temperature
        assert evaluate(own, labels[part.held_out]) == pytest.approx(fold.metrics, abs=1e-5)
    again = task_of(labels).calibrate(outputs * last.temperature, labels)
    assert again.temperature == pytest.approx(last.temperature, rel=1e-4)


def test_outputs_of_all_rows_outlive_a_trial_that_was_cut_off_if_its_state_does(task):
    job, data = task
    trial = run_trial(job, data)
    done = tuple(report.evaluation for report in islice((each for each in trial if each.evaluation), 2))
    trial.close()
    resumed = replace(job, folds=replace(job.folds, done=done))
    shutil.copytree(job.state, job.state.with_name("copy"))
    list(run_trial(resumed, data))
    outputs = read_validation_logits(job.checkpoint)
    list(run_trial(job, data))
    np.testing.assert_array_equal(outputs, read_validation_logits(job.checkpoint), "as without the interruption")

    shutil.rmtree(job.state)
    shutil.rmtree(job.checkpoint)
    *folds, last = evaluations(list(run_trial(resumed, data)))
    mean = geometric_mean(fold.temperature for fold in (*done, *folds))
    assert last.temperature == pytest.approx(mean), "the logits of two folds are lost"
    assert last.is_best and read_validation_logits(job.checkpoint) is None, "a model, but no outputs"
    shutil.rmtree(job.state)
    shutil.move(job.state.with_name("copy"), job.state)
    list(run_trial(replace(resumed, seed=1), data))
    assert read_validation_logits(job.checkpoint) is None, "those of another trial are not taken"


def test_a_trial_that_was_cut_off_goes_on_with_the_next_fold(task, monkeypatch):
    job, data = task
    whole = evaluations(list(run_trial(job, data)))
    seen = []
    for module, name in ((train_trial, "predict"), (fitting, "fit_linear"), (fitter, "fit_head")):
        true = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, true=true, **more: seen.append(1) or true(*given, **more))
    resumed = evaluations(list(run_trial(replace(job, folds=replace(job.folds, done=tuple(whole[:2]))), data)))
    assert [evaluation.fold for evaluation in resumed] == [2, None]
    assert [evaluation.metrics for evaluation in resumed] == [evaluation.metrics for evaluation in whole[2:]]
    assert [evaluation.examples for evaluation in resumed] == [evaluation.examples for evaluation in whole[2:]]
    assert resumed[-1].seconds > whole[1].seconds
    assert len(seen) <= 2, "one fold, and all rows"


def test_a_model_is_never_scored_on_rows_that_it_was_trained_on(tmp_path):
    """Labels that nothing can tell are learnt by heart, and told no better than by chance where they are held out."""
    chance = np.random.default_rng(1)
    data = texts_dataset()
    texts = tuple(f"{text} number{row}" for row, text in enumerate((*data.train.texts, *data.validation.texts)))
    labels = chance.integers(0, 2, size=ROWS)
    data = replace(data, train=Split(texts[:90], labels[:90]), validation=Split(texts[90:], labels[90:]))
    point = replace(SPACES["linear"](Defaults()), inverse_penalty=1000.0)
    job = toy_job(tmp_path, point, folds=Folds(5, 0))
    last = evaluations(list(run_trial(job, data)))[-1]
    assert last.metrics["accuracy"] < 0.75
    learnt = load_classifier(job.checkpoint).logits(texts).argmax(axis=1)
    assert (learnt == labels).mean() > 0.95, (
        "the model that is kept has seen all rows, those of the validation split too"
    )


def test_the_words_of_a_linear_model_are_those_of_its_training_rows(tmp_path, monkeypatch):
    data, seen = texts_dataset(), []
    true = fitting.fit_linear
    monkeypatch.setattr(fitting, "fit_linear", lambda *given: seen.append(given[1].texts) or true(*given))
    job = toy_job(tmp_path, SPACES["linear"](Defaults()), folds=Folds(3, 5))
    list(run_trial(job, data))
    everything = (*data.train.texts, *data.validation.texts)
    assert seen == [tuple(everything[row] for row in fold.training) for fold in folds_of(data, 3, 5)]


def test_a_self_supervised_stage_never_reads_the_texts_of_the_fold_that_is_held_out(tmp_path, monkeypatch):
    data, seen = toy_dataset(), []
    true = train_trial.pretrained_weights
    monkeypatch.setattr(
        train_trial, "pretrained_weights", lambda *given: seen.append(corpus_of(given[2])) or true(*given)
    )
    point = replace(toy_job(tmp_path).point, pretraining=Pretraining(0.5, 1e-3, 0.15))
    job = toy_job(tmp_path, point, folds=Folds(3, 5), cache=tmp_path / "cache", budget_examples=162)
    assert list(run_trial(job, data))[-1].end is TrialEnd.COMPLETED
    rows, folds = both_splits(data), folds_of(data, 3, 5)
    expected = [corpus_of(replace(data, train=chosen_rows(rows, fold.training))) for fold in folds]
    assert [corpus.tokens.tolist() for corpus in seen] == [corpus.tokens.tolist() for corpus in expected]
    assert len(list((tmp_path / "cache").glob("pretraining-*"))) == 4, "no fold takes the encoder of another"


def test_features_of_a_probe_are_computed_once_for_all_folds(tmp_path, checkpoint, monkeypatch):
    rows = []
    true = fitter.encoder_features
    monkeypatch.setattr(fitter, "encoder_features", lambda *given: rows.extend(given[2].tolist()) or true(*given))
    space = Space("probe", SPACES["probe"])
    point = space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint)})
    data = encode(texts_dataset(), PretrainedText(str(checkpoint), 64), 64, None)
    list(run_trial(toy_job(tmp_path, point, folds=Folds(3, 5), cache=tmp_path / "cache"), data))
    assert sorted(rows) == list(range(ROWS))


def test_a_class_that_a_fold_lacks_is_no_failure(tmp_path):
    data = texts_dataset()
    labels = np.zeros(90, dtype=np.int64)
    labels[45:] = 1
    labels[0] = 2  # the only one
    data = replace(
        data, train=Split(data.train.texts, labels), validation=Split(data.validation.texts, np.arange(30) % 2)
    )
    reports = list(run_trial(toy_job(tmp_path, SPACES["linear"](Defaults()), folds=Folds(5, 0)), data))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause


def test_steps_of_folds_are_those_of_no_other_evaluation():
    for count in range(2, 11):
        folds = Folds(count, 0)
        steps = [folds.step(fold) for fold in range(count)]
        assert steps == sorted(set(steps))
        assert steps[0] > 1
        assert steps[-1] < BUDGET_STEPS
