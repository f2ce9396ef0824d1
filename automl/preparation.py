"""From an experiment to data that can be trained on: read, checked, split, and measured against the budget."""

from collections.abc import Callable
from dataclasses import dataclass

from automl.errors import DataProblem
from automl.experiment.schema import Experiment
from automl.pace import tokens_per_second
from search_spaces import Point, Pretrained, PretrainedText
from trials.data.dataset import TextDataset
from trials.data.load import load_dataset
from trials.data.tokenization import choose_max_length, truncation
from trials.errors import DataError
from trials.record import BUDGET_STEPS

FULL_TRIALS = 6
"""A time budget should have room for this many full trials; pruned ones come on top."""

FEWEST_EPOCHS, MOST_EPOCHS = 2.0, 12.0

PRETRAINED_EPOCHS = 1.0, 4.0
"""The fewest and the most for a pretrained model, which has little to learn, and much to forget."""


@dataclass(frozen=True)
class Prepared:
    """Data that passed every check. `budget_examples` counts the training examples of a full trial."""

    dataset: TextDataset
    max_length: int
    budget_examples: int

    @property
    def epochs(self) -> float:
        """The full budget in passes over the training split."""
        return self.budget_examples / len(self.dataset.train)


def prepare(experiment: Experiment, first: Point, slots: int, say: Callable[[str], None]) -> Prepared:
    """Reads and checks the data; each finding goes to `say`. `first` is the point of trial 0.

    Raises:
        DataProblem: the data cannot be read or cannot be trained on.
    """
    try:
        loaded = load_dataset(experiment.data_options())
    except DataError as error:
        raise DataProblem(str(error)) from error
    for finding in loaded.findings:
        say(finding.message)
    dataset = loaded.dataset
    wanted = experiment.data.max_length
    max_length = choose_max_length(dataset) if wanted == "auto" else wanted
    if (cut := truncation(dataset, max_length)) is not None:
        say(cut.message)
    epochs = experiment.trial.epochs
    if epochs == "auto":
        epochs = affordable_epochs(len(dataset.train), max_length, experiment.search.time_budget, slots, first)
    return Prepared(dataset, max_length, max(BUDGET_STEPS, round(epochs * len(dataset.train))))


def affordable_epochs(rows: int, max_length: int, seconds: float | None, slots: int, first: Point) -> float:
    """Passes over the data that let `FULL_TRIALS` full trials of the point `first` fit into the time budget.

    Without a time budget, the most. Half epochs, so that the number reads well and repeats on a like machine.
    """
    is_pretrained = isinstance(first.architecture, Pretrained)
    fewest, most = PRETRAINED_EPOCHS if is_pretrained else (FEWEST_EPOCHS, MOST_EPOCHS)
    if seconds is None:
        return most
    tokens_per_row = min(max_length, first.text.longest) if isinstance(first.text, PretrainedText) else max_length
    affordable = seconds * slots * tokens_per_second(first) / (FULL_TRIALS * rows * tokens_per_row)
    return min(max(round(affordable * 2) / 2, fewest), most)
