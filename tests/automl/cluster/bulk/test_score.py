import pickle

import pytest
from ray.exceptions import NodeDiedError, RayTaskError

from automl.cluster.bulk.score import told
from automl.core import DataProblem, WorkspaceError


def test_a_row_that_cannot_be_read_on_the_cluster_is_told_as_on_this_machine() -> None:
    problem = DataProblem("line 7 must be an object")
    arrived = pickle.loads(pickle.dumps(RayTaskError("read", "Traceback: ...", problem)))
    found = told(arrived.as_instanceof_cause())
    assert type(found) is DataProblem and str(found) == str(problem)


@pytest.mark.parametrize("error", [NodeDiedError("gone"), RayTaskError("score", "Traceback: gone", ValueError("gone"))])
def test_any_other_error_is_one_of_the_cluster(error: Exception) -> None:
    found = told(error)
    assert isinstance(found, WorkspaceError) and "the cluster must label the texts, but: " in str(found)
    assert "gone" in str(found) and "\n" not in str(found)
