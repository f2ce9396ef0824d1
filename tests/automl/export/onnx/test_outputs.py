import numpy as np
import pytest

from automl.export.onnx.outputs import Outputs


def test_two_models_differ_by_labels_and_by_their_largest_difference() -> None:
    one, other = (Outputs(np.array(logits)) for logits in ([[1.0, 0], [0, 2]], [[1, 0], [3, 2]]))
    assert (one.agreement(other), one.distance(other)) == (0.5, 3.0)
    assert one.distance(one) == pytest.approx(0.0)
    assert one.accuracy(np.array([0, 0])) == 0.5


def test_several_labels_are_right_if_all_are() -> None:
    found = Outputs(np.array([[2.0, -2.0], [0.5, 3.0], [-2.0, -1.0]]), (0.7, 0.2))
    assert found.given.tolist() == [[1, 0], [0, 1], [0, 1]]
    assert found.accuracy(np.array([[True, False], [True, True], [False, True]])) == pytest.approx(2 / 3)
    assert found.agreement(Outputs(found.logits, (0.5, 0.5))) == pytest.approx(1 / 3)
