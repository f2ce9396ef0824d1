import numpy as np
import pytest

from automl.review.ordered_doubts import LIMIT, doubt_numbers, doubt_ranks


def test_a_number_is_doubted_by_the_usual_error_which_it_does_not_move():
    predicted = np.arange(101.0)
    given = (
        predicted + 5.0 + np.random.default_rng(0).normal(size=101)
    )  # all are 5 larger, which is no reason for doubt
    given[3] += 1000.0

    doubts = doubt_numbers(predicted, given)

    assert doubts.usual_error == pytest.approx(1.0, rel=0.3)
    assert np.flatnonzero(doubts.is_error).tolist() == [3] and doubts.ranking()[0] == 3
    assert doubts.distances[3] > LIMIT > doubts.distances[4]


def test_where_most_numbers_are_predicted_exactly_the_others_are_still_compared():
    doubts = doubt_numbers(np.zeros(40), np.array([0.0] * 39 + [9.0]))
    assert np.flatnonzero(doubts.is_error).tolist() == [39]
    assert not doubt_numbers(np.zeros(3), np.zeros(3)).is_error.any()


def test_a_rank_is_doubted_by_how_much_farther_off_it_is_and_not_for_a_probable_neighbour():
    low, unsure, sure = [0.55, 0.33, 0.1, 0.02], [0.02, 0.44, 0.54, 0.0], [0.9, 0.1, 0.0, 0.0]

    doubts = doubt_ranks(np.array([unsure, low, sure]), np.array([1, 3, 0], dtype=np.int32))

    assert doubts.is_error.tolist() == [False, True, False]
    assert doubts.ranking().tolist() == [1, 0, 2] and doubts.is_mistake.tolist() == [True, True, False]
    assert doubts.excess[1] == pytest.approx((0.55 * 3 + 0.33 * 2 + 0.1) - (0.33 + 0.1 * 2 + 0.02 * 3))
    assert doubts.suggested.tolist() == [2, 0, 1], "where the given one is best, the most probable other"
    assert (doubts.given_probability[1], doubts.suggested_probability[1]) == (0.02, 0.55)
