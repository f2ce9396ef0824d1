"""What a model costs in use is measured in a process of its own."""

import numpy as np
import pytest

from automl.core.errors import WorkspaceError
from automl.worker.costs_process import serving_costs
from automl.worker.fork_server import workers_ready
from search_spaces import SPACES, Defaults
from tests.trials.toy import LABELS, toy_texts
from trials.data.dataset import Split, TextDataset
from trials.files import save_classifier
from trials.linear import fit_linear

TEXTS, IDS = toy_texts(40, 0)
ROWS = Split(tuple(TEXTS), np.array(IDS, dtype=np.int64))
DATA = TextDataset("toy", LABELS, ROWS, ROWS, ROWS, "f" * 64)


@pytest.fixture(scope="module", autouse=True)
def server():
    with workers_ready():
        yield


def test_costs_come_by_their_names(tmp_path):
    model = fit_linear(SPACES["linear"](Defaults()), ROWS, LABELS)
    save_classifier(model, tmp_path / "model", None)
    found = serving_costs(("latency_ms", "parameters", "bytes"), tmp_path / "model", DATA, 1, {})
    assert found["parameters"] == model.parameters
    assert found["bytes"] > 4 * model.parameters
    assert 0 < found["latency_ms"] < 60_000


def test_why_it_failed_is_told_in_one_line(tmp_path):
    with pytest.raises(WorkspaceError, match="nowhere") as raised:
        serving_costs(("latency_ms",), tmp_path / "nowhere", DATA, 1, {})
    assert "\n" not in str(raised.value)
