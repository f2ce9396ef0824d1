"""Logits of a study's rows by models that were not fitted to them."""

from pathlib import Path

from automl.core import usable_cores
from automl.review.reopened_study import ReopenedStudy
from search_spaces import Linear, Probe
from trials.data import TextDataset, TrialData
from trials.data.encoding import encode
from trials.metrics import Logits
from trials.protocol import TrialJob
from trials.workflows import out_of_fold_logits

FOLDS = 5


def logits_of(study: ReopenedStudy, point: Linear | Probe, dataset: TextDataset) -> Logits:
    """Return logits of all training rows, then all validation rows of `dataset`, shape (n, classes), over folds.

    Args:
        study: the study, whose seed, precision and cache are used.
        point: the model.
        dataset: the data of the study, perhaps split in another way.

    Raises:
        DataError: there are fewer groups than folds.
        PretrainedError: the encoder cannot be read.
        Diverged: an output is not finite.
    """
    cache = study.workspace.cache
    job = TrialJob(
        number=0,
        point=point,
        seed=study.experiment.search.seed,
        budget_examples=study.prepared.budgets.of(point),
        metric=study.record.goals.first.name,
        checkpoint=Path(),
        state=Path(),
        cache=cache,
        precision=study.experiment.trial.precision,
        threads=usable_cores(),
    )
    data: TrialData = dataset
    if isinstance(point, Probe):
        data = encode(dataset, point.text, study.prepared.max_length, cache)
    return out_of_fold_logits(job, data, FOLDS)
