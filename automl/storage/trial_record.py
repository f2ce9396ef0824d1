"""Conversion of Optuna's trials to trial records."""

from collections.abc import Sequence

from optuna.trial import FrozenTrial

from automl.core import TrialRecord
from automl.storage import attributes
from trials.protocol import Evaluation


def trial_record(trial: FrozenTrial, metric: str) -> TrialRecord:
    """Return the record of a trial in any state. `metric` is the first objective."""
    attrs = trial.user_attrs
    evaluations = attributes.read_evaluations(attrs)
    return TrialRecord(
        number=trial.number,
        state=trial.state.name,
        end=attributes.read_end(attrs),
        value=_value(trial, evaluations, metric),
        params=trial.params or trial.system_attrs.get("fixed_params", {}),
        evaluations=evaluations,
        cost=attributes.read_cost(attrs),
        cause=attrs.get(attributes.CAUSE, ""),
        started=trial.datetime_start,
        ended=trial.datetime_complete,
        lineage=attributes.read_lineage(attrs),
        confirms=attributes.read_confirms(attrs),
    )


def _value(trial: FrozenTrial, evaluations: Sequence[Evaluation], metric: str) -> float | None:
    """Return the first objective's final value or, before the end, its value at the last evaluation.

    Optuna also has values of evaluations that were dropped, because their model is lost. They are read only where there
    is no evaluation, as in a study of another program.
    """
    if trial.values:
        return float(trial.values[0])
    if evaluations and metric in evaluations[-1].metrics:
        return evaluations[-1].metrics[metric]
    return trial.intermediate_values[max(trial.intermediate_values)] if trial.intermediate_values else None
