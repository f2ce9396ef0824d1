"""The logits of held-out rows by fold, in the folder of a trial's state."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trials.toy import toy_dataset, toy_job
from trials.data import Fold, TrialData, all_labels, folds_of
from trials.protocol import Folds, TrialJob
from trials.workflows import fold_logits
from trials.workflows.fold_logits import FoldLogits

FOLDS = Folds(count=3, seed=5)


@pytest.fixture
def scene(tmp_path: Path) -> tuple[TrialJob, TrialData, list[Fold], np.ndarray]:
    data = toy_dataset()
    logits = np.random.default_rng(0).normal(size=(len(all_labels(data)), len(data.label_names)))
    return toy_job(tmp_path, folds=FOLDS), data, folds_of(data, FOLDS.count, FOLDS.seed)[:-1], logits


def test_the_logits_of_all_folds_are_those_of_all_rows_in_their_order(scene):
    job, data, parts, logits = scene
    for number, part in enumerate(parts):
        kept = FoldLogits(job, FOLDS, data)
        assert kept.of_all_rows(parts) is None, "of some rows there are none yet"
        kept.add(number, logits[part.held_out])
    np.testing.assert_array_equal(FoldLogits(job, FOLDS, data).of_all_rows(parts), logits)


@pytest.mark.parametrize("change", ["seed", "folds", "labels"])
def test_logits_of_another_trial_or_other_folds_are_not_taken(scene, change):
    job, data, parts, logits = scene
    kept = FoldLogits(job, FOLDS, data)
    for number, part in enumerate(parts):
        kept.add(number, logits[part.held_out])
    if change == "labels":
        data = replace(data, train=replace(data.train, labels=data.train.labels[::-1].copy()))
    other = replace(job, seed=job.seed + 1) if change == "seed" else job
    assert FoldLogits(other, replace(FOLDS, seed=6) if change == "folds" else FOLDS, data).of_all_rows(parts) is None


def test_logits_that_are_too_many_for_a_model_folder_are_not_written(scene, monkeypatch):
    job, data, parts, logits = scene
    monkeypatch.setattr(fold_logits, "LOGITS_BYTES", logits.size * 4 - 1)
    kept = FoldLogits(job, FOLDS, data)
    for number, part in enumerate(parts):
        kept.add(number, logits[part.held_out])
    assert kept.of_all_rows(parts) is None
    assert not job.state.exists()
