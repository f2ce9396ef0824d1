import numpy as np
import pytest

from automl.decisions.conformal import conformal_scores, interval_reach, label_sets, residual_scores
from trials.metrics import log_softmax


def rows(generator: np.random.Generator, count: int, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a model that is too sure of itself, and labels."""
    labels = generator.integers(0, classes, count)
    return 3 * (generator.normal(size=(count, classes)) + 1.2 * np.eye(classes)[labels]), labels


def coverage_of(repeats: int, calibration: int, coverage: float) -> tuple[float, float]:
    """The mean coverage over simulated data sets, and its standard error."""
    generator, found = np.random.default_rng(0), []
    for _ in range(repeats):
        scores = conformal_scores(*rows(generator, calibration))
        logits, labels = rows(generator, 500)
        found.append(label_sets(logits, scores, coverage)[np.arange(500), labels].mean())
    return float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(repeats))


def test_sets_have_the_true_label_as_often_as_promised_in_simulations():
    covered, error = coverage_of(30, 100, 0.9)

    assert covered > 0.9 - 3 * error
    assert covered < 0.9 + 1 / 101 + 3 * error


@pytest.mark.slow
@pytest.mark.parametrize(("calibration", "coverage"), [(20, 0.8), (100, 0.9), (100, 0.95), (1000, 0.9)])
def test_sets_have_the_true_label_as_often_as_promised_over_200_repeats(calibration, coverage):
    covered, error = coverage_of(200, calibration, coverage)

    assert covered > coverage - 3 * error
    assert covered < coverage + 1 / (calibration + 1) + 3 * error


def test_the_rank_of_the_score_counts_the_new_row_too():
    """With 9 scores and 90% the largest is needed; with 95%, no score suffices, so all labels are in the set."""
    scores = np.arange(1, 10) / 10
    logits = np.log(np.array([[0.85, 0.15], [0.95, 0.05]]))

    assert label_sets(logits, scores, 0.9).tolist() == [[True, True], [True, False]]
    assert label_sets(logits, scores, 0.95).all()


def test_the_most_probable_label_is_in_its_set_even_if_the_model_is_never_so_unsure():
    logits = np.log(np.array([[0.4, 0.3, 0.3]]))

    assert label_sets(logits, np.full(100, 0.01), 0.5).tolist() == [[True, False, False]]


def test_scores_are_one_minus_the_probability_of_the_label_in_order():
    logits = np.log(np.array([[0.7, 0.3], [0.9, 0.1]]))

    assert conformal_scores(logits, np.array([0, 1])) == pytest.approx([0.3, 0.9])
    assert np.exp(log_softmax(logits)).sum() == pytest.approx(2.0)


def test_sets_of_labels_with_an_order_have_all_that_lie_between_two_of_their_own():
    logits = np.log(np.array([[0.5, 0.05, 0.4, 0.05], [0.05, 0.05, 0.5, 0.4]]))
    scores = np.array([0.6] * 9)

    assert label_sets(logits, scores, 0.9).tolist() == [[True, False, True, False], [False, False, True, True]]
    assert label_sets(logits, scores, 0.9, has_order=True).tolist() == [[True] * 3 + [False], [False] * 2 + [True] * 2]


def test_intervals_have_the_true_number_as_often_as_promised_in_simulations():
    generator, covered = np.random.default_rng(0), []
    for _ in range(200):
        errors = generator.standard_t(3, 560)
        reach = interval_reach(residual_scores(np.zeros(60), errors[:60]), 0.9)
        covered.append(np.mean(np.abs(errors[60:]) <= reach))
    error = np.std(covered, ddof=1) / np.sqrt(len(covered))

    assert 0.9 - 3 * error < np.mean(covered) < 0.9 + 1 / 61 + 3 * error


def test_too_few_scores_promise_nothing():
    assert interval_reach(np.array([1.0, 2.0, 3.0]), 0.75) == 3.0
    assert interval_reach(np.array([1.0, 2.0, 3.0]), 0.8) == np.inf
