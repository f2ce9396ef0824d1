"""Members of ensembles are chosen by validation rows, and offered only where they are better on other rows."""

import numpy as np
import pytest

from automl.selection.ensemble import choose_ensemble, combined
from trials.metrics import Outputs, log_loss, log_softmax
from trials.tasks import MULTI_LABEL, REGRESSION, SINGLE_LABEL

ROWS, CLASSES = 600, 3


def rows(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, CLASSES, ROWS)


LABELS = rows()


def model(seed: int, skill: float = 1.0) -> np.ndarray:
    """Logits of a calibrated model, whose errors are its own: evidence for the true class, with noise."""
    noise = np.random.default_rng(seed).normal(size=(ROWS, CLASSES))
    return skill * (skill * np.eye(CLASSES)[LABELS] + noise)


def test_models_with_errors_of_their_own_are_better_together():
    found = choose_ensemble("accuracy", 4, {4: model(1), 9: model(2), 12: model(3)}, LABELS)
    assert set(found.weights) == {4, 9, 12}
    assert sum(found.weights.values()) == pytest.approx(1.0)
    assert list(found.weights.values()) == sorted(found.weights.values(), reverse=True)
    assert found.is_better
    assert found.gain.gain > 0.05 and found.log_loss_gain.low > 0.05


def test_a_copy_or_a_worse_model_makes_no_ensemble():
    good = model(1, 2.0)
    noise = np.random.default_rng(5).normal(size=(ROWS, CLASSES))
    assert choose_ensemble("accuracy", 0, {0: good, 1: noise}, LABELS) is None
    copies = choose_ensemble("accuracy", 0, {0: good, 1: good.copy()}, LABELS)
    assert copies is None or not copies.is_better


def test_many_models_of_noise_are_not_offered():
    """Twenty models that know nothing: some mean of them fits the validation rows, and no other rows."""
    offered = 0
    for seed in range(5):
        noise = {
            number: 0.1 * np.random.default_rng(100 * seed + number).normal(size=(ROWS, CLASSES))
            for number in range(20)
        }
        losses = {number: log_loss(Outputs(logits, LABELS)) for number, logits in noise.items()}
        found = choose_ensemble("accuracy", min(losses, key=losses.__getitem__), noise, LABELS)
        offered += found is not None and found.is_better
    assert offered == 0


def test_the_number_of_members_is_limited_and_constraints_hold():
    models = {number: model(number) for number in range(8)}
    assert len(choose_ensemble("accuracy", 0, models, LABELS, most=2).weights) == 2
    assert len(choose_ensemble("accuracy", 0, models, LABELS).weights) <= 5
    pairs = choose_ensemble("accuracy", 0, models, LABELS, allowed=lambda members: members <= {0, 3})
    assert set(pairs.weights) == {0, 3}
    assert choose_ensemble("accuracy", 0, models, LABELS, allowed=lambda members: len(members) < 2) is None


def test_the_logits_of_an_ensemble_are_the_logarithm_of_mean_probabilities():
    models = {2: model(1), 5: model(2)}
    mean = 0.25 * np.exp(log_softmax(models[2])) + 0.75 * np.exp(log_softmax(models[5]))
    np.testing.assert_allclose(np.exp(combined(SINGLE_LABEL, models, {5: 0.75, 2: 0.25})), mean)


def test_models_of_several_labels_that_err_apart_are_combined():
    generator = np.random.default_rng(0)
    labels = generator.random((400, 3)) < 0.4
    models = {n: generator.normal(size=labels.shape) * 2 + 2.0 * labels - 1.0 for n in (1, 2)}
    models = {n: MULTI_LABEL.calibrate(logits, labels).outputs(logits) for n, logits in models.items()}
    found = choose_ensemble("micro_f1", 1, models, labels)
    assert found is not None and found.is_better
    assert set(found.weights) == {1, 2}
    assert len(found.calibration.thresholds) == 3
    assert found.scores["log_loss"] < MULTI_LABEL.score("log_loss", models[1], labels)


def test_thresholds_that_were_tuned_on_the_scored_rows_give_the_single_model_no_lead():
    """An ensemble of two near copies is about as good as one of them; its thresholds are of other rows."""
    generator, gains = np.random.default_rng(0), []
    for _ in range(5):
        labels = generator.random((150, 20)) < generator.uniform(0.03, 0.3, 20)
        logits = 1.5 * generator.normal(size=labels.shape) + 2.0 * labels - 1.0
        copies = {n: logits + 0.2 * generator.normal(size=labels.shape) for n in (1, 2)}
        tuned = {n: MULTI_LABEL.calibrate(each, labels).outputs(each) for n, each in copies.items()}
        found = choose_ensemble("micro_f1", 1, tuned, labels)
        gains += [] if found is None else [found.gain.gain]
    assert len(gains) >= 4
    assert abs(np.mean(gains)) < 0.005


def test_the_mean_of_numbers_is_chosen_by_its_squared_error():
    true = np.random.default_rng(0).normal(50.0, 10.0, ROWS)
    candidates = {number: (true + np.random.default_rng(number).normal(0.0, 4.0, ROWS))[:, None] for number in (1, 2)}
    found = choose_ensemble("r2", 1, candidates, true)
    assert set(found.weights) == {1, 2}
    assert found.is_better and found.log_loss_gain.gain == pytest.approx(4.0 - 4.0 / 2**0.5, abs=0.2)
    mean = combined(REGRESSION, candidates, found.weights)
    assert REGRESSION.evaluate(mean, true)["rmse"] < 3.2
