"""A probe, from its trial to the folder that is handed over."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

from automl.export.load_model import load_classifier
from search_spaces import SPACES, PretrainedText, Probe, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretrained.jobs import dataset
from trials.classifiers import graph_of, latency_texts, measure, pair_read_by
from trials.data.columns import RowForm
from trials.data.columns.also_columns import NumberColumn
from trials.data.dataset import EncodedDataset, Split
from trials.data.encoding.tokenization import encode
from trials.data.fold_split import Fold, the_splits
from trials.errors import ClassifierError, PretrainedError
from trials.files.classifier_format import ARRAYS, ENCODER, FACTS, save_classifier
from trials.metrics import evaluate
from trials.probe.fitter import ProbeFitter
from trials.probe.model import FittedProbe, load_probe
from trials.protocol import BUDGET_STEPS, TrialEnd, TrialJob
from trials.run import run_trial
from trials.serving_costs import LATENCY_INT8
from trials.training.compute import Compute

CPU = Compute(torch.device("cpu"), torch.float32)
NARROW = Compute(torch.device("cpu"), torch.bfloat16)
SPACE = Space("probe", SPACES["probe"])


def point(checkpoint: Path, **values: object) -> Probe:
    return SPACE.replay({**SPACE.defaults(), "architecture.checkpoint": str(checkpoint), **values})


def encoded(checkpoint: Path) -> EncodedDataset:
    return encode(dataset(), PretrainedText(str(checkpoint), 64), 64, None)


def fitted(*arguments: object, fold: Fold | None = None, **settings: object) -> FittedProbe:
    _, data, *_ = arguments
    work = ProbeFitter(*arguments, **settings).fit(fold or the_splits(data))
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def job_of(folder: Path, found: Probe, **fields: object) -> TrialJob:
    return replace(
        TrialJob(0, found, 7, 900, "macro_f1", folder / "model", folder / "state", cache=folder / "cache"), **fields
    )


@pytest.mark.parametrize("values", [{}, {"features.layers": 4, "classifier.hidden": 32, "features.pooling": "first"}])
def test_a_trial_is_one_evaluation_and_a_model_that_gives_the_same(tmp_path, checkpoint, values, monkeypatch):
    monkeypatch.setattr("trials.training.keepalive.HEARTBEAT_SECONDS", 0.0)
    job, data = job_of(tmp_path, point(checkpoint, **values)), encoded(checkpoint)
    *signs, report = run_trial(job, data)
    assert signs and all((sign.evaluation, sign.end) == (None, None) for sign in signs)
    assert report.end is TrialEnd.COMPLETED, report.cause
    evaluation = report.evaluation
    assert (evaluation.step, evaluation.is_best, evaluation.examples) == (BUDGET_STEPS, True, 90)
    assert evaluation.metrics["accuracy"] > 0.6
    assert report.cost.parameters > sum(weight.numel() for weight in AutoModel.from_pretrained(checkpoint).parameters())
    validation = dataset().validation
    logits = load_classifier(job.checkpoint).logits(validation.texts)
    assert evaluate(logits, validation.labels)["log_loss"] == pytest.approx(evaluation.metrics["log_loss"], abs=1e-4)


def test_columns_beside_the_text_are_features_of_their_own_and_kept_with_the_model(tmp_path, checkpoint):
    toy = dataset()
    form = RowForm(("text",), (NumberColumn("price"),))

    def priced(split: Split, cheap: int, dear: int) -> Split:
        texts = (
            f"price: {cheap if label else dear}\n{text}" for text, label in zip(split.texts, split.labels, strict=True)
        )
        return Split(tuple(texts), (split.labels > 0).astype(np.int64))

    train, validation = priced(toy.train, 1, 9), priced(toy.validation, 1, 9)
    names = ("dear", "cheap")
    data = replace(toy, train=train, validation=validation, label_names=names, form=form.learnt(train.texts))
    job = job_of(tmp_path, point(checkpoint))

    *_, report = run_trial(job, encode(data, PretrainedText(str(checkpoint), 64), 64, None))

    model = load_classifier(job.checkpoint)
    found = evaluate(model.logits(validation.texts), validation.labels)
    assert found["log_loss"] == pytest.approx(report.evaluation.metrics["log_loss"], abs=1e-4)
    assert found["accuracy"] == 1.0
    assert model.head.mean.shape == (model.encoder.config.hidden_size * 4 + 1,)
    with pytest.raises(ClassifierError, match="has features of columns beside the text"):
        graph_of(job.checkpoint)


def test_windows_are_read_in_training_and_from_the_folder(tmp_path, checkpoint):
    toy = dataset()
    long = [
        Split(tuple(f"{text} {text} {text}" for text in part.texts), part.labels)
        for part in (toy.train, toy.validation)
    ]
    data = replace(toy, train=long[0], validation=long[1])
    logits = {}
    for reading in ("head", "windows"):
        found = point(checkpoint, **{"text.longest": 8, "text.reading": reading})
        job = job_of(tmp_path / reading, found, cache=tmp_path / "cache")
        *_, report = run_trial(job, encode(data, found.text, 64, None))
        logits[reading] = load_classifier(job.checkpoint).logits(data.validation.texts)
        scores = evaluate(logits[reading], data.validation.labels)
        assert scores["log_loss"] == pytest.approx(report.evaluation.metrics["log_loss"], abs=1e-4)
    assert not np.allclose(*logits.values(), atol=0.1)
    with pytest.raises(ClassifierError, match="it is a probe that reads several windows"):
        graph_of(tmp_path / "windows" / "model")
    encoded_data = encode(data, found.text, 64, None)
    texts = latency_texts([LATENCY_INT8], encoded_data)
    assert measure([LATENCY_INT8], tmp_path / "windows" / "model", texts)[LATENCY_INT8] > 0, "measured as it is"


@pytest.mark.parametrize("also", [(), (NumberColumn("price"),)])
def test_two_columns_are_read_apart_in_training_and_from_the_folder(tmp_path, checkpoint, also):
    toy = dataset()
    form = RowForm(("first", "second"), also)

    def paired(split: Split) -> Split:
        """Each row is a text, and the same text or the one before."""
        both = [(text, text if row % 2 else split.texts[row - 1]) for row, text in enumerate(split.texts)]
        texts = tuple(form.text_of({"first": first, "second": second, "price": 1}) for first, second in both)
        return Split(texts, np.array([first == second for first, second in both], dtype=np.int64))

    parts = {"train": paired(toy.train), "validation": paired(toy.validation)}
    data = replace(toy, **parts, label_names=("no", "yes"), form=form)
    found = point(checkpoint, **{"text.reading": "apart"})
    job = job_of(tmp_path, found)
    read = encode(data, found.text, 64, None)

    *_, report = run_trial(job, read)

    assert report.evaluation.metrics["accuracy"] > 0.9
    model = load_classifier(job.checkpoint)
    scores = evaluate(model.logits(data.validation.texts), data.validation.labels)
    assert scores["log_loss"] == pytest.approx(report.evaluation.metrics["log_loss"], abs=1e-4)
    assert np.isfinite(model.logits(["first: a", "second: a", "a", ""])).all()
    assert pair_read_by(job.checkpoint) == ("first", "second")
    with pytest.raises(ClassifierError, match="it is a probe that reads two columns apart"):
        graph_of(job.checkpoint)
    texts = latency_texts([LATENCY_INT8], read)
    assert measure([LATENCY_INT8], job.checkpoint, texts)[LATENCY_INT8] > 0, "measured as it is"


def test_a_copy_of_its_folder_needs_no_other_file(tmp_path, checkpoint):
    job = job_of(tmp_path, point(checkpoint))
    list(run_trial(job, encoded(checkpoint)))
    texts = [*dataset().test.texts, "", "\ud83d half of a pair"]
    before = load_classifier(job.checkpoint).logits(texts)
    shutil.copytree(job.checkpoint, tmp_path / "copy")
    shutil.rmtree(job.checkpoint)
    shutil.rmtree(checkpoint)
    copy = load_classifier(tmp_path / "copy")
    np.testing.assert_allclose(copy.logits(texts), before, atol=1e-5)
    assert copy.label_names == dataset().label_names
    assert copy.logits([]).shape == (0, 3)


def test_the_encoder_is_not_asked_twice(tmp_path, checkpoint, monkeypatch):
    data = encoded(checkpoint)
    first = fitted(point(checkpoint), data, tmp_path / "cache", CPU)
    assert first.shared_seconds > 0
    monkeypatch.setattr("trials.probe.fitter.load_encoder", lambda folder: pytest.fail("it was asked again"))
    again = fitted(point(checkpoint), data, tmp_path / "cache", CPU)
    np.testing.assert_array_equal(first.logits, again.logits)


def test_two_checkpoints_have_features_of_their_own(tmp_path, checkpoint):
    other = save_checkpoint(tmp_path / "other", seed=5)
    found = [fitted(point(each), encoded(each), tmp_path / "cache", CPU).logits for each in (checkpoint, other)]
    assert not np.allclose(*found)


def test_a_checkpoint_that_lacks_weights_is_an_error_that_says_so(tmp_path, checkpoint):
    (checkpoint / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(PretrainedError):
        fitted(point(checkpoint), encoded_without(checkpoint, tmp_path), None, CPU)


def encoded_without(checkpoint: Path, folder: Path) -> EncodedDataset:
    """The data of a whole checkpoint with the same tokenizer."""
    return encoded(save_checkpoint(folder / "whole"))


def test_another_seed_is_another_beginning_where_there_are_hidden_units(checkpoint):
    data = encoded(checkpoint)
    found = {
        (hidden, seed): fitted(
            point(checkpoint, **{"classifier.hidden": hidden, "classifier.penalty": 0.1}), data, None, CPU, seed=seed
        ).logits
        for hidden in (0, 2)
        for seed in (0, 1)
    }
    np.testing.assert_array_equal(found[0, 0], found[0, 1])
    assert not np.array_equal(found[2, 0], found[2, 1])


def test_a_fold_decides_which_texts_it_is_fitted_to_and_scored_on(checkpoint):
    data = encoded(checkpoint)
    rows = np.random.default_rng(0).permutation(120)
    plain = fitted(point(checkpoint), data, None, CPU, fold=Fold(np.sort(rows[40:]), np.sort(rows[:40])))
    mixed = fitted(point(checkpoint), data, None, CPU, fold=Fold(np.sort(rows[40:]), rows[:40]))
    np.testing.assert_allclose(mixed.logits[np.argsort(rows[:40])], plain.logits, atol=1e-5)
    none = fitted(point(checkpoint), data, None, CPU, fold=Fold(rows, rows[:0]))
    assert none.logits.shape == (0, 3)


@pytest.mark.parametrize("harm", ["arrays", "encoder", "tokenizer", "facts"])
def test_a_damaged_folder_is_refused(tmp_path, checkpoint, harm):
    save_classifier(fitted(point(checkpoint), encoded(checkpoint), None, CPU), tmp_path / "probe")
    file = {
        "arrays": tmp_path / "probe" / ARRAYS,
        "encoder": tmp_path / "probe" / ENCODER / "model.safetensors",
        "tokenizer": tmp_path / "probe" / ENCODER / "tokenizer.json",
        "facts": tmp_path / "probe" / FACTS,
    }[harm]
    file.unlink()
    with pytest.raises(ClassifierError if harm in ("arrays", "facts") else PretrainedError):
        load_probe(tmp_path / "probe", CPU)


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_a_trial_on_cores_takes_features_of_another_format(tmp_path, checkpoint, monkeypatch, device):
    """As a GPU has computed them, or a process to which bf16 did not seem faster; a second fit names no device."""
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    data, found = encoded(checkpoint), point(checkpoint)
    first = fitted(found, data, tmp_path / "cache", NARROW)
    monkeypatch.setattr("trials.probe.fitter.load_encoder", lambda _: pytest.fail("features are computed again"))
    monkeypatch.setattr("trials.hardware.precision.bf16_pays_on_cpu", lambda: False)
    *_, report = run_trial(job_of(tmp_path, found, device=device), data)
    assert report.end is TrialEnd.COMPLETED, report.cause
    assert report.evaluation.train_loss == pytest.approx(first.train_loss, rel=1e-4)
    with pytest.raises(pytest.fail.Exception):
        list(run_trial(job_of(tmp_path, found, device="cpu", precision="fp32"), data))
