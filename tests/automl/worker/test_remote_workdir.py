"""A trial's files on a machine that does not share the driver's disk, and on their way."""

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from automl.checkpoints.folder_bundle import TrialBundle, packed
from automl.worker.remote_workdir import RemoteWorkdir
from search_spaces import SPACES, Defaults
from trials.errors import CheckpointError
from trials.protocol import Cost, Evaluation, Inheritance, TrialEnd, TrialJob, TrialReport

NOTHING = Cost(seconds=0.0, examples=0, examples_per_second=0.0, parameters=1, peak_memory_bytes=0)


def job(folder: Path) -> TrialJob:
    return TrialJob(
        number=3,
        point=SPACES["encoder"](Defaults()),
        seed=0,
        budget_examples=100,
        metric="accuracy",
        checkpoint=folder / "trials" / "00003",
        state=folder / "unfinished" / "00003",
    )


def report(*, is_best: bool, end: TrialEnd | None = None) -> TrialReport:
    evaluation = Evaluation(9, 10, {"accuracy": 0.5}, 0.1, 0.1, 1.0, is_best)
    return TrialReport(evaluation, end, NOTHING)


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def test_a_folder_arrives_as_it_was(tmp_path):
    write(tmp_path / "there", config="1", weights="x" * 1000)
    (tmp_path / "there" / "deep").mkdir()
    (tmp_path / "there" / "deep" / "empty").touch()
    write(tmp_path / "here", old="to be gone")
    pickle.loads(pickle.dumps(packed(tmp_path / "there"))).open(tmp_path / "here", None)
    found = {str(path.relative_to(tmp_path / "here")) for path in (tmp_path / "here").rglob("*") if path.is_file()}
    assert found == {"config", "weights", "deep/empty"}
    assert (tmp_path / "here" / "weights").read_text() == "x" * 1000
    assert packed(tmp_path / "nowhere") is None


def test_a_link_to_an_encoder_points_to_the_one_that_is_here(tmp_path):
    for place in ("theirs", "ours"):
        write(tmp_path / place, weights=place)
    (tmp_path / "model" / "encoder").mkdir(parents=True)
    (tmp_path / "model" / "encoder" / "weights").symlink_to(tmp_path / "theirs" / "weights")
    parcel = packed(tmp_path / "model")
    assert parcel.files == {}, "an encoder of many megabytes does not travel with each probe"
    parcel.open(tmp_path / "here", tmp_path / "ours")
    assert (tmp_path / "here" / "encoder" / "weights").read_text() == "ours"


def test_a_disk_that_refuses_a_parcel_is_told_and_keeps_what_it_had(tmp_path):
    write(tmp_path / "there", weights="new")
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError):
        packed(tmp_path / "there").open(tmp_path / "file" / "here", None)


def test_what_the_driver_needs_is_the_best_model_and_the_state_of_an_unfinished_trial(tmp_path):
    abroad = RemoteWorkdir(tmp_path / "root")
    here = abroad.settle(job(tmp_path), None)
    write(here.checkpoint, weights="w")
    write(here.state, state="s")
    assert str(here.checkpoint).startswith(str(tmp_path / "root"))
    news = abroad.collect(report(is_best=True))
    assert (news.model is None, news.state is None) == (False, False)
    assert abroad.collect(report(is_best=False)).model is None
    assert abroad.collect(report(is_best=True, end=TrialEnd.COMPLETED)).state is None
    assert abroad.collect(TrialReport(None, None, NOTHING)) is None, "a sign of life carries nothing"
    abroad.leave()


def test_a_trial_goes_on_abroad_with_what_came_along_and_leaves_nothing_to_the_next(tmp_path):
    first, second = RemoteWorkdir(tmp_path / "a"), RemoteWorkdir(tmp_path / "b")
    here = first.settle(job(tmp_path), None)
    write(here.checkpoint, weights="w")
    write(here.state, state="s")
    there = second.settle(job(tmp_path), first.collect(report(is_best=True)))
    assert (there.checkpoint / "weights").read_text() == "w"
    assert (there.state / "state").read_text() == "s"
    again = second.settle(job(tmp_path), None)
    assert not again.checkpoint.exists()
    assert not again.state.exists()


def test_who_goes_on_with_another_s_training_finds_its_state_abroad(tmp_path):
    write(tmp_path / "donors" / "1", state="the donor's")
    heir = replace(job(tmp_path), inherits=Inheritance(tmp_path / "donors" / "1", job(tmp_path).point))
    there = RemoteWorkdir(tmp_path / "root").settle(heir, TrialBundle(parent=packed(heir.inherits.state)))
    assert there.inherits.state.is_relative_to(tmp_path / "root")
    assert (there.inherits.state / "state").read_text() == "the donor's"
    assert not there.state.exists(), "it has none of its own yet"


KILLED = """
import os, sys
from pathlib import Path
from automl.worker.remote_workdir import RemoteWorkdir
RemoteWorkdir(Path(sys.argv[1]))
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_worker_leaves_is_removed_by_the_next_one_but_not_what_is_used(tmp_path):
    alive = RemoteWorkdir(tmp_path)
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert len(list(tmp_path.glob("*.worker"))) == 2
    RemoteWorkdir(tmp_path).leave()
    assert len(list(tmp_path.glob("*.worker"))) == 1
    assert alive.settle(job(tmp_path), None).checkpoint.parent.is_dir()
