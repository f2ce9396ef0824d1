"""A model is fitted once more in a process of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from automl.core.errors import WorkspaceError
from automl.worker.fork_server import workers_ready
from automl.worker.refit_process import refit
from tests.trials.toy import toy_job
from tests.trials.workflows.test_refit import DATA, POINT, TEST
from trials.linear import load_linear
from trials.tasks import UNCALIBRATED


@pytest.fixture(scope="module", autouse=True)
def server():
    with workers_ready():
        yield


def test_the_model_is_in_its_folder(tmp_path: Path):
    job = toy_job(tmp_path, POINT)
    refit(job, DATA, UNCALIBRATED)
    assert load_linear(job.checkpoint).logits(TEST.texts).shape == (20, 3)


def test_why_it_failed_is_told_in_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError, match="could not be written") as raised:
        refit(replace(toy_job(tmp_path, POINT), checkpoint=tmp_path / "file" / "model"), DATA, UNCALIBRATED)
    assert "\n" not in str(raised.value)
