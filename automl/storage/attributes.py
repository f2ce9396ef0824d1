"""Storage of our data about trials and studies in Optuna's user attributes."""

from typing import Any

from automl.core import Confirmation, Lineage
from trials.data import DatasetTraits
from trials.protocol import Cost, Evaluation, TrialEnd

EXPERIMENT = "automl.experiment"
UUID = "automl.uuid"
FINGERPRINT = "automl.data_fingerprint"
METRIC = "automl.metric"
OBJECTIVES = "automl.objectives"
CONSTRAINTS = "automl.constraints"
BUDGET = "automl.budget_examples"
PRETRAINED_BUDGET = "automl.pretrained_budget_examples"
PACE = "automl.pace"
MAX_LENGTH = "automl.max_length"
TRAITS = "automl.data_traits"
RECOMMENDED = "automl.recommended"
TEST_LOOKS = "automl.test_looks"
ENERGY = "automl.energy_kwh"
END = "automl.end"
CAUSE = "automl.cause"
COST = "automl.cost"
MEMBERS = "automl.members"
LOSSES = "automl.losses"
BATCH_PARTS = "automl.batch_parts"
LINEAGE = "automl.lineage"
CONFIRMS = "automl.confirms"
RETRY_OF = "automl.retry_of"
RETRIED_BY = "automl.retried_by"
EVALUATION = "automl.evaluation."

LONGEST_CAUSE = 4000
"""Maximum length of a cause in characters; its end is kept, because the end of a traceback is the most informative."""


def evaluation_key(step: int) -> str:
    """Return the key of the evaluation at `step`; it is zero-padded, so that keys sort like steps.

    This attribute owns the evaluation. Optuna's intermediate values and our vectors are projections of it.
    """
    return f"{EVALUATION}{step:02d}"


def read_evaluations(attributes: dict[str, Any]) -> tuple[Evaluation, ...]:
    """Return all evaluations of a trial's latest attempt, in the order of their steps."""
    keys = sorted(key for key in attributes if key.startswith(EVALUATION))
    return tuple(Evaluation(**attributes[key]) for key in keys if attributes[key] is not None)


def is_uncalibrated(attributes: dict[str, Any]) -> bool:
    """Return whether an earlier version evaluated the trial, before the temperature was part of an evaluation."""
    stored = [value for key, value in attributes.items() if key.startswith(EVALUATION) and value is not None]
    return any("temperature" not in value for value in stored)


def read_cost(attributes: dict[str, Any]) -> Cost | None:
    """Return the cost of the trial, or None before its first report."""
    return Cost(**attributes[COST]) if COST in attributes else None


def read_lineage(attributes: dict[str, Any]) -> Lineage | None:
    """Return the trial's place in a population, or None if it belongs to no population."""
    return Lineage(**attributes[LINEAGE]) if LINEAGE in attributes else None


def read_confirms(attributes: dict[str, Any]) -> Confirmation | None:
    """Return what the trial confirms, or None for one that the search proposed."""
    return Confirmation(**attributes[CONFIRMS]) if CONFIRMS in attributes else None


def read_end(attributes: dict[str, Any]) -> TrialEnd | None:
    """Return the kind of the trial's end, or None if none is recorded."""
    return TrialEnd(attributes[END]) if attributes.get(END) else None


def read_traits(attributes: dict[str, Any]) -> DatasetTraits | None:
    """Return the traits of a study's data; None if there are none, or another version of this program wrote them."""
    try:
        return DatasetTraits(**attributes[TRAITS])
    except (KeyError, TypeError):
        return None
