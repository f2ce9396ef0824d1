"""Models are scored in a process of its own, as they are in any."""

import os
import signal
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil
import pytest

from automl.core.errors import UsageError, WorkspaceError
from automl.export.score_model import score
from automl.worker import fork_client as fork_module
from automl.worker import request_loop
from automl.worker.fork_server import workers_ready
from automl.worker.messages import ScoreRequest
from automl.worker.scoring_process import scoring
from trials.data.dataset import Split

SPLIT = Split(("the goal", "a market price", "a film song", "bad"), np.array([2, 0, 1, 1], dtype=np.int64))


@pytest.fixture(scope="module", autouse=True)
def server():
    with workers_ready():
        yield


def forks() -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if each.name() == "automl-trial"]


def test_the_scores_are_those_of_this_process_and_no_process_stays(tiny_model: Path):
    with scoring() as score_apart:
        apart = score_apart(tiny_model, SPLIT)
    here = score(tiny_model, SPLIT)
    assert apart.metrics == pytest.approx(here.metrics)
    assert apart.confusion == here.confusion
    np.testing.assert_allclose(apart.logits, here.logits, atol=1e-5)
    psutil.wait_procs(forks(), timeout=10)
    assert forks() == []


def test_a_folder_without_a_model_is_told_and_the_next_one_is_scored(tiny_model: Path, tmp_path: Path):
    with scoring() as score_apart:
        with pytest.raises(UsageError, match="nothing"):
            score_apart(tmp_path / "nothing", SPLIT)
        assert score_apart(tiny_model, SPLIT).metrics["accuracy"] >= 0


def test_a_process_that_is_killed_is_no_end_of_the_study(tiny_model: Path):
    with scoring() as score_apart:
        score_apart(tiny_model, SPLIT)
        (fork,) = forks()
        os.kill(fork.pid, signal.SIGKILL)
        with pytest.raises(WorkspaceError, match=r"was killed.*automl resume"):
            score_apart(tiny_model, SPLIT)


def test_where_nothing_can_be_forked_that_is_told(tiny_model: Path, monkeypatch):
    monkeypatch.setattr(fork_module, "_client", lambda address: Pipe()[0])

    def dead(_: object) -> None:
        raise EOFError

    monkeypatch.setattr(Connection, "recv", dead)
    with scoring() as score_apart, pytest.raises(WorkspaceError, match="was killed"):
        score_apart(tiny_model, SPLIT)


def test_a_model_that_is_too_large_for_the_memory_is_told(tiny_model: Path, monkeypatch):
    def too_large(*_: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")

    monkeypatch.setattr(request_loop, "score", too_large)
    answer = request_loop.RequestLoop().answer(ScoreRequest(tiny_model, SPLIT, 1))
    assert isinstance(answer, WorkspaceError)
    assert "must fit into this machine's memory" in str(answer)
