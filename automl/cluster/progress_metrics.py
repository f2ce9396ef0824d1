"""The progress of a search as metrics of Ray, for its dashboard and for whatever reads its Prometheus endpoints."""

from ray.util.metrics import Gauge

from automl.core import Event, SearchProgress
from trials.protocol import TrialEnd

RUNNING = "running"
"""The state of a trial that has not ended."""


class ProgressMetrics:
    """A `Listener` that sets `automl_trials`, by study and state, and `automl_best_score`, by study and metric.

    Ray puts `ray_` before the names. The states are `running` and the kinds of ends, without trials that
    confirm others; the metric is the first objective.

    Args:
        study: name of the study.
    """

    def __init__(self, study: str) -> None:
        self._study = study
        self._progress = SearchProgress()
        self._trials = Gauge("automl_trials", "Trials of a study by state.", ("study", "state"))
        self._best = Gauge("automl_best_score", "Best validation score of a study so far.", ("study", "metric"))

    def notice(self, event: Event) -> None:
        """Set the metrics to the state after `event`."""
        self._progress = now = self._progress.after(event)
        proposed = [trial for trial in now.running.values() if trial.confirms is None]
        counts = {RUNNING: len(proposed), **{end.value: now.ends.get(end, 0) for end in TrialEnd}}
        for state, count in counts.items():
            self._trials.set(count, {"study": self._study, "state": state})
        if now.best is not None:
            self._best.set(now.best.value, {"study": self._study, "metric": now.metric})
