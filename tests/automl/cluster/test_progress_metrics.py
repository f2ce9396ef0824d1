from dataclasses import replace

import pytest

from automl.cluster import progress_metrics
from automl.cluster.progress_metrics import ProgressMetrics
from automl.core import Confirmation, SearchStarted, TrialEnded, TrialEvaluated, TrialStarted
from automl.core.events import StudyHistory
from tests.automl.goals import MACRO_F1
from trials.protocol import Evaluation, TrialEnd

STARTED = SearchStarted("news", MACRO_F1, 2, None, 0.0, None, None, {})


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, ...], float]:
    """What Ray would export, by the name and the tags."""
    found: dict[tuple[str, ...], float] = {}

    class Gauge:
        def __init__(self, name: str, description: str, tag_keys: tuple[str, ...]) -> None:
            self.name, self.keys = name, tag_keys

        def set(self, value: float, tags: dict[str, str]) -> None:
            assert set(tags) == set(self.keys)
            found[self.name, *tags.values()] = value

    monkeypatch.setattr(progress_metrics, "Gauge", Gauge)
    return found


def test_trials_by_state_and_the_best_score_follow_the_search(values) -> None:
    metrics = ProgressMetrics("news")
    metrics.notice(replace(STARTED, history=StudyHistory({TrialEnd.PRUNED: 3}, ())))
    for number in (4, 5):
        metrics.notice(TrialStarted(number, {}, resumed=False))
    assert values["automl_trials", "news", "running"] == 2
    assert values["automl_trials", "news", "pruned"] == 3
    assert ("automl_best_score", "news", "macro_f1") not in values

    metrics.notice(TrialEvaluated(4, Evaluation(81, 8100, {"macro_f1": 0.8}, 0.5, 1e-3, 1.0, True), 0.8))
    metrics.notice(TrialEnded(4, TrialEnd.COMPLETED, 0.8, None, None, ""))
    assert values["automl_trials", "news", "running"] == 1
    assert values["automl_trials", "news", "completed"] == 1
    assert values["automl_best_score", "news", "macro_f1"] == 0.8

    metrics.notice(TrialStarted(6, {}, resumed=False, confirms=Confirmation(4, 1)))
    assert values["automl_trials", "news", "running"] == 1, "its end is not counted either"
