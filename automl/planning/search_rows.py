"""How many rows a search uses: all of them, or a stratified sample on which models are trained within its time."""

import time
from collections.abc import Callable

from automl.config import ALL_ROWS, Experiment
from automl.planning.throughput import COUNTED_WITH_CHARACTERS
from search_spaces import SPACES, Defaults, Linear
from trials.data import TextDataset, sampled
from trials.data.encoding import mean_length
from trials.linear import fit_linear

MEASURED_FROM = 1 / 4
"""Share of the time budget that the default linear model of all rows is expected to take, from which it is measured."""

MOST_SHARE = 1 / 2
"""Share of the time budget that it takes by that measurement, from which a sample is used."""

SAMPLE_SHARE = 1 / 10
"""Share of the time budget that it takes on the sample, so that several models are compared, and what follows the
search (the linear baseline, and the winner fitted once more) takes less than half of it even where the machine is busy.
"""

FEWEST_ROWS = 2_000
ROWS_OF_A_CLASS = 2
"""Training rows of the smallest sample, and of each of its classes."""

MEASURED_ROWS = 250, 2_000
"""Fewest and most rows that are fitted for the measurement, which takes a second or two."""

GROWTH = 2.0
"""Growth of the time for a row from the measured rows to a trial with many: the fit needs more iterations, and the
model is scored on its training rows, too.
"""

_UNLIMITED = 2**30


def linear_seconds_per_row(dataset: TextDataset) -> float:
    """Return the seconds for each row that the default linear model takes on many rows, as measured on some.

    Args:
        dataset: the data.
    """
    point = SPACES["linear"](Defaults())
    if not isinstance(point, Linear):
        raise TypeError(f"the space linear must give linear models, not {point!r}")
    least, most = MEASURED_ROWS
    affordable = round(COUNTED_WITH_CHARACTERS / mean_length(dataset.train.texts, _UNLIMITED))
    some = sampled(dataset, min(max(affordable, least), most)).train
    fit_linear(point, some, dataset.label_names)  # imports and allocations count once
    started = time.perf_counter()
    fit_linear(point, some, dataset.label_names)
    return GROWTH * (time.perf_counter() - started) / len(some)


def rows_to_search(
    dataset: TextDataset,
    experiment: Experiment,
    trainings: int,
    seconds_per_row: Callable[[TextDataset], float] = linear_seconds_per_row,
) -> int | None:
    """Return the number of training rows of the sample that a search uses; None if it uses all.

    Args:
        dataset: the data.
        experiment: gives the time budget, and the number of rows if the user has set it.
        trainings: number of trainings of a trial.
        seconds_per_row: measures the default linear model; it is called for large data only.
    """
    asked, budget = experiment.data.search_rows, experiment.search.time_budget
    rows = len(dataset.train)
    if isinstance(asked, int):
        return asked if asked < rows else None
    if asked == ALL_ROWS or budget is None:
        return None
    expected = trainings * rows * mean_length(dataset.train.texts, _UNLIMITED) / COUNTED_WITH_CHARACTERS
    if expected <= MEASURED_FROM * budget:
        return None
    measured = trainings * seconds_per_row(dataset)
    if rows * measured <= MOST_SHARE * budget:
        return None
    wanted = max(FEWEST_ROWS, ROWS_OF_A_CLASS * len(dataset.label_names), round(SAMPLE_SHARE * budget / measured))
    return wanted if wanted < rows else None


def with_search_rows(experiment: Experiment, rows: int | None) -> Experiment:
    """Return the experiment with the rows of its search, so that a resumed search uses the same ones.

    Args:
        experiment: the experiment.
        rows: the result of `rows_to_search`.
    """
    data = experiment.data.model_copy(update={"search_rows": ALL_ROWS if rows is None else rows})
    return experiment.model_copy(update={"data": data})
