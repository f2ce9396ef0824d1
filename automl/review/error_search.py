"""Finds what may be wrong with the data of a study."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from automl.core import DataProblem
from automl.review.cheap_models import chosen_points, judged
from automl.review.data_errors import SuspectRow, suspect_rows
from automl.review.earlier_corrections import correction_key, read_corrections
from automl.review.out_of_fold import FOLDS
from automl.review.reopened_study import ReopenedStudy
from automl.sources import with_tables
from search_spaces import Probe
from trials.data import all_labels
from trials.data.quality import row_origins
from trials.errors import DataError
from trials.tasks import REGRESSION, LabelArray, task_of


@dataclass(frozen=True)
class DataErrors:
    """What was found.

    Attributes:
        rows: the rows to look at, the most suspicious first.
        judged: number of rows whose labels were judged.
        judges: the models that judged them, in words.
        agreement: share of the judged rows whose label the models find most probable; with several labels a text, share
            of pairs of a row and a label; of numbers the share of their variance that the models explain (r2).
    """

    rows: list[SuspectRow]
    judged: int
    judges: str
    agreement: float


def find_errors(study: ReopenedStudy, model: str, say: Callable[[str], None], *, with_test: bool) -> DataErrors:
    """Judge the labels of a study's rows by models that were not fitted to them, and compare the rows with each other.

    Args:
        study: the study.
        model: one of `MODELS`.
        say: receives one line at the start.
        with_test: whether the labels of the test rows are judged, too.

    Raises:
        UsageError: the model cannot be used.
        DataProblem: the data cannot be read.
    """
    points = chosen_points(study, model, say, with_test=with_test)
    names = [f"a probe of {each.text.checkpoint}" if isinstance(each, Probe) else "a linear model" for each in points]
    judges = f"{' and '.join(names)}, over {FOLDS} folds"
    say(f"Judging the labels by {judges}")
    probabilities = judged(study, points, with_test=with_test)
    try:
        origins = row_origins(with_tables(study.experiment.data_options(), study.experiment.data.sql))
    except DataError as error:
        raise DataProblem(str(error)) from error
    dataset = study.prepared.dataset
    corrected = {correction_key(each.text) for each in read_corrections(study.experiment.data.corrections)}
    labels = np.concatenate([all_labels(dataset), dataset.test.labels])[: len(probabilities)]
    return DataErrors(
        rows=suspect_rows(dataset, probabilities, origins, corrected),
        judged=len(probabilities),
        judges=judges,
        agreement=_agreement(probabilities, labels),
    )


def _agreement(probabilities: NDArray[np.float64], labels: LabelArray) -> float:
    if task_of(labels) is REGRESSION:
        return REGRESSION.score("r2", probabilities, labels)
    given = (probabilities >= 0.5) if labels.ndim > 1 else probabilities.argmax(axis=1)
    return float(np.mean(given == labels))
