"""Prepares the data of an experiment: reads, checks and splits it, and derives the training budgets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from automl.config import Experiment
from automl.core import USUAL_PACE, Budgets, DataProblem, Pace, is_pretrained
from automl.planning.search_rows import rows_to_search
from automl.planning.throughput import masked_tokens_per_second, tokens_per_second
from automl.report import data_lines, sample_sentence
from automl.sources import reading_sentence, with_tables
from search_spaces import AnyPoint, Linear, Point, Pretrained, Probe
from trials.data import TextDataset, all_labels, load_dataset, sampled
from trials.data.encoding import PARTS, choose_max_length, mean_length, truncation
from trials.errors import DataError
from trials.files import read_validation_logits
from trials.metrics import Logits
from trials.pretraining import LONGEST
from trials.protocol import BUDGET_STEPS
from trials.tasks import LabelArray


@dataclass(frozen=True)
class ComputeCapacity:
    """Number of full trials for which a time budget should suffice, and limits and step of their epochs."""

    trials: int
    fewest: float
    most: float
    step: float


LARGEST_SHARE = 2 / 3
"""Maximum share of the time budget for one trial, whatever the number of slots, so that it can finish."""

UNLIMITED = 2**30
"""A number of tokens that no text reaches: no truncation."""

SCRATCH_ROOM = ComputeCapacity(trials=6, fewest=2.0, most=12.0, step=0.5)

PRETRAINED_ROOM = ComputeCapacity(trials=3, fewest=0.05, most=4.0, step=0.05)
"""Pretrained models need fewer epochs, and have good defaults, so fewer trials with full training are planned."""

TRIMMED_ROOM = replace(PRETRAINED_ROOM, trials=8)
"""Where whole encoders compete with parts of them, as many trials are planned as are needed to compare some."""


@dataclass(frozen=True)
class PreparedData:
    """Data that passed every check, and the budgets of trials.

    Attributes:
        dataset: the data set with its splits, as the search uses it.
        max_length: tokens at which a text is truncated.
        budgets: training examples of a full trial; with folds, of one of the trainings of a trial.
        folds: number of folds of cross-validation; None without it.
        pace: how fast one slot trains, as far as it is known.
        search_rows: training rows of the sample of which `dataset` is made; None if it has all rows.
    """

    dataset: TextDataset
    max_length: int
    budgets: Budgets
    folds: int | None = None
    pace: Pace = USUAL_PACE
    search_rows: int | None = None

    @property
    def scored_labels(self) -> LabelArray:
        """Labels of the rows by which trials are scored, in the order of the outputs beside their models.

        They are those of the validation split. With folds they are those of all training rows, then of the validation
        rows, each scored by a model that was not fitted to it.
        """
        return self.dataset.validation.labels if self.folds is None else all_labels(self.dataset)

    def scored_outputs(self, folder: Path) -> Logits | None:
        """Return the outputs beside a trial's model for the rows of `scored_labels`; None if it has none of these.

        Args:
            folder: the folder of the model.
        """
        outputs = read_validation_logits(folder)
        shape = (len(self.scored_labels), len(self.dataset.label_names))
        return outputs if outputs is not None and outputs.shape[:2] == shape else None

    def epochs(self, point: AnyPoint) -> float:
        """Return the full budget of a trial of `point`, in passes over its training rows."""
        return self.budgets.of(point) / training_rows(self.dataset, self.folds)

    def seconds(self, point: AnyPoint) -> float:
        """Return the expected seconds of a full trial of `point` in one slot."""
        times = trainings(self.folds)
        match point:
            case Linear():
                texts, longest = times * training_rows(self.dataset, self.folds), UNLIMITED
            case Probe():
                texts = len(self.dataset.train) + len(self.dataset.validation)
                longest = PARTS.get(point.text.reading, 1) * min(point.text.longest, self.max_length)
            case Point():
                texts, longest = times * self.budgets.of(point), _longest(point, self.max_length)
        stage = self.stage_seconds(point) if isinstance(point, Point) else 0.0
        return stage + texts * mean_length(self.dataset.train.texts, longest) / tokens_per_second(point, self.pace)

    def stage_seconds(self, point: Point) -> float:
        """Return the expected seconds of the self-supervised stage of `point`; later trials reuse its result.

        With folds there is a stage for each of them, without its held-out texts, and one for all texts.
        """
        if (stage := point.pretraining) is None:
            return 0.0
        texts = (*self.dataset.train.texts, *self.dataset.unlabeled)
        tokens = stage.epochs * len(texts) * mean_length(texts, min(LONGEST, _longest(point, self.max_length)))
        stages = 1 if self.folds is None else self.folds + 1
        return stages * tokens / masked_tokens_per_second(point, stage.mask_share, self.pace)


def training_rows(dataset: TextDataset, folds: int | None) -> int:
    """Return the rows of one pass: the training split, and with `folds` also the validation split."""
    return len(dataset.train) + (0 if folds is None else len(dataset.validation))


def trainings(folds: int | None) -> int:
    """Return the cost of a trial in trainings on all rows: K for K folds (K times (K-1)/K, and 1), otherwise 1."""
    return folds or 1


def prepare(
    experiment: Experiment, defaults: Sequence[AnyPoint], slots: int, say: Callable[[str], None]
) -> PreparedData:
    """Read and check the data, and derive the budgets of trials.

    Args:
        experiment: the experiment.
        defaults: the default points of the space, one for each algorithm.
        slots: number of trials that run concurrently.
        say: receives each message for the user.

    Raises:
        DataProblem: the data cannot be read or cannot be trained on.
    """
    if (sentence := reading_sentence(experiment.data.source)) is not None:
        say(sentence)
    try:
        loaded = load_dataset(with_tables(experiment.data_options(), experiment.data.sql))
    except DataError as error:
        raise DataProblem(str(error)) from error
    if loaded.dataset.read is not None:
        say("\n".join(data_lines(loaded.dataset.read)))
    for finding in loaded.findings:
        say(finding.message)
    dataset, rows = _searched(loaded.dataset, experiment, say)
    if experiment.search.folds is not None:
        _require_groups(dataset, experiment.search.folds)
    requested = experiment.data.max_length
    max_length = choose_max_length(dataset) if requested == "auto" else requested
    if (cut := truncation(dataset, max_length)) is not None:
        say(cut.message)
    prepared = PreparedData(dataset, max_length, Budgets(BUDGET_STEPS, BUDGET_STEPS), search_rows=rows)
    return cross_validated(prepared, experiment, defaults, slots, say)


def cross_validated(
    prepared: PreparedData, experiment: Experiment, defaults: Sequence[AnyPoint], slots: int, say: Callable[[str], None]
) -> PreparedData:
    """Return the data with the folds of an experiment, if it has any, and the budgets that the usual pace affords.

    Args:
        prepared: the data.
        experiment: gives the folds, the time budget, and the epochs if the user has set them.
        defaults: the default points of the space, one for each algorithm.
        slots: number of trials that run concurrently.
        say: receives one line if there are folds.
    """
    folds = experiment.search.folds
    if folds is not None:
        count = training_rows(prepared.dataset, folds)
        say(f"Each trial is cross-validated over {folds} folds of the {count} training and validation rows.")
    return with_pace(replace(prepared, folds=folds), USUAL_PACE, experiment, defaults, slots)


def _searched(whole: TextDataset, experiment: Experiment, say: Callable[[str], None]) -> tuple[TextDataset, int | None]:
    """Return the rows that the search uses, all or a sample, and the number of training rows of the sample."""
    rows = rows_to_search(whole, experiment, trainings(experiment.search.folds))
    if rows is None:
        return whole, None
    used = sampled(whole, rows)
    if used.read is not None:
        advice = " There is no time for more; a longer --time-budget uses more, --set data.search_rows=all all of them."
        say(sample_sentence(used.read) + (advice if experiment.data.search_rows == "auto" else ""))
    return used, rows


def _require_groups(dataset: TextDataset, folds: int) -> None:
    """Check that each fold gets a group, if rows have groups."""
    if dataset.groups is not None and (groups := len(np.unique(dataset.groups))) < folds:
        raise DataProblem(
            f"search.folds must be at most {groups}, the number of groups in training and validation rows, not {folds}"
        )


def with_pace(
    prepared: PreparedData, pace: Pace, experiment: Experiment, defaults: Sequence[AnyPoint], slots: int
) -> PreparedData:
    """Return the data with the budgets that `pace` affords.

    Args:
        prepared: the data.
        pace: how fast one slot trains.
        experiment: gives the time budget, and the epochs if the user has set them.
        defaults: the default points of the space, one for each algorithm.
        slots: number of trials that run concurrently.
    """
    trained = [point for point in defaults if isinstance(point, Point)]
    found = {
        kind: [_budget(prepared, pace, experiment, slots, point) for point in trained if is_pretrained(point) is kind]
        for kind in (False, True)
    }
    # If several algorithms share a budget, the most expensive one determines it.
    scratch, pretrained = (min(budgets, default=None) for budgets in (found[False], found[True]))
    either = scratch or pretrained or BUDGET_STEPS
    return replace(prepared, budgets=Budgets(scratch or either, pretrained or either), pace=pace)


def _budget(prepared: PreparedData, pace: Pace, experiment: Experiment, slots: int, point: Point) -> int:
    folds, epochs = prepared.folds, experiment.trial.epochs
    rows = training_rows(prepared.dataset, folds)
    if epochs == "auto":
        length = mean_length(prepared.dataset.train.texts, _longest(point, prepared.max_length))
        tokens = trainings(folds) * rows * length
        epochs = affordable_epochs(tokens, experiment.search.time_budget, slots, point, pace)
    return max(BUDGET_STEPS, round(epochs * rows))


def affordable_epochs(tokens: float, seconds: float | None, slots: int, point: Point, pace: Pace) -> float:
    """Return the passes over the training split with which the planned number of full trials fits the time budget.

    Args:
        tokens: tokens of one pass.
        seconds: the time budget; None, which has no limit, gives the maximum.
        slots: number of trials that run concurrently.
        point: the default point of the model.
        pace: how fast one slot trains.
    """
    room = _room(point)
    if seconds is None:
        return room.most
    share = min(slots / room.trials, LARGEST_SHARE)
    affordable = share * seconds * tokens_per_second(point, pace) / tokens
    return min(max(round(affordable / room.step) * room.step, room.fewest), room.most)


def _room(point: Point) -> ComputeCapacity:
    if not is_pretrained(point):
        return SCRATCH_ROOM
    kept = point.architecture.kept if isinstance(point.architecture, Pretrained) else None
    return TRIMMED_ROOM if kept is not None and kept.is_padded else PRETRAINED_ROOM


def _longest(point: Point, max_length: int) -> int:
    return min(max_length, point.text.longest)
