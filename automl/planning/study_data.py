"""Reads the data of a study again, which must be what they were."""

from collections.abc import Callable
from dataclasses import replace

from automl.config import ALL_ROWS, Experiment
from automl.core import Budgets, NewStudy, UsageError
from automl.planning.prepare_data import PreparedData, prepare
from trials.data import ALLOWABLE_CODES


def study_data(settings: NewStudy, experiment: Experiment, say: Callable[[str], None]) -> PreparedData:
    """Return the data of a study, with the truncation, the budgets and the pace that it began with.

    All findings about the data are allowed, also those that the version of the study did not know yet. What counts is
    that the data are what they were, which the fingerprint shows. No encoder is read.

    Args:
        settings: the settings of the study.
        experiment: its experiment.
        say: receives each finding about the data.

    Raises:
        UsageError: the data have changed.
        DataProblem: they cannot be read.
    """
    rows = experiment.data.search_rows
    rows = ALL_ROWS if rows == "auto" else rows  # of a version that knew no samples
    data = experiment.data.model_copy(update={"allow": ALLOWABLE_CODES, "search_rows": rows})
    allowing = experiment.model_copy(update={"data": data})
    prepared = prepare(allowing, (), 1, say)  # without points, as the budgets are those of the study
    if prepared.dataset.fingerprint != settings.data_fingerprint:
        raise UsageError(
            f"the data of study {settings.name!r} must be what it was, but its fingerprint is now "
            f"{prepared.dataset.fingerprint[:12]}, not {settings.data_fingerprint[:12]}; "
            "bring the data back, or start a new study"
        )
    budgets = Budgets(settings.budget_examples, settings.pretrained_budget_examples or settings.budget_examples)
    return replace(prepared, max_length=settings.max_length, budgets=budgets, pace=settings.pace)
