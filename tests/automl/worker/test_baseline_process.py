"""The linear baseline is fitted in a process of its own."""

from dataclasses import replace

import numpy as np
import pytest

from automl.core.errors import WorkspaceError
from automl.report import reference_of
from automl.worker.baseline_process import reference
from automl.worker.fork_server import workers_ready
from tests.automl.session.voters import DATA


@pytest.fixture(scope="module", autouse=True)
def server():
    with workers_ready():
        yield


def test_it_is_what_the_same_fit_gives_here():
    found, here = reference(DATA, "macro_f1", None, 0), reference_of(DATA, "macro_f1", None, 0)
    assert found.baseline.scores == here.baseline.scores and found.curve == here.curve
    np.testing.assert_allclose(found.baseline.outputs, here.baseline.outputs)


def test_why_it_failed_is_told_in_one_line():
    fewer_labels = replace(DATA, train=replace(DATA.train, labels=DATA.train.labels[1:]))
    with pytest.raises(WorkspaceError) as raised:
        reference(fewer_labels, "macro_f1", None, 0)
    assert str(raised.value) and "\n" not in str(raised.value)
