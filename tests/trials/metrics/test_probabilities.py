import numpy as np

from trials.metrics import log_softmax, mean_log_probabilities


def test_probabilities_sum_to_one_for_logits_of_any_size() -> None:
    for size in (1.0, 1e4, 1e300):
        found = log_softmax(np.array([[1.0, -1.0, 0.5], [0.0, 0.0, 0.0]]) * size)
        assert np.isfinite(found).all()
        np.testing.assert_allclose(np.exp(found).sum(axis=1), 1.0)


def test_the_mean_of_classifiers_is_that_of_their_probabilities() -> None:
    first, second = np.log([[0.9, 0.1]]), np.log([[0.5, 0.5]])
    found = mean_log_probabilities([first, second + 7.0], [0.75, 0.25])
    np.testing.assert_allclose(np.exp(found), [[0.8, 0.2]])
