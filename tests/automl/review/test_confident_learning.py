import numpy as np

from automl.review.confident_learning import doubt_labels


def test_a_row_that_is_confidently_of_another_class_is_a_likely_error():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    labels = np.array([0, 0, 0, 1, 1])

    doubts = doubt_labels(probabilities, labels)

    assert doubts.is_error.tolist() == [False, False, True, False, False]
    assert (doubts.suggested[2], doubts.given_probability[2], doubts.suggested_probability[2]) == (1, 0.1, 0.9)
    assert doubts.ranking()[0] == 2


def test_confidence_is_measured_by_class_so_that_a_timid_class_can_still_be_suggested():
    """Class 1 never gets more than 0.45, yet 0.45 is much for it."""
    probabilities = np.array([[0.95, 0.05], [0.95, 0.05], [0.55, 0.45], [0.6, 0.4], [0.6, 0.4]])
    labels = np.array([0, 0, 0, 1, 1])

    doubts = doubt_labels(probabilities, labels)

    assert doubts.is_error.tolist() == [False, False, True, False, False]
    assert doubts.suggested[2] == 1


def test_rows_without_an_error_are_ranked_by_margin_below_all_errors():
    probabilities = np.array([[0.95, 0.05], [0.55, 0.45], [0.6, 0.4], [0.45, 0.55], [0.3, 0.7]])
    labels = np.array([0, 0, 1, 0, 1])

    doubts = doubt_labels(probabilities, labels)
    ranking = doubts.ranking().tolist()

    errors = set(np.flatnonzero(doubts.is_error).tolist())
    assert set(ranking[: len(errors)]) == errors
    rest = doubts.margin[ranking[len(errors) :]]
    assert np.all(np.diff(rest) <= 0)


def test_a_class_without_rows_is_never_suggested_with_confidence():
    doubts = doubt_labels(np.array([[0.1, 0.2, 0.7], [0.2, 0.7, 0.1]]), np.array([0, 1]))

    assert not doubts.is_error.any()


def test_most_of_the_flipped_labels_are_found_first_at_any_scale_of_the_probabilities():
    generator = np.random.default_rng(0)
    true = generator.integers(0, 4, 2000)
    flipped = generator.random(2000) < 0.05
    given = np.where(flipped, (true + generator.integers(1, 4, 2000)) % 4, true)
    logits = generator.normal(size=(2000, 4)) + 3 * np.eye(4)[true]
    for sharpness in (0.3, 1.0, 3.0):
        odds = np.exp(sharpness * logits)
        first = doubt_labels(odds / odds.sum(axis=1, keepdims=True), given).ranking()[:200]
        assert flipped[first].sum() >= 0.9 * flipped.sum()


def test_of_several_labels_each_is_judged_by_itself_and_the_worst_counts():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.9], [0.1, 0.9], [0.2, 0.8], [0.95, 0.05]])
    labels = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]], dtype=bool)

    doubts = doubt_labels(probabilities, labels)

    assert doubts.is_error.tolist() == [False, True, False, False, True]
    assert doubts.suggested[[1, 4]].tolist() == [[True, True], [True, False]]
    assert np.allclose(doubts.given_probability[[1, 4]], [0.1, 0.05])
    assert np.allclose(doubts.suggested_probability[[1, 4]], [0.9, 0.95])
    assert doubts.ranking()[:2].tolist() == [4, 1]
