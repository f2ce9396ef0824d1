"""How many rows a search uses: all of them, or a stratified sample on which models are trained within its time."""

from automl.config import ALL_ROWS, Experiment
from automl.planning.throughput import COUNTED_PER_SECOND
from trials.data import TextDataset
from trials.data.encoding import mean_length

MOST_SHARE = 1 / 2
"""Largest share of the time budget that the fit of a linear model to all rows may take."""

SAMPLE_SHARE = 1 / 8
"""Share of the time budget that it takes on a sample, so that several models are compared, and what follows the search
(the linear baseline, and the winner fitted once more) takes about as long as one half of it.
"""

FEWEST_ROWS = 2_000
ROWS_OF_A_CLASS = 5
"""Training rows of the smallest sample, and of each of its classes."""

USUAL_CLASSES = 7
"""Classes up to which the pace of linear models holds; beyond, their time grows with the number of classes."""

_UNLIMITED = 2**30


def rows_to_search(dataset: TextDataset, experiment: Experiment, trainings: int) -> int | None:
    """Return the number of training rows of the sample that a search uses; None if it uses all.

    Args:
        dataset: the data.
        experiment: gives the time budget, and the number of rows if the user has set it.
        trainings: number of trainings of a trial.
    """
    asked, seconds = experiment.data.search_rows, experiment.search.time_budget
    rows = len(dataset.train)
    if isinstance(asked, int):
        return asked if asked < rows else None
    if asked == ALL_ROWS or seconds is None:
        return None
    classes = len(dataset.label_names)
    slower = trainings * max(1.0, classes / USUAL_CLASSES)
    fitted = COUNTED_PER_SECOND / (slower * mean_length(dataset.train.texts, _UNLIMITED))
    if rows <= MOST_SHARE * seconds * fitted:
        return None
    least = max(FEWEST_ROWS, ROWS_OF_A_CLASS * classes)
    wanted = max(least, round(SAMPLE_SHARE * seconds * fitted))
    return wanted if wanted < rows else None


def with_search_rows(experiment: Experiment, rows: int | None) -> Experiment:
    """Return the experiment with the rows of its search, so that a resumed search uses the same ones.

    Args:
        experiment: the experiment.
        rows: the result of `rows_to_search`.
    """
    data = experiment.data.model_copy(update={"search_rows": ALL_ROWS if rows is None else rows})
    return experiment.model_copy(update={"data": data})
