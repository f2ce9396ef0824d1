"""Probes of a large encoder are offered where it is installed, and there is time for its features."""

from pathlib import Path

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core.budgets import Budgets
from automl.planning.adaptation import large_encoder
from automl.planning.adaptation.large_encoder import LARGEST_SHARE, sharers, with_large_probe
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import resolve_experiment
from search_spaces import ALGORITHM, LARGE_PROBE, SPACES, Choice, Space
from tests.trials.pretrained.checkpoints import save_checkpoint
from trials.data.dataset import Split, TextDataset

SPLIT = Split(("a text of five words",) * 100, np.arange(100) % 2)
PREPARED = PreparedData(TextDataset("toy", ("a", "b"), SPLIT, SPLIT, SPLIT, "f" * 64), 64, Budgets(100, 100))


@pytest.fixture
def seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    """The expected seconds of all features of the large encoder, which is a small one here."""
    folder = save_checkpoint(tmp_path / "large")
    monkeypatch.setattr(large_encoder, "is_installed", lambda name: True)
    for module in (large_encoder.__name__, "automl.planning.throughput"):
        monkeypatch.setattr(f"{module}.locate", lambda name: folder)
    own = Space(LARGE_PROBE, SPACES[LARGE_PROBE])
    return PREPARED.seconds(own.replay(own.defaults()))


def adapted(budget: float | None, *settings: str, slots: int = 1, space: str = "auto"):
    """The experiment after the decision, and what was said."""
    flags = {"space.name": space, "search.trials": 9, "search.time_budget": budget}
    resolved, said = resolve_experiment(build_experiment("imdb", list(settings), flags)), list[str]()
    found = with_large_probe(resolved, PREPARED, slots, said.append)
    assert resolve_experiment(load_experiment(dump_experiment(found.experiment))).space == found.space
    return found, said


def test_it_is_one_more_algorithm_where_its_features_fit_the_budget(seconds: float) -> None:
    found, (sentence,) = adapted(1.1 * seconds / LARGEST_SHARE)
    assert found.space.algorithms()[:3] == ("linear", "probe", LARGE_PROBE)
    assert isinstance(found.space.dimensions()[f"{LARGE_PROBE}.features.layers"], Choice)
    assert found.experiment.search.points == ()
    assert "are tried, too" in sentence


def test_where_they_do_not_fit_it_is_left_out_and_that_is_told(seconds: float) -> None:
    found, (sentence,) = adapted(0.9 * seconds / LARGEST_SHARE)
    assert LARGE_PROBE not in found.space.algorithms()
    assert "left out" in sentence and "of the time budget" in sentence


def test_trials_that_run_side_by_side_share_the_work(seconds: float) -> None:
    found, _ = adapted(0.6 * seconds / LARGEST_SHARE, slots=2)
    assert LARGE_PROBE in found.space.algorithms()
    assert [point[ALGORITHM] for point in found.experiment.search.points] == [LARGE_PROBE]
    assert sharers(64) == 4


@pytest.mark.parametrize("settings", ["algorithm=[linear, probe]", "architecture.checkpoint=someone/mine"])
def test_what_the_user_names_stays_as_it_is(seconds: float, settings: str) -> None:
    found, said = adapted(1e6, f"space.overrides.{settings}")
    assert LARGE_PROBE not in found.space.algorithms()
    assert said == []


def test_it_is_not_offered_without_its_encoder_a_budget_or_a_choice_of_algorithms(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert adapted(None)[1] == adapted(1e6, space="probe")[1] == []
    monkeypatch.setattr(large_encoder, "is_installed", lambda name: False)
    found, said = adapted(1e6)
    assert (found.space.algorithms(), said) == (
        resolve_experiment(build_experiment("imdb", [], {})).space.algorithms(),
        [],
    )
