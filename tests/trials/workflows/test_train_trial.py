"""Trials in steps: from a pretrained checkpoint to its end, and the fit of one fold.

`tests/trials/test_run.py` is about whole trials from scratch.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, pipeline

from tests.trials.pretrained.checkpoints import save_checkpoint
from tests.trials.pretrained.jobs import encoded, job_of, point
from tests.trials.toy import LABELS, toy_dataset, toy_job, toy_texts
from trials.data.fold_split import Fold, all_labels, division_of
from trials.data.subsample import both_splits, chosen_rows
from trials.metrics import evaluate
from trials.protocol import BUDGET_STEPS, TrialEnd
from trials.run import run_trial
from trials.training.cost_meter import CostMeter
from trials.workflows.fold_result import FoldResult
from trials.workflows.train_trial import train_and_evaluate, train_fold


def test_it_learns_is_kept_and_loads_as_a_pipeline(tmp_path: Path, checkpoint: Path) -> None:
    fast = {
        "optimizer.learning_rate": 3e-3,
        "optimizer.layer_decay": 1.0,
        "hidden_dropout": 0.0,
        "classifier_dropout": 0.0,
    }
    job, data = job_of(tmp_path, point(checkpoint, **fast), budget_examples=3200), encoded(checkpoint)
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


DATA = toy_dataset()


def fold_of(tmp_path: Path, held_out: slice, examples: int = 1200) -> tuple[FoldResult, int, CostMeter, Fold]:
    """What a fold gives, how often it yielded, its cost, and its rows."""
    rows, cost, signs = np.arange(120), CostMeter(), 0
    fold = Fold(np.setdiff1d(rows, rows[held_out]), rows[held_out])
    job = toy_job(tmp_path, budget_examples=examples)
    work = train_fold(job, job.point, DATA, fold, cost)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, signs, cost, fold
        signs += 1


def test_a_fold_is_trained_on_its_rows_for_their_share_of_the_budget_and_leaves_no_model(tmp_path: Path) -> None:
    found, signs, cost, fold = fold_of(tmp_path, slice(80, 120))
    assert signs == BUDGET_STEPS
    assert cost.so_far().examples == 800
    assert evaluate(found.outputs, all_labels(DATA)[fold.held_out])["log_loss"] < 1.09, "better than by chance"
    assert np.isfinite(found.train_loss) and found.learning_rate < 1e-3
    assert list(tmp_path.iterdir()) == []


def test_the_fold_that_holds_out_nothing_is_the_model_that_is_kept(tmp_path: Path) -> None:
    found, _, cost, _ = fold_of(tmp_path, slice(0, 0), examples=100)
    assert cost.so_far().examples == 100
    assert found.outputs.shape == (0, len(LABELS))
    assert AutoModelForSequenceClassification.from_pretrained(tmp_path / "checkpoint").config.num_labels == len(LABELS)


def test_a_small_fold_has_an_example_for_each_step(tmp_path: Path) -> None:
    _, signs, cost, _ = fold_of(tmp_path, slice(3, 120), examples=100)
    assert (signs, cost.so_far().examples) == (BUDGET_STEPS, BUDGET_STEPS)


def test_a_budget_of_fewer_examples_than_steps_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    job = toy_job(tmp_path, budget_examples=BUDGET_STEPS - 1)
    with pytest.raises(ValueError, match=f"{BUDGET_STEPS}, not {BUDGET_STEPS - 1}"):
        next(train_and_evaluate(job, job.point, DATA, CostMeter()))
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_divided_anew_are_trained_on_in_the_place_of_the_given_ones(tmp_path: Path) -> None:
    data = toy_dataset()
    rows, own = both_splits(data), division_of(data, 7)
    divided = replace(data, train=chosen_rows(rows, own.training), validation=chosen_rows(rows, own.held_out))
    job, same = toy_job(tmp_path / "a", resplit=7), toy_job(tmp_path / "b")
    found = [report.evaluation.metrics for report in run_trial(job, data)]
    assert found == [report.evaluation.metrics for report in run_trial(same, divided)]
    assert found != [report.evaluation.metrics for report in run_trial(replace(same, state=tmp_path / "c"), data)]
