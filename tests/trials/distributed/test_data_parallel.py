"""A trial that several processes train: it comes to what one process comes to, and ends with all of them or none."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch

from search_spaces import Point
from tests.trials.toy import toy_dataset, toy_job, toy_point
from tests.waiting import wait_until
from trials.distributed.data_parallel import Command, ProcessGroup, Rank
from trials.errors import Diverged
from trials.protocol import TrialEnd, TrialJob
from trials.run import run_trial
from trials.workflows import train_trial

pytestmark = pytest.mark.integration

DATA = toy_dataset()


def still_point(**optimizer: float) -> Point:
    """Without dropout, so that it does not matter who computes what; batches do not divide evenly."""
    point = toy_point(**{"learning_rate": 3e-3, **optimizer})
    still = {"hidden_dropout": 0.0, "attention_dropout": 0.0, "classifier_dropout": 0.0}
    training = replace(point.training, batch_size=7)
    return replace(point, architecture=replace(point.architecture, **still), training=training)


def run(job: TrialJob):
    reports = list(run_trial(job, DATA))
    assert reports[-1].end == TrialEnd.COMPLETED, reports[-1].cause
    return [report.evaluation for report in reports]


def others() -> list[psutil.Process]:
    """The processes that train with this one."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.name() == "automl-mate"]


def diverge(*_: object) -> None:
    raise Diverged("the loss of this part is nan")


def diverge_later(seat: Rank, *_: object) -> None:
    team = ProcessGroup(seat, torch.device("cpu"))
    team.begin(SimpleNamespace(tensors=dict, examples=0, resumed=None, resume=lambda *_: None))
    assert team.heard()[0] == Command.TRAIN
    raise Diverged("the loss of this part is nan")


@pytest.mark.parametrize("sharded", [False, True], ids=["copies", "shards"])
@pytest.mark.parametrize("processes", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_it_comes_to_what_one_process_comes_to(tmp_path, processes, sharded):
    alone = run(toy_job(tmp_path / "alone", still_point()))
    together = run(toy_job(tmp_path / "together", still_point(), processes=processes, sharded=sharded))
    assert [each.step for each in together] == [each.step for each in alone]
    for one, many in zip(alone, together, strict=True):
        assert many.train_loss == pytest.approx(one.train_loss, rel=1e-3)
        assert many.metrics["log_loss"] == pytest.approx(one.metrics["log_loss"], rel=1e-3)
    assert others() == []


@pytest.mark.parametrize("sharded", [False, True], ids=["copies", "shards"])
def test_it_goes_on_where_it_was_cut_off(tmp_path, sharded):
    whole = run(toy_job(tmp_path / "whole", still_point(), processes=2, sharded=sharded))
    job = toy_job(tmp_path / "cut", still_point(), processes=2, sharded=sharded)
    story = run_trial(job, DATA)
    begun = [next(story).evaluation for _ in range(2)]
    assert len(others()) == 1
    story.close()
    assert others() == []
    rest = run(replace(job, told=begun[-1].step))
    both = [*begun, *rest]
    assert [each.step for each in both] == [each.step for each in whole]
    assert both[-1].metrics["log_loss"] == pytest.approx(whole[-1].metrics["log_loss"], rel=1e-3)


def test_with_dropout_it_learns(tmp_path):
    last = run(toy_job(tmp_path, processes=2))[-1]
    assert last.metrics["macro_f1"] > 0.6


@pytest.mark.parametrize("follow", [diverge, diverge_later])
def test_an_error_of_another_process_is_the_trial_s(tmp_path, monkeypatch, follow):
    monkeypatch.setattr(train_trial, "follow", follow)
    (report,) = run_trial(toy_job(tmp_path, processes=2), DATA)
    assert report.end == TrialEnd.DIVERGED
    assert report.cause == "the loss of this part is nan"
    assert others() == []


def test_a_process_that_is_killed_ends_the_trial_with_an_error_and_not_in_silence(tmp_path):
    story = run_trial(toy_job(tmp_path, processes=2), DATA)
    assert next(story).end is None
    others()[0].kill()
    last = list(story)[-1]
    assert last.end == TrialEnd.ERROR
    assert others() == []


OWNER = """
import sys, time
from pathlib import Path
from tests.trials.toy import toy_dataset, toy_job, toy_point
from trials.run import run_trial

if __name__ == "__main__":
    story = run_trial(toy_job(Path(sys.argv[1]), toy_point(), processes=2), toy_dataset())
    next(story)
    print("begun", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_none_outlives_the_first_one(tmp_path):
    (tmp_path / "owner.py").write_text(OWNER)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, str(tmp_path / "owner.py"), str(tmp_path)]
    owner = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert owner.stdout.readline() == b"begun\n"
    everyone = psutil.Process(owner.pid).children(recursive=True)
    assert "automl-mate" in [each.name() for each in everyone]
    owner.kill()
    owner.wait()
    wait_until(lambda: not any(map(_lives, everyone)), why=lambda: [each for each in everyone if _lives(each)])


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
