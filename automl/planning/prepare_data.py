"""From an experiment to data that can be trained on: read, checked, split, and measured against the budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from automl.config import Experiment
from automl.core import Budgets, DataProblem, _is_pretrained
from automl.planning.throughput import masked_tokens_per_second, tokens_per_second
from search_spaces import AnyPoint, Linear, Point, PretrainedText, Probe
from trials.data import TextDataset, load_dataset
from trials.data.encoding import choose_max_length, mean_length, truncation
from trials.errors import DataError
from trials.pretraining import LONGEST
from trials.protocol import BUDGET_STEPS


@dataclass(frozen=True)
class ComputeCapacity:
    """A time budget should have room for so many full trials; pruned ones come on top. Epochs lie between two ends."""

    trials: int
    fewest: float
    most: float
    step: float


LARGEST_SHARE = 2 / 3
"""Of the time budget, for one trial in its slot, however many slots there are: it must come to its end."""

WHOLE = 2**30
"""More tokens than any text has."""

SCRATCH_ROOM = ComputeCapacity(trials=6, fewest=2.0, most=12.0, step=0.5)

PRETRAINED_ROOM = ComputeCapacity(trials=3, fewest=0.05, most=4.0, step=0.05)
"""A pretrained model has little to learn and much to forget, and its defaults are good: fewer trials, trained well."""


@dataclass(frozen=True)
class PreparedData:
    """Data that passed every check, and what a trial may train on them.

    With `folds`, budgets are those of one training over training and validation rows, of which a trial has several.
    """

    dataset: TextDataset
    max_length: int
    budgets: Budgets
    folds: int | None = None

    def epochs(self, point: AnyPoint) -> float:
        """The full budget of a trial of `point`, in passes over the rows that it trains on."""
        return self.budgets.of(point) / training_rows(self.dataset, self.folds)

    def seconds(self, point: AnyPoint) -> float:
        """What a full trial of `point` is expected to take on one core, as a formula tells before any has run."""
        times = trainings(self.folds)
        match point:
            case Linear():
                texts, longest = times * training_rows(self.dataset, self.folds), WHOLE
            case Probe():
                texts = len(self.dataset.train) + len(self.dataset.validation)
                longest = min(point.text.longest, self.max_length)
            case Point():
                texts, longest = times * self.budgets.of(point), _longest(point, self.max_length)
        stage = self.stage_seconds(point) if isinstance(point, Point) else 0.0
        return stage + texts * mean_length(self.dataset.train.texts, longest) / tokens_per_second(point)

    def stage_seconds(self, point: Point) -> float:
        """What the self-supervised stage of a trial of `point` is expected to take, for the first trial that has it."""
        if (stage := point.pretraining) is None:
            return 0.0
        texts = (*self.dataset.train.texts, *self.dataset.unlabeled)
        tokens = stage.epochs * len(texts) * mean_length(texts, min(LONGEST, _longest(point, self.max_length)))
        return tokens / masked_tokens_per_second(point, stage.mask_share)


def training_rows(dataset: TextDataset, folds: int | None) -> int:
    """The rows of one pass: those of the training split or, where there are folds, of the validation split too."""
    return len(dataset.train) + (0 if folds is None else len(dataset.validation))


def trainings(folds: int | None) -> int:
    """How many full trainings a trial costs: K times all folds but one, and once all of them, are K."""
    return folds or 1


def prepare(
    experiment: Experiment, defaults: Sequence[AnyPoint], slots: int, say: Callable[[str], None]
) -> PreparedData:
    """Reads and checks the data; each finding goes to `say`. `defaults` are the default points of the space.

    Raises:
        DataProblem: the data cannot be read or cannot be trained on.
    """
    try:
        loaded = load_dataset(experiment.data_options())
    except DataError as error:
        raise DataProblem(str(error)) from error
    for finding in loaded.findings:
        say(finding.message)
    dataset, folds = loaded.dataset, experiment.search.folds
    if folds is not None:
        rows = training_rows(dataset, folds)
        say(f"Each trial is cross-validated over {folds} folds of the {rows} training and validation rows.")
    wanted = experiment.data.max_length
    max_length = choose_max_length(dataset) if wanted == "auto" else wanted
    if (cut := truncation(dataset, max_length)) is not None:
        say(cut.message)
    trained = [point for point in defaults if isinstance(point, Point)]
    found = {
        kind: [
            _budget(experiment, dataset, max_length, slots, point) for point in trained if _is_pretrained(point) is kind
        ]
        for kind in (False, True)
    }
    # Where several algorithms share a budget, it is that of the dearest.
    scratch, pretrained = (min(budgets, default=None) for budgets in (found[False], found[True]))
    either = scratch or pretrained or BUDGET_STEPS
    return PreparedData(dataset, max_length, Budgets(scratch or either, pretrained or either), folds)


def _budget(experiment: Experiment, dataset: TextDataset, max_length: int, slots: int, point: Point) -> int:
    folds, epochs = experiment.search.folds, experiment.trial.epochs
    rows = training_rows(dataset, folds)
    if epochs == "auto":
        tokens = trainings(folds) * rows * mean_length(dataset.train.texts, _longest(point, max_length))
        epochs = affordable_epochs(tokens, experiment.search.time_budget, slots, point)
    return max(BUDGET_STEPS, round(epochs * rows))


def affordable_epochs(tokens: float, seconds: float | None, slots: int, point: Point) -> float:
    """Passes over `tokens` tokens that let some full trials of `point` fit into the time budget.

    Without a time budget, the most. In steps, so that the number reads well and repeats on a like machine.
    """
    room = PRETRAINED_ROOM if _is_pretrained(point) else SCRATCH_ROOM
    if seconds is None:
        return room.most
    share = min(slots / room.trials, LARGEST_SHARE)
    affordable = share * seconds * tokens_per_second(point) / tokens
    return min(max(round(affordable / room.step) * room.step, room.fewest), room.most)


def _longest(point: Point, max_length: int) -> int:
    return min(max_length, point.text.longest) if isinstance(point.text, PretrainedText) else max_length
