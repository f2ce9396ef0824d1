from dataclasses import replace

import numpy as np

from search_spaces import SPACES, Defaults
from tests.trials.toy import LABELS, toy_job, toy_texts
from trials.calibration import fit_temperature
from trials.data import Split, TextDataset, folds_of, texts_of
from trials.linear import fit_linear
from trials.workflows import out_of_fold_logits

POINT = SPACES["linear"](Defaults())


def split(rows: int, seed: int) -> Split:
    texts, labels = toy_texts(rows, seed)
    return Split(tuple(texts), np.array(labels, dtype=np.int64))


DATA = TextDataset("toy", LABELS, split(60, 0), split(30, 1), split(20, 2), fingerprint="f" * 64)


def test_each_row_is_scored_by_a_model_that_was_not_fitted_to_it(tmp_path):
    job = replace(toy_job(tmp_path, POINT), seed=3)

    logits = out_of_fold_logits(job, DATA, 4)

    assert logits.shape == (90, len(LABELS))
    fold = folds_of(DATA, 4, 3)[1]
    held_out = texts_of(DATA, fold.held_out)
    expected = fit_linear(POINT, texts_of(DATA, fold.training), LABELS).logits(held_out.texts)
    np.testing.assert_allclose(logits[fold.held_out], expected / fit_temperature(expected, held_out.labels))
    assert not job.checkpoint.exists()
