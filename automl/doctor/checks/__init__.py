"""The checks: one module for each kind of record that can be inconsistent."""

from automl.doctor.checks.folders import find_half_written, find_orphans
from automl.doctor.checks.mlflow import find_other_runs
from automl.doctor.checks.processes import find_leftovers
from automl.doctor.checks.schema import find_old_schema
from automl.doctor.checks.trial_states import find_contradictions, find_incomplete, find_ownerless

__all__ = [
    "find_contradictions",
    "find_half_written",
    "find_incomplete",
    "find_leftovers",
    "find_old_schema",
    "find_orphans",
    "find_other_runs",
    "find_ownerless",
]
