import pytest

from automl.config.loader import build_experiment
from automl.core.errors import UsageError
from automl.tracking.boards import registry
from automl.tracking.boards.board import BoardPlace
from automl.tracking.boards.registry import BOARDS, open_board
from tests.automl.tracking.news import one_of_each_end, tracked


def test_boards_are_chosen_by_name_and_missing_packages_are_named(monkeypatch):
    assert build_experiment("imdb", ["also_track=[tensorboard]"], {}).also_track == ("tensorboard",)
    with pytest.raises(UsageError, match=r"no board 'tensorbord'\. Did you mean 'tensorboard'"):
        build_experiment("imdb", ["also_track=[tensorbord]"], {})
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs the package wandb for 'wandb': pip install wandb"):
        build_experiment("imdb", ["also_track=wandb"], {})


def test_a_board_that_is_opened_records_a_search(tmp_path):
    with open_board("tensorboard", BoardPlace(tracked("news").study, tmp_path), print) as listener:
        for event in one_of_each_end():
            listener.notice(event)
    assert len(list(tmp_path.iterdir())) == 6
    assert all(kind.title and kind.packages for kind in BOARDS.values())
