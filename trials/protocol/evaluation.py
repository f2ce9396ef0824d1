"""One evaluation of a trial."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trials.protocol.steps import BUDGET_STEPS, EVALUATION_STEPS

LEAST_CORRELATION = 0.02
"""Correlation below which a model is no better than a constant, whose correlation is 0."""

CORRELATIONS = ("mcc", "qwk", "spearman")
"""The metric of each task that is the correlation of predictions with labels: of classes, of ranks and of numbers."""


@dataclass(frozen=True)
class Evaluation:
    """One evaluation on the validation split; the first one of a trial uses a sample of the split.

    Of a cross-validated trial, each evaluation but the last is of one held-out fold, and the last has the means over
    all folds. Two evaluations that differ in `usage` only are equal.

    Attributes:
        step: step of `BUDGET_STEPS`.
        examples: training examples so far; of a model without training steps, the rows that it is fitted to.
        metrics: every metric of the task, each finite, and the serving costs that the job asks for.
        train_loss: mean training loss since the previous evaluation.
        learning_rate: current learning rate.
        seconds: seconds since the start of the trial.
        is_best: whether the checkpoint now holds the model of this evaluation.
        fold: index of the fold, from 0; None unless it is the evaluation of one fold.
        deviations: standard deviations over the folds; None unless it is the last evaluation of a cross-validation.
        usage: resources that the process used since the previous evaluation; None if too little time has passed.
        temperature: by which the model's logits are divided, in the metrics and in the checkpoint; of a cross-validated
            trial, as the rows of all folds together give it.
        saves_state: whether the training state was saved with it; the last evaluation and those of samples have none.
        thresholds: with several labels a text, the probability from which on it gets each label, likewise.
        sample_rows: training rows of the sample that a model without training steps is fitted to; None if it is fitted
            to all, and for others.
        next_seconds: expected seconds until the next evaluation, of a model of a sample; None if they are unknown.
    """

    step: int
    examples: int
    metrics: Mapping[str, float]
    train_loss: float
    learning_rate: float
    seconds: float
    is_best: bool
    fold: int | None = None
    deviations: Mapping[str, float] | None = None
    usage: Mapping[str, float] | None = field(default=None, compare=False)
    temperature: float = 1.0
    thresholds: tuple[float, ...] = ()
    saves_state: bool = True
    sample_rows: int | None = None
    next_seconds: float | None = None

    def __post_init__(self) -> None:
        """Take thresholds from JSON, too, which has lists."""
        object.__setattr__(self, "thresholds", tuple(self.thresholds))

    @property
    def fraction(self) -> float:
        """Spent share of the full budget, from 0 to 1."""
        return self.step / BUDGET_STEPS

    @property
    def place(self) -> str:
        """Position in the trial, in words."""
        return f"{self.fraction:.0%} of the budget" if self.fold is None else f"fold {self.fold + 1}"

    @property
    def is_constant(self) -> bool:
        """Whether the model tells texts apart no better than one that gives every text the same answer."""
        return any(abs(self.metrics.get(name, 1.0)) < LEAST_CORRELATION for name in CORRELATIONS)

    @property
    def is_look(self) -> bool:
        """Whether the evaluation used a sample only, so that its score is not comparable with the others."""
        return self.step == EVALUATION_STEPS[0]
