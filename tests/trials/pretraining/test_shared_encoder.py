"""Who works on a stage, who waits, and what is kept; the stage itself is a count to three here."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import torch

from trials.files import FILE, held, read_state
from trials.pretraining import shared_encoder as module
from trials.pretraining.shared_encoder import FOLDER, LOCK, MOST_KEPT, PretrainedEncoder, shared_encoder


class Counting:
    """A trainer of three steps, whose weight is the number of steps that were taken."""

    made = 0

    def __init__(self, ends_at: int | None = None) -> None:
        type(self).made += 1
        self.examples = 0
        self._ends_at = ends_at

    def steps(self) -> Iterator[None]:
        while self.examples < 3:
            if self.examples == self._ends_at:
                raise KeyboardInterrupt
            self.examples += 1
            yield

    def resume(self, tensors: dict[str, torch.Tensor], examples: int) -> None:
        assert tensors["weight"].item() == examples
        self.examples = examples

    def tensors(self) -> dict[str, torch.Tensor]:
        return {"weight": torch.tensor(float(self.examples))}

    encoder = tensors

    @property
    def loss(self) -> float:
        return 0.5 - self.examples


@pytest.fixture(autouse=True)
def none_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counting, "made", 0)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.0)


def ended(work: Generator[None, None, PretrainedEncoder]) -> tuple[int, float, float]:
    """Signs of life, the weight in the end, and the loss."""
    signs = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return signs, end.value.weights["weight"].item(), end.value.loss
        signs += 1


@pytest.mark.parametrize("place", [None, "cache", "file/cache"])
def test_it_is_computed_with_a_sign_at_each_step_wherever_it_is_kept(tmp_path: Path, place: str | None) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = None if place is None else tmp_path / place
    assert ended(shared_encoder(cache, "stage", Counting)) == (3, 3.0, -2.5)


def test_the_second_one_takes_it_and_another_stage_is_another(tmp_path: Path) -> None:
    ended(shared_encoder(tmp_path, "one", Counting))
    assert ended(shared_encoder(tmp_path, "one", Counting)) == (0, 3.0, -2.5)
    assert Counting.made == 1
    ended(shared_encoder(tmp_path, "two", Counting))
    assert Counting.made == 2


def test_what_one_leaves_undone_another_goes_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_BETWEEN_STATES", -1.0)
    with pytest.raises(KeyboardInterrupt):
        ended(shared_encoder(tmp_path, "stage", lambda: Counting(ends_at=2)))
    assert ended(shared_encoder(tmp_path, "stage", Counting)) == (1, 3.0, -2.5)


def test_whoever_comes_while_another_works_waits_with_signs_of_life(tmp_path: Path) -> None:
    first, second = (shared_encoder(tmp_path, "stage", Counting) for _ in range(2))
    next(first)
    for _ in range(5):
        next(second)
    assert Counting.made == 1
    assert ended(first)[1] == 3.0
    assert ended(second)[0] == 0
    assert Counting.made == 1


def test_a_damaged_file_is_computed_again(tmp_path: Path) -> None:
    ended(shared_encoder(tmp_path, "stage", Counting))
    (tmp_path / f"{FOLDER}stage" / FILE).write_bytes(b"torn")
    assert ended(shared_encoder(tmp_path, "stage", Counting))[1] == 3.0
    assert Counting.made == 2


def test_those_used_longest_ago_give_way_and_no_lock_stays(tmp_path: Path) -> None:
    for number in range(MOST_KEPT + 1):
        ended(shared_encoder(tmp_path, str(number), Counting))
        for age, name in enumerate(reversed(range(number + 1))):
            if (file := tmp_path / f"{FOLDER}{name}" / FILE).exists():
                os.utime(file, (1e9 - age, 1e9 - age))
    assert read_state(tmp_path / f"{FOLDER}0", "0") is None
    ended(shared_encoder(tmp_path, "1", Counting))  # used again just now
    ended(shared_encoder(tmp_path, "new", Counting))
    kept = {file.parent.name.removeprefix(FOLDER) for file in tmp_path.rglob(FILE)}
    assert kept == {"1", "new", *(str(number) for number in range(3, MOST_KEPT + 1))}
    assert list(tmp_path.rglob(LOCK)) == []


def test_an_encoder_that_another_is_about_to_read_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 1)
    ended(shared_encoder(tmp_path, "old", Counting))
    with held(tmp_path / f"{FOLDER}old" / LOCK):
        ended(shared_encoder(tmp_path, "new", Counting))
    assert len(list(tmp_path.rglob(FILE))) == 2


def test_a_disk_that_is_full_costs_another_one_as_much_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trials.files.disk_errors.save_file", full)
    for number in (1, 2):
        assert ended(shared_encoder(tmp_path, "stage", Counting))[1] == 3.0
        assert Counting.made == number
