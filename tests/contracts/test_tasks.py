"""What trials of every kind promise for scores and ordered classes: what is written gives what was evaluated.

Other kinds of labels have the tests of each kind of trial. These run `trials.run` on toy data, and load the model from
its folder.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from transformers import pipeline

from automl.export.load_model import load_classifier
from search_spaces import SPACES, Defaults, PretrainedText, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.toy import LABELS, toy_dataset, toy_job, toy_point, toy_texts
from trials.classifiers import save_ensemble
from trials.data import TrialData
from trials.data.dataset import Split, TextDataset
from trials.data.encoding.tokenization import encode
from trials.files import read_validation_logits
from trials.protocol import Folds, TrialEnd, TrialJob
from trials.run import run_trial
from trials.tasks import ORDINAL, REGRESSION, TASKS, LabelArray, Task, task_of_model

KINDS = ("encoder", "linear", "probe", "lora", "subnet")
NAMES = {"ordinal": LABELS, "regression": ("score",)}
TEXTS = tuple(toy_texts(30, 1)[0])


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("checkpoint") / "encoder")


def of_task(task: Task, ids: object) -> LabelArray:
    """The topics of the toy texts as ranks, or as numbers far from 0."""
    if task is ORDINAL:
        return np.array(ids, dtype=np.int32)
    return 1000.0 + 25.0 * np.array(ids, dtype=np.float64)


def texts_dataset(task: Task) -> TextDataset:
    def split(rows: int, seed: int) -> Split:
        texts, ids = toy_texts(rows, seed)
        return Split(tuple(texts), of_task(task, ids))

    return TextDataset("toy", NAMES[task.name], split(90, 0), split(30, 1), split(30, 2), "0" * 64)


def trial(kind: str, task: Task, checkpoint: Path, folder: Path, **fields: object) -> tuple[TrialJob, TrialData]:
    job = toy_job(folder, metric=task.default_metric, cache=folder / "cache", **fields)
    if kind == "encoder":
        data = toy_dataset()
        train, validation = (replace(part, labels=of_task(task, part.labels)) for part in (data.train, data.validation))
        data = replace(data, train=train, validation=validation, label_names=NAMES[task.name])
        return replace(job, point=toy_point(learning_rate=3e-3), budget_examples=900), data
    if kind == "linear":
        return replace(job, point=SPACES["linear"](Defaults())), texts_dataset(task)
    space = Space(kind, SPACES[kind])
    values = {**space.defaults(), "architecture.checkpoint": str(checkpoint)}
    if kind == "subnet":
        values |= {"architecture.heads_share": 0.5}
    data = encode(texts_dataset(task), PretrainedText(str(checkpoint), 64), 64, None)
    return replace(job, point=space.replay({name: values[name] for name in values if name in space.dimensions()})), data


@pytest.mark.parametrize("task", [ORDINAL, REGRESSION], ids=lambda task: task.name)
@pytest.mark.parametrize("kind", KINDS)
def test_the_model_gives_what_was_evaluated(kind: str, task: Task, checkpoint: Path, tmp_path: Path) -> None:
    job, data = trial(kind, task, checkpoint, tmp_path)
    reports = list(run_trial(job, data))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    evaluations = [report.evaluation for report in reports if report.evaluation is not None]
    assert all(each.metrics.keys() == task.metrics.keys() for each in evaluations)
    best = [each for each in evaluations if each.is_best][-1]

    model = load_classifier(job.checkpoint)
    assert model.label_names == NAMES[task.name]
    assert task_of_model(model.label_names, ()) is (REGRESSION if task is REGRESSION else TASKS["single-label"])
    logits = model.logits(TEXTS)
    labels = of_task(task, toy_texts(30, 1)[1])
    found = task.evaluate(logits, labels)
    assert found.pop("spearman", 0.0) == pytest.approx(best.metrics.get("spearman", 0.0), abs=0.02), "ties may break"
    assert found == pytest.approx({name: best.metrics[name] for name in found}, rel=1e-3, abs=1e-3)
    kept = read_validation_logits(job.checkpoint)
    assert kept is not None
    np.testing.assert_allclose(kept, logits, rtol=1e-3, atol=1e-2)
    if task is REGRESSION:
        assert 950 < logits.mean() < 1100
    if kind in ("encoder", "linear"):
        assert best.metrics[task.default_metric] > 0.5


@pytest.mark.parametrize("kind", ["encoder", "linear", "probe"])
def test_folds_score_numbers_on_their_own_scale(kind: str, checkpoint: Path, tmp_path: Path) -> None:
    job, data = trial(kind, REGRESSION, checkpoint, tmp_path, folds=Folds(count=2, seed=5))
    last = list(run_trial(job, data))[-1]
    assert last.end is TrialEnd.COMPLETED, last.cause
    assert last.evaluation.metrics["rmse"] < 100
    assert load_classifier(job.checkpoint).logits(TEXTS).mean() == pytest.approx(1025, abs=30)


def test_a_pipeline_of_transformers_gives_the_number_and_an_ensemble_the_mean(checkpoint: Path, tmp_path: Path) -> None:
    folders = {}
    for kind in ("encoder", "linear"):
        job, data = trial(kind, REGRESSION, checkpoint, tmp_path / kind)
        list(run_trial(job, data))
        folders[kind] = job.checkpoint
    numbers = {kind: load_classifier(folder).logits(TEXTS) for kind, folder in folders.items()}
    found = pipeline("text-classification", model=str(folders["encoder"]))(list(TEXTS[:5]))
    assert [each["label"] for each in found] == ["score"] * 5
    assert [each["score"] for each in found] == pytest.approx(numbers["encoder"][:5, 0].tolist(), rel=1e-5)
    save_ensemble(tmp_path / "best", ("score",), {"a": (folders["encoder"], 0.25), "b": (folders["linear"], 0.75)})
    expected = 0.25 * numbers["encoder"] + 0.75 * numbers["linear"]
    np.testing.assert_allclose(load_classifier(tmp_path / "best").logits(TEXTS), expected, rtol=1e-6)
