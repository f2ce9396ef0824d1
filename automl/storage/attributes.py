"""How a trial's and a study's own facts are laid down in Optuna's attributes, and read back."""

from typing import Any

from automl.core import Lineage
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
MAX_LENGTH = "automl.max_length"
TRAITS = "automl.data_traits"
RECOMMENDED = "automl.recommended"
END = "automl.end"
CAUSE = "automl.cause"
COST = "automl.cost"
LOSSES = "automl.losses"
BATCH_PARTS = "automl.batch_parts"
LINEAGE = "automl.lineage"
RETRY_OF = "automl.retry_of"
RETRIED_BY = "automl.retried_by"
EVALUATION = "automl.evaluation."

LONGEST_CAUSE = 4000
"""Characters kept of a cause: the end of a traceback says most."""


def evaluation_key(step: int) -> str:
    """The attribute that holds the evaluation at `step`; zero-filled, so that names sort like steps."""
    return f"{EVALUATION}{step:02d}"


def read_evaluations(attributes: dict[str, Any]) -> tuple[Evaluation, ...]:
    """All evaluations of a trial's latest try, in the order of their steps."""
    keys = sorted(key for key in attributes if key.startswith(EVALUATION))
    return tuple(Evaluation(**attributes[key]) for key in keys if attributes[key] is not None)


def read_cost(attributes: dict[str, Any]) -> Cost | None:
    """What the trial cost, or None before its first report."""
    return Cost(**attributes[COST]) if COST in attributes else None


def read_lineage(attributes: dict[str, Any]) -> Lineage | None:
    """The trial's place in a population, or None if it is in none."""
    return Lineage(**attributes[LINEAGE]) if LINEAGE in attributes else None


def read_end(attributes: dict[str, Any]) -> TrialEnd | None:
    """Why the trial ended, or None while it runs or waits."""
    return TrialEnd(attributes[END]) if attributes.get(END) else None


def read_traits(attributes: dict[str, Any]) -> DatasetTraits | None:
    """The description of a study's data; None where it has none, or one of another version of this program."""
    try:
        return DatasetTraits(**attributes[TRAITS])
    except (KeyError, TypeError):
        return None
