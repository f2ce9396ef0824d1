"""Optuna's trials as records."""

from optuna.trial import FrozenTrial

from automl.storage import fields
from automl.storage.records import TrialRecord


def trial_record(trial: FrozenTrial) -> TrialRecord:
    """What the database says about a trial, whether it waits, runs or has ended."""
    attributes = trial.user_attrs
    evaluations = fields.read_evaluations(attributes)
    value = trial.value
    if value is None and trial.intermediate_values:
        value = trial.intermediate_values[max(trial.intermediate_values)]
    return TrialRecord(
        number=trial.number,
        state=trial.state.name,
        end=fields.read_end(attributes),
        value=value,
        params=trial.params or trial.system_attrs.get("fixed_params", {}),
        evaluations=evaluations,
        cost=fields.read_cost(attributes),
        cause=attributes.get(fields.CAUSE, ""),
        started=trial.datetime_start,
        ended=trial.datetime_complete,
        lineage=fields.read_lineage(attributes),
    )
