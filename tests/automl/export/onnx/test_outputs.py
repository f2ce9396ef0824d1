import numpy as np
import pytest

from automl.core.errors import UsageError
from automl.export.onnx.network import require_equal
from automl.export.onnx.outputs import Outputs


def test_two_models_differ_by_labels_and_by_their_largest_difference() -> None:
    one, other = (Outputs(np.array(logits)) for logits in ([[1.0, 0], [0, 2]], [[1, 0], [3, 2]]))
    assert (one.agreement(other), one.distance(other)) == (0.5, 3.0)
    assert one.distance(one) == pytest.approx(0.0)
    assert one.score(np.array([0, 0])) == 0.5


def test_several_labels_are_right_if_all_are() -> None:
    found = Outputs(np.array([[2.0, -2.0], [0.5, 3.0], [-2.0, -1.0]]), (0.7, 0.2))
    assert found.given.tolist() == [[1, 0], [0, 1], [0, 1]]
    assert found.score(np.array([[True, False], [True, True], [False, True]])) == pytest.approx(2 / 3)
    assert found.agreement(Outputs(found.logits, (0.5, 0.5))) == pytest.approx(1 / 3)


def test_numbers_differ_by_a_share_of_their_spread_and_are_scored_by_what_they_explain() -> None:
    one, other = Outputs(np.array([[10.0], [30.0]])), Outputs(np.array([[10.0], [31.0]]))
    assert one.are_numbers and (one.spread, other.distance(one)) == (10.0, 1.0)
    assert Outputs(np.array([[2000.0], [2000.0]])).spread == 2.0, "as much as fp32 tells apart"
    assert other.score(np.array([10.0, 30.0])) == pytest.approx(1 - 1 / 200)
    require_equal(one, Outputs(one.logits + 0.009))
    with pytest.raises(UsageError, match=r"must give the numbers .* but a number differs by 1; nothing was written"):
        require_equal(one, other)
