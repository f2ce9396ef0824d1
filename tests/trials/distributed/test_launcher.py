"""The processes of a team: when a model is in shards, and that all end together, whatever ends one of them."""

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch

from tests.trials.distributed.teams import large_point, others
from tests.trials.toy import toy_dataset, toy_job
from tests.waiting import wait_until
from trials.distributed import launcher
from trials.distributed.data_parallel import Command, ProcessGroup, Rank, SingleProcess
from trials.distributed.launcher import in_shards_if_needed, team_of
from trials.errors import Diverged, PretrainedError
from trials.hardware.memory_estimate import FIRST_MARGIN, footprint_of
from trials.protocol import TrialEnd
from trials.run import run_trial
from trials.workflows import train_trial

DATA = toy_dataset()
CUDA = torch.device("cuda")


def test_a_job_for_several_gpus_is_sharded_where_it_must_be(monkeypatch, tmp_path):
    data, found = toy_dataset(), large_point()
    cuda = torch.device("cuda")
    job = toy_job(tmp_path, found, processes=4)
    least = math.ceil(FIRST_MARGIN * footprint_of(found, data.max_length, "cuda", 32).bytes)
    for room, is_needed in ((least, False), (least - 1, True)):
        monkeypatch.setattr(launcher, "room_on", lambda device, room=room: room)
        assert in_shards_if_needed(job, found, data, cuda).sharded == is_needed
        alone = replace(job, processes=1)
        assert in_shards_if_needed(alone, found, data, cuda) == alone
    monkeypatch.setattr(launcher, "room_on", lambda device: least)
    monkeypatch.setattr(launcher, "parts_in_shards", lambda *facts: 7)
    given = in_shards_if_needed(replace(job, sharded=True), found, data, cuda)
    assert (given.sharded, given.batch_parts) == (True, 7), "the pool knows better what a copy needs"
    monkeypatch.undo()
    assert in_shards_if_needed(job, found, data, torch.device("cpu")) == job, "a CPU's memory is nobody's own"


def test_a_checkpoint_of_unknown_size_is_left_as_it_is(monkeypatch, tmp_path):
    def unknown(*_: object) -> None:
        raise PretrainedError("its config does not tell its sizes")

    monkeypatch.setattr(launcher, "room_on", lambda device: 1)
    monkeypatch.setattr(launcher, "copy_fits", unknown)
    job = toy_job(tmp_path, processes=4)
    assert in_shards_if_needed(job, job.point, DATA, CUDA) == job


def test_more_parts_than_are_needed_stay(monkeypatch, tmp_path):
    monkeypatch.setattr(launcher, "room_on", lambda device: 1)
    monkeypatch.setattr(launcher, "parts_in_shards", lambda *facts: 2)
    job = toy_job(tmp_path, processes=4, sharded=True, batch_parts=8)
    assert in_shards_if_needed(job, job.point, DATA, CUDA).batch_parts == 8


def test_a_process_alone_starts_no_other(tmp_path):
    job = toy_job(tmp_path)
    with team_of(job, DATA, torch.device("cpu"), diverge) as team:
        assert type(team) is SingleProcess
        assert others() == []


def diverge(*_: object) -> None:
    raise Diverged("the loss of this part is nan")


def diverge_later(seat: Rank, *_: object) -> None:
    team = ProcessGroup(seat, torch.device("cpu"))
    team.begin(SimpleNamespace(tensors=dict, examples=0, resumed=None, resume=lambda *_: None))
    assert team.receive()[0] == Command.TRAIN
    raise Diverged("the loss of this part is nan")


@pytest.mark.integration
@pytest.mark.parametrize("follow", [diverge, diverge_later])
def test_an_error_of_another_process_is_the_trial_s(tmp_path, monkeypatch, follow):
    monkeypatch.setattr(train_trial, "follow", follow)
    (report,) = run_trial(toy_job(tmp_path, processes=2), DATA)
    assert report.end == TrialEnd.DIVERGED
    assert report.cause == "the loss of this part is nan"
    assert others() == []


@pytest.mark.integration
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


@pytest.mark.integration
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
