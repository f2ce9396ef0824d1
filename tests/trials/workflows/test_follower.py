"""Another process of a team does what it hears, in a team of which it is the only one here.

`tests/trials/distributed` runs real teams.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from search_spaces import SPACES, Defaults
from tests.trials.toy import toy_dataset, toy_job
from trials.distributed import Command, Rank, SingleProcess
from trials.workflows import follower
from trials.workflows.follower import follow

DATA = toy_dataset()


class Script(SingleProcess):
    """A team whose first process has given its commands already; it notes what becomes of them."""

    def __init__(self, *orders: tuple[Command, int]) -> None:
        self.orders = [*orders, (Command.OVER, 0)]
        self.log: list[object] = []
        self.weights: dict[str, list[torch.Tensor]] = {"own": [], "given": []}

    def spread(self, model: torch.nn.Module) -> None:
        self.model = model
        self.log.append("spread")

    def begin(self, trainer: object) -> None:
        self.trainer = trainer

    def receive(self) -> tuple[Command, int]:
        self.log.append(self.trainer.examples)
        self.weights["own"].append(self.model.classifier.weight.detach().clone())
        return self.orders.pop(0)

    def whole(self, model: torch.nn.Module) -> torch.nn.Module:
        self.weights["given"].append(model.classifier.weight.detach().clone())
        return model

    def leave(self) -> None:
        self.log.append("left")


def followed(monkeypatch: pytest.MonkeyPatch, folder: Path, *orders: tuple[Command, int], rank: int = 1) -> Script:
    team = Script(*orders)
    monkeypatch.setattr(follower, "join", lambda *_: team)
    follow(Rank(rank, 2, folder / "team"), replace(toy_job(folder), processes=2), DATA)
    return team


def test_it_trains_as_many_examples_as_it_hears_and_leaves_in_the_end(tmp_path, monkeypatch):
    team = followed(monkeypatch, tmp_path, (Command.TRAIN, 10), (Command.TRAIN, 7))
    assert team.log == ["spread", 0, 10, 17, "left"]


def test_it_gives_the_averaged_weights_and_goes_on_with_its_own(tmp_path, monkeypatch):
    team = followed(monkeypatch, tmp_path, (Command.TRAIN, 64), (Command.MODEL, 0))
    _, trained, after = team.weights["own"]
    (given,) = team.weights["given"]
    assert not torch.equal(given, trained)
    assert torch.equal(after, trained)


def test_it_looks_at_the_sample_or_at_all_texts_as_it_hears(tmp_path, monkeypatch):
    rows = np.arange(9)
    monkeypatch.setattr(
        follower, "first_look", lambda split: replace(split, offsets=split.offsets[:10], labels=split.labels[rows])
    )
    seen = []
    monkeypatch.setattr(follower, "predict", lambda model, split, *_: seen.append(len(split)))
    followed(monkeypatch, tmp_path, (Command.PREDICT, 9), (Command.PREDICT, 30))
    assert seen == [9, 30]


def test_two_processes_draw_different_dropouts(tmp_path, monkeypatch):
    drawn = []
    for rank in (1, 2):
        followed(monkeypatch, tmp_path, rank=rank)
        drawn.append(torch.rand(3).tolist())
    followed(monkeypatch, tmp_path, rank=1)
    assert torch.rand(3).tolist() == drawn[0] != drawn[1]


def test_a_model_that_is_fitted_in_one_go_has_no_team(tmp_path, monkeypatch):
    monkeypatch.setattr(follower, "join", lambda *_: pytest.fail("it has joined"))
    with pytest.raises(TypeError, match="a Linear is not trained by several processes"):
        follow(Rank(1, 2, tmp_path), toy_job(tmp_path, SPACES["linear"](Defaults())), DATA)
