"""A whole trial that starts from a pretrained checkpoint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import pipeline

from search_spaces import SPACES, Point, PretrainedText, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.toy import LABELS, toy_texts
from trials.data.dataset import EncodedDataset, Split, TextDataset
from trials.data.encoding.tokenization import encode
from trials.protocol import EVALUATION_STEPS, TrialEnd, TrialJob
from trials.run import run_trial


def dataset() -> TextDataset:
    splits = [Split(tuple(texts), np.array(labels)) for texts, labels in (toy_texts(90, 0), toy_texts(30, 1))]
    return TextDataset("toy", LABELS, *splits, test=splits[1], fingerprint="f" * 64)


def point(checkpoint: Path, **values: object) -> Point:
    space = Space("finetune", SPACES["finetune"])
    given = {name if "." in name else f"architecture.{name}": value for name, value in values.items()}
    return space.replay({**space.defaults(), "architecture.checkpoint": str(checkpoint), **given})


def encoded(checkpoint: Path) -> EncodedDataset:
    return encode(dataset(), PretrainedText(str(checkpoint), 64), 64, None)


def job_of(tmp_path: Path, found: Point, **fields: object) -> TrialJob:
    job = TrialJob(0, found, 7, 900, "macro_f1", tmp_path / "model", tmp_path / "state", EVALUATION_STEPS)
    return replace(job, **fields)


def test_it_learns_is_kept_and_loads_as_a_pipeline(tmp_path: Path, checkpoint: Path) -> None:
    fast = {
        "optimizer.learning_rate": 1e-3,
        "optimizer.layer_decay": 1.0,
        "hidden_dropout": 0.0,
        "classifier_dropout": 0.0,
    }
    job, data = job_of(tmp_path, point(checkpoint, **fast), budget_examples=4500), encoded(checkpoint)
    reports = list(run_trial(job, data))
    assert reports[-1].end is TrialEnd.COMPLETED, reports[-1].cause
    best = max((report.evaluation for report in reports[1:]), key=lambda found: found.metrics["macro_f1"])
    assert best.metrics["accuracy"] > 0.9
    classify = pipeline("text-classification", model=str(job.checkpoint), device="cpu")
    texts, labels = toy_texts(30, 1)
    answers = [answer["label"] for answer in classify(texts, truncation=True)]
    right = sum(answer == LABELS[label] for answer, label in zip(answers, labels, strict=True))
    assert right / len(texts) == pytest.approx(best.metrics["accuracy"])


def test_what_is_frozen_stays_as_it_was(tmp_path: Path, checkpoint: Path) -> None:
    job, data = job_of(tmp_path, point(checkpoint, frozen_share=0.5)), encoded(checkpoint)
    list(run_trial(job, data))
    before, after = load_file(checkpoint / "model.safetensors"), load_file(job.checkpoint / "model.safetensors")
    for name, weight in before.items():
        frozen = "embeddings" in name or ".0." in name or ".1." in name
        assert torch.equal(after[f"bert.{name}"], weight) is frozen, name


def test_a_trial_that_was_cut_off_gives_the_same_numbers(tmp_path: Path, checkpoint: Path) -> None:
    data, found = encoded(checkpoint), point(checkpoint, frozen_share=0.25)
    whole = job_of(tmp_path / "whole", found)
    expected = [replace(report.evaluation, seconds=0.0) for report in run_trial(whole, data)]
    job = job_of(tmp_path / "cut", found)
    trial = run_trial(job, data)
    told = [next(trial) for _ in range(3)]
    trial.close()
    told += run_trial(replace(job, told=told[-1].evaluation.step), data)
    assert [replace(report.evaluation, seconds=0.0) for report in told] == expected


def test_the_tokens_are_those_of_the_checkpoint(tmp_path: Path, checkpoint: Path) -> None:
    data = encode(dataset(), PretrainedText(str(checkpoint), 64), 64, tmp_path / "cache")
    assert data.max_length == 20, "as many as the model has positions"
    assert data.train.padding_id == data.validation.padding_id == 1
    assert data.train.tokens[0] == 0 and data.train.tokens[data.train.offsets[1] - 1] == 2
    short = encode(dataset(), PretrainedText(str(checkpoint), 8), 64, tmp_path / "cache")
    assert (short.max_length, short.train.lengths.max()) == (8, 8)
    kept = encode(dataset(), PretrainedText(str(checkpoint), 64), 64, tmp_path / "cache")
    assert (kept.specials, kept.train.padding_id) == (data.specials, 1)
    assert (kept.train.tokens == data.train.tokens).all()
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_checkpoint_that_is_gone_is_the_trial_s_end(tmp_path: Path, checkpoint: Path) -> None:
    data = encoded(checkpoint)
    (last,) = run_trial(job_of(tmp_path, point(tmp_path / "gone")), data)
    assert last.end is TrialEnd.ERROR
    assert "must be a folder" in last.cause


def test_two_checkpoints_give_two_models(tmp_path: Path, checkpoint: Path) -> None:
    other = save_checkpoint(tmp_path / "other", seed=1)
    scores = [
        next(run_trial(job_of(tmp_path / place.name, point(place)), encoded(place))).evaluation.metrics["log_loss"]
        for place in (checkpoint, other)
    ]
    assert scores[0] != scores[1]
