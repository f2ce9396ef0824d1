import errno
import gc
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models

from tests.trials.living import living_models
from tests.trials.toy import toy_dataset, toy_job
from trials.errors import CheckpointError
from trials.files.disk_errors import refusals_of, write_tensors
from trials.run import run_trial
from trials.training.state.training_state import TrainingState

DATA = toy_dataset()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("a small disk needs the program `mount`")
    if mounted.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_every_writer_s_refusal_is_told_in_one_way(tmp_path: Path) -> None:
    vocabulary = {f"word{index}": index for index in range(5000)}
    writers = (
        lambda: write_tensors(tmp_path / "tensors", {"a": torch.zeros(5000)}, {}),
        lambda: save_file({"a": torch.zeros(5000)}, tmp_path / "tensors"),
        lambda: (tmp_path / "text").write_text("text" * 5000),
        lambda: Tokenizer(models.WordLevel(vocabulary, unk_token="word0")).save(str(tmp_path / "tokenizer")),
    )
    for write in writers:
        with largest_file(10_000), pytest.raises(CheckpointError) as caught, refusals_of(tmp_path):
            write()
        assert str(tmp_path) in str(caught.value)
        assert "File too large" in str(caught.value)
        assert "Free space" in str(caught.value)
        assert caught.value.__cause__ is not None


def test_a_bug_is_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(KeyError), refusals_of(tmp_path):
        raise KeyError("a bug")


def test_writing_leaves_no_classes_behind(tmp_path: Path) -> None:
    """A worker writes tensors of ever new sizes."""

    def classes() -> int:
        gc.collect()
        return sum(isinstance(thing, type) for thing in gc.get_objects())

    write_tensors(tmp_path / "tensors", {"a": torch.zeros(7)}, {})
    before = classes()
    for size in range(1000, 1010):
        write_tensors(tmp_path / "tensors", {"a": torch.zeros(size)}, {})
    assert classes() == before


def test_a_full_disk_stops_the_trial_and_leaves_what_was_whole(small_disk: Path) -> None:
    filler = small_disk / "filler"
    trial = run_trial(toy_job(small_disk), DATA)
    next(trial)
    saved = {path: path.read_bytes() for path in small_disk.rglob("*") if path.is_file()}
    fill(filler)
    with pytest.raises(CheckpointError, match="No space left on device") as caught:
        list(trial)
    assert str(small_disk) in str(caught.value)
    assert not living_models()
    filler.unlink()
    assert {path: path.read_bytes() for path in small_disk.rglob("*") if path.is_file()} == saved
    assert [report.evaluation.step for report in run_trial(toy_job(small_disk, told=1), DATA)] == [9, 27, 54, 81]


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 1024)
        except OSError as error:
            assert error.errno == errno.ENOSPC


@pytest.mark.parametrize("folder", ["checkpoint", "state"])
def test_a_disk_that_refuses_from_the_start(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("no folder")
    job = toy_job(tmp_path, **{folder: tmp_path / "file" / "00001"})
    with pytest.raises(CheckpointError, match="Not a directory") as caught:
        list(run_trial(job, DATA))
    assert repr(str(tmp_path / "file" / "00001")) in str(caught.value)
    assert not living_models()


def test_a_state_that_does_not_fit_is_told(tmp_path: Path) -> None:
    """The state is the largest file, so this limit lets the model through."""
    sizes = [sum(path.stat().st_size for path in folder.glob("*.safetensors")) for folder in first_folders(tmp_path)]
    with largest_file(sum(sizes) // 2), pytest.raises(CheckpointError, match="File too large"):
        list(run_trial(toy_job(tmp_path / "again"), DATA))
    assert (tmp_path / "again" / "checkpoint" / "model.safetensors").is_file()
    assert not any((tmp_path / "again" / "state").iterdir())


def first_folders(place: Path) -> tuple[Path, Path]:
    job = toy_job(place)
    trial = run_trial(job, DATA)
    next(trial)
    trial.close()
    return job.checkpoint, job.state


def test_the_state_is_saved_before_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: TrainingState, history: object) -> None:
        raise CheckpointError("full")

    monkeypatch.setattr(TrainingState, "save", refuse)
    with pytest.raises(CheckpointError):
        next(run_trial(toy_job(tmp_path), DATA))
    assert (tmp_path / "checkpoint" / "model.safetensors").is_file()
