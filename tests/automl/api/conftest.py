"""A model to load, and a result of a search that was never run."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from automl.api import SearchResult
from automl.core import StopReason, Workspace
from automl.export import hand_over
from automl.session import SearchResult as Outcome
from automl.storage import create_store
from tests.automl.report.records import make_study, make_trial, make_winner
from tests.automl.small_study import STUDY
from tests.automl.small_study import make_study as store_study
from tests.tiny_model import tiny_model

__all__ = ["result", "tiny_model"]


@pytest.fixture
def result(tiny_model: Path, tmp_path: Path) -> SearchResult:
    """A finished study whose winner is the tiny model."""
    workspace = Workspace(tmp_path / "runs")
    store = create_store(workspace)
    store_study(store)
    store.close()
    study = replace(make_study(*(make_trial(number, (0.5, 0.7, 0.91)) for number in range(4))), name=STUDY)
    winner = replace(make_winner(tmp_path), study=STUDY, folder=workspace.study(STUDY).best)
    hand_over(winner, tiny_model)
    assert json.loads((winner.folder / "automl.json").read_text())
    return SearchResult(Outcome(winner, study, StopReason.TRIALS, 12.0, workspace))
