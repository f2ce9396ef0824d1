import numpy as np

from trials.metrics import Outputs


def test_a_matrix_of_some_classes_keeps_their_order() -> None:
    confusion = Outputs(np.eye(3)[[0, 0, 1, 2, 2]], np.array([0, 2, 1, 2, 0])).confusion
    assert confusion.matrix([2, 0]).tolist() == [[1, 1], [1, 1]]
    assert confusion.right.tolist() == [1, 1, 1]


def test_f1_is_undefined_for_a_class_that_occurs_nowhere() -> None:
    confusion = Outputs(np.eye(4)[[0, 1, 1, 2]], np.array([0, 1, 2, 2])).confusion
    np.testing.assert_allclose(confusion.f1, [1.0, 2 / 3, 2 / 3, np.nan])
    assert confusion.rows == 4
