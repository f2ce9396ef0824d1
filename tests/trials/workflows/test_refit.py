"""A model that is fitted once more, to the validation rows, too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults
from tests.trials.toy import LABELS, toy_job, toy_texts
from trials.data import stages_of
from trials.data.dataset import Split, TextDataset
from trials.errors import CheckpointError
from trials.linear import fit_linear, load_linear
from trials.protocol import Evaluation
from trials.tasks import UNCALIBRATED, Calibration
from trials.workflows import refit

POINT = SPACES["linear"](Defaults())


def split(rows: int, seed: int) -> Split:
    texts, labels = toy_texts(rows, seed)
    return Split(tuple(texts), np.array(labels, dtype=np.int64))


TRAIN, VALIDATION, TEST = split(60, 0), split(30, 1), split(20, 2)
DATA = TextDataset("toy", LABELS, TRAIN, VALIDATION, TEST, fingerprint="f" * 64)


def test_it_is_the_model_of_training_and_validation_rows_with_the_temperature_of_its_trial(tmp_path: Path) -> None:
    job = toy_job(tmp_path, POINT)
    refit(job, DATA, Calibration(0.25))
    both = Split((*TRAIN.texts, *VALIDATION.texts), np.concatenate([TRAIN.labels, VALIDATION.labels]))
    expected = fit_linear(POINT, both, LABELS).logits(TEST.texts) / 0.25
    np.testing.assert_allclose(load_linear(job.checkpoint).logits(TEST.texts), expected, atol=1e-5)
    assert not np.allclose(fit_linear(POINT, TRAIN, LABELS).logits(TEST.texts), expected, atol=1e-3)


def test_a_model_of_a_sample_gets_that_sample_and_the_validation_rows(tmp_path: Path) -> None:
    _, second, _ = stages_of(DATA)
    sample = second.training
    assert len(sample) == 60 * second.step // 81
    earlier = Evaluation(second.step, len(sample), {}, 0.1, 0.0, 1.0, is_best=True, sample_rows=len(sample))
    job = toy_job(tmp_path, POINT, earlier=earlier)
    refit(job, DATA, UNCALIBRATED)
    texts = (*(TRAIN.texts[row] for row in sample), *VALIDATION.texts)
    both = Split(texts, np.concatenate([TRAIN.labels[sample], VALIDATION.labels]))
    expected = fit_linear(POINT, both, LABELS).logits(TEST.texts)
    np.testing.assert_allclose(load_linear(job.checkpoint).logits(TEST.texts), expected, atol=1e-3)


def test_a_disk_that_refuses_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheckpointError):
        refit(replace(toy_job(tmp_path, POINT), checkpoint=tmp_path / "file" / "model"), DATA, UNCALIBRATED)
