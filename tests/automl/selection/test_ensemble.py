"""Members of ensembles are chosen by validation rows, and what is said of them is true of other rows."""

from dataclasses import replace

import numpy as np
import pytest

from automl.selection.cross_fitting import cross_fitted
from automl.selection.ensemble import choose_ensemble, combined
from automl.selection.uncertainty import Comparison
from trials.metrics import log_softmax
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
    assert not found.is_worse
    assert found.gain.gain > 0.05 and found.log_loss_gain.low > 0.05


def test_a_copy_or_a_worse_model_makes_no_ensemble():
    good = model(1, 2.0)
    noise = np.random.default_rng(5).normal(size=(ROWS, CLASSES))
    assert choose_ensemble("accuracy", 0, {0: good, 1: noise}, LABELS) is None
    assert choose_ensemble("accuracy", 0, {0: good, 1: good.copy()}, LABELS) is None


def test_an_ensemble_is_worse_where_its_loss_or_its_metric_is_shown_to_be():
    found = choose_ensemble("accuracy", 4, {4: model(1), 9: model(2)}, LABELS)
    for name in ("gain", "log_loss_gain"):
        assert not replace(found, **{name: Comparison(-0.01, -0.03, 0.01, 5, 8)}).is_worse
        assert replace(found, **{name: Comparison(-0.02, -0.03, -0.01, 5, 8)}).is_worse


def test_of_models_of_noise_no_gain_is_told():
    """Twenty models that know nothing: some mean of them fits the validation rows, and no other rows."""
    gains = []
    for seed in range(20):
        noise = {
            number: 0.1 * np.random.default_rng(100 * seed + number).normal(size=(ROWS, CLASSES))
            for number in range(20)
        }
        scores = {number: SINGLE_LABEL.score("accuracy", logits, LABELS) for number, logits in noise.items()}
        found = choose_ensemble("accuracy", max(scores, key=scores.__getitem__), noise, LABELS)
        gains += [] if found is None else [found.gain.gain]
    assert len(gains) >= 15
    assert abs(np.mean(gains)) < 0.01


def test_the_gain_is_that_on_rows_that_nobody_saw_though_the_single_model_was_chosen_among_many():
    """Twelve models of equal skill: the best by these rows leads by luck, of which other rows know nothing."""
    generator, told, true, flattered = np.random.default_rng(1), [], [], []
    for _ in range(15):
        labels = generator.integers(0, CLASSES, 2 * ROWS)
        shared = generator.normal(size=(2 * ROWS, CLASSES))
        models = {n: np.eye(CLASSES)[labels] + shared + 0.5 * generator.normal(size=shared.shape) for n in range(12)}
        known, unseen = ({n: each[rows] for n, each in models.items()} for rows in (slice(ROWS), slice(ROWS, None)))
        seen, other = labels[:ROWS], labels[ROWS:]
        scores = {n: SINGLE_LABEL.score("accuracy", each, seen) for n, each in known.items()}
        best = max(scores, key=scores.__getitem__)
        found = choose_ensemble("accuracy", best, known, seen)
        told.append(found.gain.gain)
        mean = combined(SINGLE_LABEL, unseen, found.weights)
        alone = SINGLE_LABEL.score("accuracy", unseen[best], other)
        true.append(SINGLE_LABEL.score("accuracy", mean, other) - alone)
        fixed = choose_ensemble("accuracy", best, known, seen, rival=known[best])
        flattered.append(fixed.gain.gain)
    assert abs(np.mean(told) - np.mean(true)) < 0.015
    assert np.mean(flattered) < np.mean(true) - 0.01, "compared with the best as it is, it would be told too low"


def _rival_rows(found, best, candidates, metric, labels=LABELS):
    """Whether the single model of the comparison is the trial `best` in all rows."""
    fixed = choose_ensemble(metric, best, candidates, labels, rival=cross_fitted(candidates[best], labels))
    return found.gain == fixed.gain and found.log_loss_gain == fixed.log_loss_gain


def test_a_model_that_was_not_chosen_by_its_score_stays_and_one_that_breaks_the_constraints_is_no_rival():
    models = {number: model(number, 1.1 if number == 2 else 1.0) for number in range(6)}
    scores = {number: SINGLE_LABEL.score("accuracy", each, LABELS) for number, each in models.items()}
    worst, first = min(scores, key=scores.__getitem__), max(scores, key=scores.__getitem__)
    assert _rival_rows(choose_ensemble("accuracy", worst, models, LABELS), worst, models, "accuracy")
    near = {**models, first: model(first, 1.02)}
    close = max(near, key=lambda number: SINGLE_LABEL.score("accuracy", near[number], LABELS))
    assert not _rival_rows(choose_ensemble("accuracy", close, near, LABELS), close, near, "accuracy")

    def allowed(members):
        return len(members) > 1 or close in members

    only = choose_ensemble("accuracy", close, near, LABELS, allowed=allowed)
    fixed = choose_ensemble("accuracy", close, near, LABELS, allowed=allowed, rival=near[close])
    assert only.gain == fixed.gain, "the others may not be handed over alone, so none of them is chosen anew"


def test_the_single_model_of_a_metric_of_which_less_is_better_is_chosen_anew_by_the_smallest():
    generator = np.random.default_rng(4)
    true = generator.normal(50.0, 10.0, 200)
    shared = true + generator.normal(0.0, 3.0, 200)
    models = {number: (shared + generator.normal(0.0, 2.0, 200))[:, None] for number in range(12)}
    errors = {number: REGRESSION.score("mae", each, true) for number, each in models.items()}
    best = min(errors, key=errors.__getitem__)
    gains = [choose_ensemble("mae", best, models, true, rival=rival).gain.gain for rival in (None, models[best])]
    assert gains[1] < gains[0] < gains[1] + 0.3, "another model is no better on these rows, but none is much worse"


def test_its_scores_are_means_over_folds_as_those_of_cross_validated_trials():
    models = {0: model(1), 1: model(2)}
    folds = [np.flatnonzero(np.arange(ROWS) % 3 == part) for part in range(3)]
    together = choose_ensemble("macro_f1", 0, models, LABELS)
    by_fold = choose_ensemble("macro_f1", 0, models, LABELS, folds=folds)
    assert by_fold.weights == together.weights and by_fold.gain == together.gain
    assert by_fold.scores["accuracy"] == pytest.approx(together.scores["accuracy"]), "folds of one size"
    assert by_fold.scores["macro_f1"] != together.scores["macro_f1"]


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
    assert found is not None and not found.is_worse
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


def test_a_model_of_several_labels_that_is_chosen_anew_has_thresholds_of_other_rows_too():
    """Alike models with thresholds of their own rows would lead their mean, whose thresholds are of other rows."""
    generator, gains = np.random.default_rng(1), []
    for _ in range(5):
        labels = generator.random((150, 20)) < generator.uniform(0.03, 0.3, 20)
        logits = 1.5 * generator.normal(size=labels.shape) + 2.0 * labels - 1.0
        alike = {n: logits + 0.2 * generator.normal(size=labels.shape) for n in range(4)}
        tuned = {n: MULTI_LABEL.calibrate(each, labels).outputs(each) for n, each in alike.items()}
        scores = {n: MULTI_LABEL.score("micro_f1", each, labels) for n, each in tuned.items()}
        found = choose_ensemble("micro_f1", max(scores, key=scores.__getitem__), tuned, labels)
        gains += [] if found is None else [found.gain.gain]
    assert len(gains) >= 4
    assert np.mean(gains) > -0.004


def test_the_mean_of_numbers_is_chosen_by_its_squared_error():
    true = np.random.default_rng(0).normal(50.0, 10.0, ROWS)
    candidates = {number: (true + np.random.default_rng(number).normal(0.0, 4.0, ROWS))[:, None] for number in (1, 2)}
    found = choose_ensemble("r2", 1, candidates, true)
    assert set(found.weights) == {1, 2}
    assert not found.is_worse and found.log_loss_gain.gain == pytest.approx(4.0 - 4.0 / 2**0.5, abs=0.2)
    mean = combined(REGRESSION, candidates, found.weights)
    assert REGRESSION.evaluate(mean, true)["rmse"] < 3.2
